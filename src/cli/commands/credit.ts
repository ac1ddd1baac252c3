import { type Command, InvalidArgumentError, Option } from 'commander'
import type { Body } from '../../client/index.ts'
import { amount, collect, instantText, withServer } from '../options.ts'
import type { Register } from '../program.ts'
import { money } from '../render/format.ts'
import { printEntry } from '../views/entry.ts'

type Options = Readonly<Record<string, unknown>>

/**
 * An expiry is never left to chance: a time, or "never". The word stays until it is sent, since
 * commander turns a parsed `null` into an empty text.
 */
const expiry = (text: string): string => (text === 'never' ? text : instantText(text))

const priority = (text: string): number => {
  if (/^-?\d{1,4}$/.test(text) && Math.abs(Number(text)) <= 1_000) return Number(text)
  throw new InvalidArgumentError(
    'It must be a whole number from -1000 to 1000; smaller is drawn first.',
  )
}

const withLot = (command: Command): Command =>
  withServer(command)
    .requiredOption('--expires <time>', 'until when, or "never"', expiry)
    .option('--for-model <id>', 'only for this model; may end in *; repeat for more', collect)
    .option('--for-feature <name>', 'only for this feature; repeat for more', collect)
    .option('--for-client <name>', 'only for this client; repeat for more', collect)
    .option('--priority <number>', 'smaller is drawn first', priority)

export const registerGrant: Register = (program, bind) => {
  withLot(
    program
      .command('grant')
      .description('give promotional credit')
      .argument('<account>')
      .argument('<amount>', 'such as 12.50', amount),
  )
    .requiredOption('--name <name>', 'what the account holder reads')
    .addOption(
      new Option('--origin <origin>', 'why it is given').choices([
        'promotion',
        'compensation',
        'plan',
        'gift',
      ]),
    )
    .option('--effective <time>', 'from when', instantText)
    .option('--before-windows', 'drawn before the included windows')
    .option('--reason <words>', 'for the journal')
    .option('--request-id <id>', 'the same id grants once, whatever is repeated')
    .action(
      bind(async (context, options, [account = '', value = '']) => {
        const entry = await context
          .client()
          .credit.grant(account, grantOf(value, options), once(options))
        const currency = currencyOf(entry.postings)
        printEntry(context, entry, `Granted ${money(value, currency)} to ${entry.account_id}.`)
        return undefined
      }),
    )
}

export const registerTopUp: Register = (program, bind) => {
  withLot(
    program
      .command('topup')
      .description('credit a payment that was received; charges nobody')
      .argument('<account>')
      .argument('<price>', 'what was paid, tax excluded', amount),
  )
    .requiredOption('--payment <id>', 'its id at the processor: a payment is credited once')
    .option('--face <amount>', 'what it is worth, when more than the price', amount)
    .option('--tax <amount>', 'tax that was paid', amount)
    .option('--name <name>', 'what the account holder reads')
    .option('--bundle', 'a bundle of usage')
    .action(
      bind(async (context, options, [account = '', price = '']) => {
        const entry = await context.client().credit.topUp(account, topUpOf(price, options))
        const face = typeof options.face === 'string' ? options.face : price
        const worth = money(face, currencyOf(entry.postings))
        printEntry(
          context,
          entry,
          `Credited ${worth} to ${entry.account_id} for payment ${options.payment}. No card was charged.`,
        )
        return undefined
      }),
    )
}

const once = (options: Options): { idempotencyKey?: string } =>
  typeof options.requestId === 'string' ? { idempotencyKey: options.requestId } : {}

/** The asset of the entry's first posting is the account's currency. */
const currencyOf = (postings: readonly (readonly string[])[]): string => postings[0]?.[1] ?? 'USD'

function lotOf(options: Options): Pick<Body<'grant'>, 'expires_at' | 'scope' | 'priority'> {
  const scope = {
    models: options.forModel as string[] | undefined,
    features: options.forFeature as string[] | undefined,
    clients: options.forClient as string[] | undefined,
  }
  const stated = Object.entries(scope).filter(([, names]) => names !== undefined)
  return {
    expires_at: options.expires === 'never' ? null : String(options.expires),
    ...(stated.length > 0 && { scope: Object.fromEntries(stated) }),
    ...(typeof options.priority === 'number' && { priority: options.priority }),
  }
}

function grantOf(value: string, options: Options): Body<'grant'> {
  return {
    name: String(options.name),
    amount: value,
    ...lotOf(options),
    ...(options.origin !== undefined && {
      origin: options.origin as NonNullable<Body<'grant'>['origin']>,
    }),
    ...(typeof options.effective === 'string' && { effective_at: options.effective }),
    ...(options.beforeWindows === true && { position: 'before_windows' as const }),
    ...(typeof options.reason === 'string' && { reason: options.reason }),
  }
}

function topUpOf(price: string, options: Options): Body<'topUp'> {
  return {
    payment_id: String(options.payment),
    price,
    ...lotOf(options),
    ...(typeof options.face === 'string' && { face: options.face }),
    ...(typeof options.tax === 'string' && { tax: options.tax }),
    ...(typeof options.name === 'string' && { name: options.name }),
    ...(options.bundle === true && { origin: 'bundle' as const }),
  }
}

import type { Command } from 'commander'
import type { Answer, Body } from '../../client/index.ts'
import { chosenAccount } from '../account.ts'
import { isConfirmed, YES } from '../confirm.ts'
import type { Context, Handler } from '../context.ts'
import { CliError, type ExitCode } from '../exit.ts'
import { wholeNumber, withServer } from '../options.ts'
import type { Register } from '../program.ts'
import { dateTimeZone, sanitize } from '../render/index.ts'
import { printEntry } from '../views/entry.ts'

type Options = Readonly<Record<string, unknown>>
type Preview = Answer<'previewSubscription'>
type Consent = NonNullable<Body<'changeSubscription'>['consent']>
type Entry = Answer<'changeSubscription'>

const SEATS_MAX = 100_000
const NOT_DONE = 'Nothing was changed and nothing was charged. Repeat with --yes to do it.'

const withOrder = (command: Command): Command =>
  withServer(command)
    .option('--account <id>', 'whose; EVERYCENT_ACCOUNT, or the only one')
    .option('--request-id <id>', 'the same id does it once, whatever is repeated')
    .option(...YES)

export const registerSubscribe: Register = (program, bind) => {
  withOrder(
    program
      .command('subscribe')
      .description('start or change the plan, paid with the saved card: shows it; --yes does it')
      .argument('<plan>', 'with or without version: pro or pro@3'),
  )
    .option('--seats <count>', 'how many seats', wholeNumber(1, SEATS_MAX))
    .action(bind(subscribe))
}

export const registerRenew: Register = (program, bind) => {
  withOrder(
    program
      .command('renew')
      .description('pay the fee that is due with the saved card: shows it; --yes does it'),
  ).action(bind(renew))
}

export const registerUnsubscribe: Register = (program, bind) => {
  withOrder(
    program
      .command('unsubscribe')
      .description('end the plan when what is paid for ends: shows it; --yes does it'),
  ).action(bind(unsubscribe))
}

const subscribe: Handler = async (context, options, [plan = '']) => {
  const client = context.client()
  const account = await chosenAccount(client, context.io, options)
  const wanted = { plan, ...(typeof options.seats === 'number' && { seats: options.seats }) }
  const shown = await client.subscriptions.preview(account, { action: 'change', ...wanted })
  return order(context, options, shown, (consent) =>
    client.subscriptions.change(
      account,
      { ...wanted, preview_id: shown.preview_id, ...(consent && { consent }) },
      once(options),
    ),
  )
}

const renew: Handler = async (context, options) => {
  const client = context.client()
  const account = await chosenAccount(client, context.io, options)
  const shown = await client.subscriptions.preview(account, { action: 'renew' })
  return order(context, options, shown, (consent) =>
    client.subscriptions.renew(account, consent ? { consent } : {}, once(options)),
  )
}

const unsubscribe: Handler = async (context, options) => {
  const client = context.client()
  const account = await chosenAccount(client, context.io, options)
  const shown = await client.subscriptions.preview(account, { action: 'cancel' })
  return order(context, options, { ...shown, sentence: null }, () =>
    client.subscriptions.cancel(account, { preview_id: shown.preview_id }, once(options)),
  )
}

const once = ({ requestId }: Options) =>
  typeof requestId === 'string' ? { idempotencyKey: requestId } : {}

/** Shows what an order does and costs, and gives it once that is confirmed: what was shown is agreed to. */
async function order(
  context: Context,
  options: Options,
  shown: Preview,
  give: (consent: Consent | null) => Promise<Entry>,
): Promise<ExitCode | undefined> {
  const { sentence } = shown
  if (context.json && options.yes !== true) {
    context.printJson(shown)
    return undefined
  }
  if (!context.json) {
    context.print(shown.says.map(sanitize))
    if (sentence) context.print(['', sanitize(sentence.en)])
  }
  if (!(await isConfirmed(context, options))) {
    context.print(['', NOT_DONE])
    return undefined
  }
  if (sentence === null && shown.fee.due !== '0' && shown.fee.billing === 'prepaid')
    throw new CliError('There is no card to charge the fee to.', {
      why: 'Nothing was changed and nothing was charged.',
      next: 'Save one: everycent cards add METHOD',
      code: 'no_payment_method',
    })
  const consent: Consent | null = sentence && {
    text: sentence.en,
    locale: 'en',
    version: shown.sentence_version,
  }
  const entry = await give(consent)
  printEntry(context, entry, doneText(context, entry))
  return undefined
}

function doneText({ clock }: Context, { transition, subscription }: Entry): string {
  if (!transition || !subscription) return 'It is done.'
  const at = dateTimeZone(Date.parse(transition.effective_at), clock)
  return transition.when === 'now'
    ? `The account has ${transition.to_plan} now. Credit stays as it is.`
    : `The account has ${transition.to_plan} from ${at}. Credit stays as it is.`
}

import { type Command, Option } from 'commander'
import type { Body } from '../../client/index.ts'
import type { Context, Handler } from '../context.ts'
import { usageError } from '../exit.ts'
import { amount, instantText, wholeNumber, withServer } from '../options.ts'
import type { Bind, Register } from '../program.ts'
import { type Cell, dateTimeZone, exactMoney, renderTable, sanitize } from '../render/index.ts'
import { printEntry } from '../views/entry.ts'
import { comparisonLines, feeLines } from '../views/plans.ts'

type Options = Readonly<Record<string, unknown>>
const SEATS_MAX = 100_000

export const registerSubscription: Register = (program, bind) => {
  const own = program
    .command('subscription')
    .description('what an account pays for its plan, until when, and what comes then')
  withServer(own.command('show').description('the subscription').argument('<account>')).action(
    bind(show),
  )
  withServer(
    own
      .command('compare')
      .description('every plan on offer, and what a switch to each would charge now')
      .argument('<account>'),
  )
    .option('--seats <count>', 'with so many seats', wholeNumber(1, SEATS_MAX))
    .addOption(
      new Option('-l, --lang <language>', 'the language').choices(['en', 'ja']).default('en'),
    )
    .action(bind(compare))
  withWanted(
    own
      .command('preview')
      .description('what a change would do and cost; changes nothing')
      .argument('<account>'),
  )
    .addOption(
      new Option('--action <action>', 'what to preview')
        .choices(['change', 'cancel', 'renew'])
        .default('change'),
    )
    .action(bind(preview))
  withPayment(
    withWanted(
      own
        .command('change')
        .description('start, change or reactivate; credit never changes with it')
        .argument('<account>'),
    ),
  )
    .option('--preview <id>', 'execute exactly what this preview said')
    .action(bind(change))
  registerEndings(own, bind)
}

function registerEndings(own: Command, bind: Bind): void {
  withServer(
    own.command('cancel').description('end it when the period ends, or now').argument('<account>'),
  )
    .option('--now', 'at once; the unused time becomes credit for later fees')
    .option('--reason <words>', 'for the journal')
    .action(
      bind(async (context, options, [account = '']) => {
        const entry = await context.client().subscriptions.cancel(account, {
          ...(options.now === true && { when: 'now' as const }),
          ...(typeof options.reason === 'string' && { reason: options.reason }),
        })
        const end = dateTimeZone(Date.parse(entry.event_at), context.clock)
        printEntry(context, entry, `The subscription ends ${end}. Credit stays as it is.`)
        return undefined
      }),
    )
  withPayment(
    withServer(
      own
        .command('renew')
        .description('begin the next period with a payment that was received')
        .argument('<account>'),
    ),
  ).action(
    bind(async (context, options, [account = '']) => {
      const entry = await context.client().subscriptions.renew(account, paymentOf(options))
      printEntry(context, entry, 'The subscription is renewed.')
      return undefined
    }),
  )
}

const withWanted = (command: Command): Command =>
  withServer(command)
    .option('--plan <plan>', 'plan, with or without version: pro or pro@3')
    .option('--seats <count>', 'how many seats', wholeNumber(1, SEATS_MAX))
    .addOption(
      new Option('--when <time>', 'at once, unless it costs less').choices(['now', 'period_end']),
    )
    .option('--fallback <plan>', 'the free plan that it falls to when it ends')

const withPayment = (command: Command): Command =>
  command
    .option('--payment <id>', 'the payment at the processor that was received for the fee')
    .option('--paid <amount>', 'what was paid, tax excluded; what is due when left out', amount)
    .option('--tax <amount>', 'tax that was paid', amount)

const wantedOf = (options: Options) => ({
  ...(typeof options.plan === 'string' && { plan: options.plan }),
  ...(typeof options.seats === 'number' && { seats: options.seats }),
  ...(options.when !== undefined && { when: options.when as 'now' | 'period_end' }),
  ...(typeof options.fallback === 'string' && { fallback: options.fallback }),
})

function paymentOf(options: Options): Body<'renewSubscription'> {
  if (typeof options.payment !== 'string') {
    if (options.paid === undefined && options.tax === undefined) return {}
    throw usageError('An amount was paid, but no payment is named.', {
      next: 'Name it with --payment.',
    })
  }
  return {
    payment: {
      payment_id: options.payment,
      ...(typeof options.paid === 'string' && { amount: options.paid }),
      ...(typeof options.tax === 'string' && { tax: options.tax }),
    },
  }
}

const show: Handler = async (context, _options, [account = '']) => {
  const own = await context
    .client()
    .subscriptions.get(account, { time_zone: context.clock.timeZone })
  if (context.json) context.printJson(own)
  else
    context.print([
      ...own.says.map(sanitize),
      `Fee of a period: ${exactMoney(own.fee, own.currency)}.`,
    ])
  return undefined
}

const compare: Handler = async (context, options, [account = '']) => {
  const lang = options.lang as 'en' | 'ja'
  const own = await context.client().subscriptions.compare(account, {
    lang,
    ...(typeof options.seats === 'number' && { seats: options.seats }),
  })
  if (context.json) context.printJson(own)
  else context.print(comparisonLines(own, lang, context))
  return undefined
}

const preview: Handler = async (context, options, [account = '']) => {
  const action = options.action as Body<'previewSubscription'>['action']
  const own = await context
    .client()
    .subscriptions.preview(
      account,
      { action, ...wantedOf(options) },
      { time_zone: context.clock.timeZone },
    )
  if (context.json) context.printJson(own)
  else
    context.print([
      ...own.says.map(sanitize),
      ...feeLines(own, context),
      '',
      `Nothing was changed. To do exactly this: --preview ${own.preview_id}`,
    ])
  return undefined
}

const change: Handler = async (context, options, [account = '']) => {
  const entry = await context.client().subscriptions.change(account, {
    ...wantedOf(options),
    ...(typeof options.preview === 'string' && { preview_id: options.preview }),
    ...paymentOf(options),
  })
  const { to_plan = '', when } = entry.transition ?? {}
  const done =
    when === 'period_end'
      ? `The account has ${to_plan} when its period ends.`
      : `The account has ${to_plan} now. Credit stays as it is.`
  printEntry(context, entry, done)
  return undefined
}

export const registerResets: Register = (program, bind) => {
  const resets = program.command('resets').description('banked resets of windows')
  withServer(
    resets.command('list').description('those still to be used').argument('<account>'),
  ).action(bind(listResets))
  withServer(resets.command('grant').description('give one').argument('<account>'))
    .requiredOption('--name <name>', 'what the account holder reads')
    .requiredOption('--expires <time>', 'to be used before', instantText)
    .option('--window <id>', 'only for this window')
    .action(
      bind(async (context, options, [account = '']) => {
        const entry = await context.client().subscriptions.grantReset(account, {
          name: String(options.name),
          expires_at: String(options.expires),
          ...(typeof options.window === 'string' && { window_id: options.window }),
        })
        printEntry(context, entry, `Gave the reset ${entry.reset?.id ?? ''}.`)
        return undefined
      }),
    )
  withServer(
    resets
      .command('redeem')
      .description('begin a window anew, once')
      .argument('<account>')
      .argument('<reset>')
      .argument('<window>'),
  ).action(
    bind(async (context, _options, [account = '', reset = '', window_id = '']) => {
      const entry = await context.client().subscriptions.redeemReset(account, reset, { window_id })
      printEntry(context, entry, `The window ${window_id} begins anew.`)
      return undefined
    }),
  )
}

const listResets: Handler = async (context, _options, [account = '']) => {
  const { items } = await context.client().subscriptions.resets(account)
  if (context.json) context.printJson({ items })
  else context.print(resetLines(items, context))
  return undefined
}

interface ResetRow {
  readonly id: string
  readonly name: string
  readonly window_id: string | null
  readonly expires_at: string
}

function resetLines(items: readonly ResetRow[], { style, clock }: Context): string[] {
  if (items.length === 0) return ['There are no resets to use.']
  return renderTable(style, {
    columns: [
      { title: 'reset' },
      { title: 'name', min: 8 },
      { title: 'window' },
      { title: 'use before' },
    ],
    rows: items.map((own): Cell[] => [
      own.id,
      own.name,
      own.window_id ?? 'any',
      dateTimeZone(Date.parse(own.expires_at), clock),
    ]),
  })
}

import { Option } from 'commander'
import { type Answer, type Body, take } from '../../client/index.ts'
import { PURCHASE_KINDS, PURCHASE_STATUSES } from '../../contract/schemas/payments.ts'
import { chosenAccount } from '../account.ts'
import { isConfirmed, YES } from '../confirm.ts'
import type { Context, Handler } from '../context.ts'
import { usageError } from '../exit.ts'
import { amount, wholeNumber, withAccount } from '../options.ts'
import type { Register } from '../program.ts'
import { type Cell, dateTime, money, renderPairs, renderTable } from '../render/index.ts'

type Options = Readonly<Record<string, unknown>>
type Purchase = Answer<'getPurchase'>

const accountOf = ({ io }: Context, client: ReturnType<Context['client']>, options: Options) =>
  chosenAccount(client, io, options)

/** The versions that a purchase is made under, and keeps. */
const termsOf = ({ policy, bundle }: Pick<Purchase, 'policy' | 'bundle'>): string =>
  bundle?.list ? `${policy}, bundles ${bundle.list}` : policy

const CONFIRM = 'Nothing was charged. Repeat with --yes to do it.'

export const registerBuy: Register = (program, bind) => {
  withAccount(
    program
      .command('buy')
      .description('buy credit with a saved card: shows what it costs; --yes buys it')
      .argument('[amount]', 'credit to buy, tax excluded, such as 20', amount),
  )
    .option('--bundle <id>', 'a bundle instead of an amount; "everycent bundles" lists them')
    .option('--card <id>', 'the card; the latest unless told')
    .option(...YES)
    .action(
      bind(async (context, options, [value]) => {
        const client = context.client()
        const account = await accountOf(context, client, options)
        const preview = await client.purchases.preview(account, wishOf(value, options))
        if (context.json && options.yes !== true) {
          context.printJson(preview)
          return undefined
        }
        if (!context.json) context.print([preview.sentence.en, `Terms: ${termsOf(preview)}.`])
        if (!(await isConfirmed(context, options))) {
          context.print(CONFIRM)
          return undefined
        }
        const { preview_id } = preview
        const bought = await client.purchases.confirm(account, { preview_id })
        printPurchase(context, bought)
        return undefined
      }),
    )
}

function wishOf(value: string | undefined, options: Options): Body<'previewPurchase'> {
  const bundle = typeof options.bundle === 'string' ? options.bundle : undefined
  if ((value === undefined) === (bundle === undefined))
    throw usageError('Say what to buy: an amount, or --bundle ID.', {
      next: 'Such as: everycent buy 20',
    })
  return {
    ...(value !== undefined && { amount: value }),
    ...(bundle !== undefined && { bundle_id: bundle }),
    ...(typeof options.card === 'string' && { method_id: options.card }),
  }
}

function printPurchase(context: Context, purchase: Purchase): void {
  if (context.json) {
    context.printJson(purchase)
    return
  }
  const shown = (value: string): string => money(value, purchase.currency)
  const refunds = purchase.refunds.map((refund): [string, Cell] => [
    'refund',
    `${shown(refund.total)} - ${refund.phase}`,
  ])
  context.print(
    renderPairs(context.style, [
      ['purchase', purchase.payment_id],
      ['status', purchase.failure === null ? purchase.status : `failed: ${purchase.failure}`],
      purchase.plan === null ? ['credit', shown(purchase.face)] : ['fee of', purchase.plan],
      ['paid', `${shown(purchase.total)} (${shown(purchase.price)} + ${shown(purchase.tax)} tax)`],
      ['terms', termsOf(purchase)],
      ...(purchase.action_url === null
        ? []
        : [['authenticate at', purchase.action_url] satisfies [string, Cell]]),
      ...refunds,
    ]),
  )
}

const LISTED = 50
const LISTED_MAX = 10_000
const PAGE = 200

export const registerPurchases: Register = (program, bind) => {
  withAccount(
    program
      .command('purchases')
      .description('list what was bought, with refunds, the latest first'),
  )
    .addOption(new Option('--kind <kind>', 'only those').choices(PURCHASE_KINDS))
    .addOption(new Option('--status <status>', 'only those').choices(PURCHASE_STATUSES))
    .option('-n, --limit <count>', 'how many', wholeNumber(1, LISTED_MAX), LISTED)
    .action(bind(listPurchases))
}

const listPurchases: Handler = async (context, options) => {
  const client = context.client()
  const account = await accountOf(context, client, options)
  const limit = Number(options.limit)
  const query = {
    limit: Math.min(limit, PAGE),
    ...(options.kind !== undefined && { kind: options.kind as Purchase['kind'] }),
    ...(options.status !== undefined && { status: options.status as Purchase['status'] }),
  }
  const items = await take(client.purchases.list(account, query), limit)
  if (context.json) context.printJson({ items })
  else if (items.length === 0) context.print('Nothing was bought.')
  else context.print(purchaseLines(items, context))
  return undefined
}

const purchaseLines = (items: readonly Purchase[], context: Context): string[] =>
  renderTable(context.style, {
    columns: [
      { title: 'purchase' },
      { title: 'when' },
      { title: 'status' },
      { title: 'credit' },
      { title: 'paid' },
      { title: 'refunded' },
    ],
    rows: items.map((own) => [
      own.payment_id,
      dateTime(Date.parse(own.created_at), context.clock),
      own.status,
      own.plan === null ? money(own.face, own.currency) : `fee of ${own.plan}`,
      money(own.total, own.currency),
      own.refunds.map(({ total }) => money(total, own.currency)).join(', '),
    ]),
  })
const refundShown = (own: Answer<'previewPurchaseRefund'>, currency: string): string =>
  `${money(own.total, currency)} would be paid back (${money(own.price, currency)} + ${money(own.tax, currency)} tax) for ${money(own.face, currency)} of unused credit.`

export const registerRefundPurchase: Register = (program, bind) => {
  withAccount(
    program
      .command('refund-purchase')
      .description('pay back what is unused of a purchase: shows what; --yes does it')
      .argument('<purchase>'),
  )
    .option('--by-operator', 'also where the law gives no right to withdraw')
    .option('--reason <words>', 'for the journal')
    .option('--request-id <id>', 'the same id refunds once, whatever is repeated')
    .option(...YES)
    .action(
      bind(async (context, options, [purchase = '']) => {
        const client = context.client()
        const account = await accountOf(context, client, options)
        const body: Body<'refundPurchase'> = {
          ...(options.byOperator === true && { basis: 'operator' as const }),
          ...(typeof options.reason === 'string' && { reason: options.reason }),
        }
        // a repeat has nothing left to show: it gets its first answer
        if (options.yes !== true) {
          const { currency } = await client.purchases.get(account, purchase)
          const preview = await client.purchases.previewRefund(account, purchase, body)
          if (context.json) context.printJson(preview)
          else context.print(refundShown(preview, currency))
          if (context.json) return undefined
          if (!(await isConfirmed(context, options))) {
            context.print('Nothing was done. Repeat with --yes to do it.')
            return undefined
          }
        }
        const { requestId } = options
        const once = typeof requestId === 'string' ? { idempotencyKey: requestId } : {}
        printPurchase(context, await client.purchases.refund(account, purchase, body, once))
        return undefined
      }),
    )
}

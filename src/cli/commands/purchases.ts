import type { Answer, Body } from '../../client/index.ts'
import { chosenAccount } from '../account.ts'
import type { Context } from '../context.ts'
import { usageError } from '../exit.ts'
import { amount, withAccount, withServer } from '../options.ts'
import type { Register } from '../program.ts'
import { type Cell, dateTime, money, renderPairs, renderTable } from '../render/index.ts'

type Options = Readonly<Record<string, unknown>>
type Purchase = Answer<'getPurchase'>

const accountOf = ({ io }: Context, client: ReturnType<Context['client']>, options: Options) =>
  chosenAccount(client, io, options)

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
    .option('--yes', 'charge the card now')
    .action(
      bind(async (context, options, [value]) => {
        const client = context.client()
        const account = await accountOf(context, client, options)
        const preview = await client.purchases.preview(account, wishOf(value, options))
        if (options.yes !== true) {
          if (context.json) context.printJson(preview)
          else context.print([preview.sentence.en, CONFIRM])
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
      ['credit', shown(purchase.face)],
      ['paid', `${shown(purchase.total)} (${shown(purchase.price)} + ${shown(purchase.tax)} tax)`],
      ...(purchase.action_url === null
        ? []
        : [['authenticate at', purchase.action_url] satisfies [string, Cell]]),
      ...refunds,
    ]),
  )
}

export const registerBundles: Register = (program, bind) => {
  withServer(
    program.command('bundles').description('list bundles: credit that costs less than it is worth'),
  ).action(
    bind(async (context) => {
      const bundles = await context.client().purchases.bundles()
      if (context.json) context.printJson(bundles)
      else
        context.print(
          renderTable(context.style, {
            columns: [{ title: 'bundle' }, { title: 'credit' }, { title: 'price' }],
            rows: bundles.items.map(({ id, currency, face, price }) => [
              id,
              money(face, currency),
              money(price, currency),
            ]),
          }),
        )
      return undefined
    }),
  )
}

export const registerPurchases: Register = (program, bind) => {
  withAccount(
    program.command('purchases').description('list what was bought, with refunds'),
  ).action(
    bind(async (context, options) => {
      const client = context.client()
      const list = await client.purchases.list(await accountOf(context, client, options))
      if (context.json) context.printJson(list)
      else
        context.print(
          renderTable(context.style, {
            columns: [
              { title: 'purchase' },
              { title: 'when' },
              { title: 'status' },
              { title: 'credit' },
              { title: 'paid' },
              { title: 'refunded' },
            ],
            rows: list.items.map((own) => [
              own.payment_id,
              dateTime(Date.parse(own.created_at), context.clock),
              own.status,
              money(own.face, own.currency),
              money(own.total, own.currency),
              own.refunds.map(({ total }) => money(total, own.currency)).join(', '),
            ]),
          }),
        )
      return undefined
    }),
  )
}

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
    .option('--yes', 'pay it back now')
    .action(
      bind(async (context, options, [purchase = '']) => {
        const client = context.client()
        const account = await accountOf(context, client, options)
        const body: Body<'refundPurchase'> = {
          ...(options.byOperator === true && { basis: 'operator' as const }),
          ...(typeof options.reason === 'string' && { reason: options.reason }),
        }
        if (options.yes === true) {
          const { requestId } = options
          const once = typeof requestId === 'string' ? { idempotencyKey: requestId } : {}
          printPurchase(context, await client.purchases.refund(account, purchase, body, once))
          return undefined
        }
        const { currency } = await client.purchases.get(account, purchase)
        const preview = await client.purchases.previewRefund(account, purchase, body)
        if (context.json) context.printJson(preview)
        else
          context.print([
            `${money(preview.total, currency)} would be paid back (${money(preview.price, currency)} + ${money(preview.tax, currency)} tax) for ${money(preview.face, currency)} of unused credit.`,
            'Nothing was done. Repeat with --yes to do it.',
          ])
        return undefined
      }),
    )
}

import type { Answer } from '../../client/index.ts'
import { chosenAccount } from '../account.ts'
import { withAccount } from '../options.ts'
import type { Register } from '../program.ts'
import { renderTable } from '../render/index.ts'

type Card = Answer<'addPaymentMethod'>

const nameOf = (card: Card): string => `${card.brand} ****${card.last4}`

export const registerCards: Register = (program, bind) => {
  const group = program.command('cards').description('saved cards: list, add, remove')
  withAccount(group.command('list').description('the latest first')).action(
    bind(async (context, options) => {
      const client = context.client()
      const account = await chosenAccount(client, context.io, options)
      const list = await client.paymentMethods.list(account)
      if (context.json) context.printJson(list)
      else
        context.print(
          renderTable(context.style, {
            columns: [{ title: 'id' }, { title: 'card' }, { title: 'expires' }],
            rows: list.items.map((card) => [
              card.method_id,
              nameOf(card),
              `${card.exp_month}/${card.exp_year}`,
            ]),
          }),
        )
      return undefined
    }),
  )
  withAccount(
    group
      .command('add')
      .description('save a card that the processor has; charges nothing')
      .argument('<method>', 'its reference there, such as pm_card_visa in test mode'),
  ).action(
    bind(async (context, options, [method_ref = '']) => {
      const client = context.client()
      const account = await chosenAccount(client, context.io, options)
      const card = await client.paymentMethods.add(account, { method_ref })
      if (context.json) context.printJson(card)
      else context.print(`${nameOf(card)} is saved as ${card.method_id}. Nothing was charged.`)
      return undefined
    }),
  )
  withAccount(
    group.command('remove').description('no charge follows').argument('<card>', 'its id'),
  ).action(
    bind(async (context, options, [id = '']) => {
      const client = context.client()
      const account = await chosenAccount(client, context.io, options)
      const card = await client.paymentMethods.remove(account, id)
      if (context.json) context.printJson(card)
      else context.print(`${nameOf(card)} is removed. No charge follows.`)
      return undefined
    }),
  )
}

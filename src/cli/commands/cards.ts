import type { Command } from 'commander'
import { cardName } from '../../contract/explain/index.ts'
import { chosenAccount } from '../account.ts'
import type { Handler } from '../context.ts'
import { withAccount } from '../options.ts'
import type { Bind, Register } from '../program.ts'
import { dateTime, renderTable } from '../render/index.ts'

const showHistory: Handler = async (context, options) => {
  const client = context.client()
  const list = await client.paymentMethods.history(await chosenAccount(client, context.io, options))
  if (context.json) context.printJson(list)
  else
    context.print(
      renderTable(context.style, {
        columns: [{ title: 'when' }, { title: 'card' }, { title: 'change' }, { title: 'by' }],
        rows: list.items.map((own) => [
          dateTime(Date.parse(own.at), context.clock),
          cardName(own),
          own.change,
          own.actor.id,
        ]),
      }),
    )
  return undefined
}

export const registerCards: Register = (program, bind) => {
  const group = program.command('cards').description('saved cards: list, add, default, remove')
  withAccount(group.command('list').description('the default first')).action(
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
              cardName(card),
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
      else context.print(`${cardName(card)} is saved as ${card.method_id}. Nothing was charged.`)
      return undefined
    }),
  )
  registerChanges(group, bind)
}

function registerChanges(group: Command, bind: Bind): void {
  withAccount(
    group
      .command('default')
      .description('the card that is charged where none is named')
      .argument('<card>', 'its id'),
  ).action(
    bind(async (context, options, [id = '']) => {
      const client = context.client()
      const account = await chosenAccount(client, context.io, options)
      const card = await client.paymentMethods.chooseDefault(account, id)
      if (context.json) context.printJson(card)
      else context.print(`${cardName(card)} is the default card. Nothing was charged.`)
      return undefined
    }),
  )
  withAccount(group.command('history').description('who added, chose and removed cards')).action(
    bind(showHistory),
  )
  withAccount(
    group.command('remove').description('no charge follows').argument('<card>', 'its id'),
  ).action(
    bind(async (context, options, [id = '']) => {
      const client = context.client()
      const account = await chosenAccount(client, context.io, options)
      const card = await client.paymentMethods.remove(account, id)
      if (context.json) context.printJson(card)
      else context.print(`${cardName(card)} is removed. No charge follows.`)
      return undefined
    }),
  )
}

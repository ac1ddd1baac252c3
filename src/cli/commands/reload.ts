import type { Command } from 'commander'
import type { Answer, Body } from '../../client/index.ts'
import { chosenAccount } from '../account.ts'
import { isConfirmed } from '../confirm.ts'
import type { Context } from '../context.ts'
import { amount, withAccount } from '../options.ts'
import type { Bind, Register } from '../program.ts'
import { type Cell, money, renderPairs, renderTable } from '../render/index.ts'

type Options = Readonly<Record<string, unknown>>

export const registerReload: Register = (program, bind) => {
  const group = program.command('reload').description('buy credit automatically, within limits')
  withAccount(group.command('show').description('its terms, and what it waits for')).action(
    bind(async (context, options) => {
      const client = context.client()
      const account = await chosenAccount(client, context.io, options)
      const [own, { currency }] = await Promise.all([
        client.autoReload.get(account),
        client.accounts.get(account),
      ])
      if (context.json) context.printJson(own)
      else context.print(renderPairs(context.style, shown(own, currency)))
      return undefined
    }),
  )
  withAccount(group.command('set').description('shows the sentence; --agree or --yes turns it on'))
    .requiredOption('--below <amount>', 'reload when credit falls below this', amount)
    .option('--amount <amount>', 'credit to buy each time', amount)
    .option('--target <amount>', 'or the balance to reload to', amount)
    .requiredOption('--max-per-day <amount>', 'the most that is charged in a day', amount)
    .requiredOption('--max-per-month <amount>', 'the most that is charged in a month', amount)
    .option('--card <id>', 'the card; the latest unless told')
    .option('--agree', 'the account holder has read the sentence and agrees')
    .option('--yes', 'the same as --agree')
    .action(
      bind(async (context, options) => {
        await setReload(context, options)
        return undefined
      }),
    )
  registerPause(group, bind)
  withAccount(group.command('off').description('turn it off; no charge follows')).action(
    bind(async (context, options) => {
      const client = context.client()
      const account = await chosenAccount(client, context.io, options)
      const entry = await client.autoReload.end(account)
      if (context.json) context.printJson(entry)
      else context.print('Auto-reload is off. No charge follows.')
      return undefined
    }),
  )
}

function registerPause(group: Command, bind: Bind): void {
  withAccount(
    group.command('pause').description('no charge until it is resumed; what was agreed to stays'),
  ).action(
    bind(async (context, options) => {
      const client = context.client()
      const account = await chosenAccount(client, context.io, options)
      const entry = await client.autoReload.pause(account)
      if (context.json) context.printJson(entry)
      else context.print('Auto-reload is paused. No charge follows until it is resumed.')
      return undefined
    }),
  )
  withAccount(group.command('resume').description('go on after a pause; charges nothing by itself'))
    .option('--yes', 'do not ask')
    .action(
      bind(async (context, options) => {
        const client = context.client()
        const account = await chosenAccount(client, context.io, options)
        const own = await client.autoReload.get(account)
        if (context.json && options.yes !== true) {
          context.printJson(own)
          return undefined
        }
        if (!context.json && own.terms)
          context.print('Calls that draw credit can make it buy again, as was agreed to.')
        if (!(await isConfirmed(context, { yes: options.yes === true }))) {
          context.print('Nothing was changed. Repeat with --yes.')
          return undefined
        }
        const entry = await client.autoReload.resume(account)
        if (context.json) context.printJson(entry)
        else context.print('Auto-reload goes on. Nothing was charged by this.')
        return undefined
      }),
    )
}

function shown(own: Answer<'getAutoReload'>, currency: string): [string, Cell][] {
  const { terms, stopped, paused_at: pausedAt } = own
  if (!terms) return [['auto-reload', 'off: no card is charged']]
  const running = pausedAt === null ? 'on' : `paused since ${pausedAt}`
  const value = (text: string): string => money(text, currency)
  const buys = terms.amount === null ? `up to ${value(terms.target ?? '0')}` : value(terms.amount)
  return [
    ['auto-reload', stopped ? `stopped (${stopped.reason}): set it anew to go on` : running],
    ['below', value(terms.trigger_below)],
    ['buys', buys],
    ['today', `${value(own.charged_today)} of ${value(terms.max_per_day)}`],
    ['this month', `${value(own.charged_this_month)} of ${value(terms.max_per_month)}`],
    ['balance', value(own.balance)],
    ['waits for', own.due ? 'nothing: it is due' : (own.waits_for ?? '')],
  ]
}

async function setReload(context: Context, options: Options): Promise<void> {
  const client = context.client()
  const account = await chosenAccount(client, context.io, options)
  const terms = termsOf(options)
  const preview = await client.autoReload.preview(account, terms)
  const agreed = { yes: options.agree === true || options.yes === true }
  if (context.json && !agreed.yes) {
    context.printJson(preview)
    return
  }
  if (!context.json) await showReload(context, account, preview)
  if (!(await isConfirmed(context, agreed))) {
    context.print('Nothing was set. Repeat with --agree once the account holder has read this.')
    return
  }
  const consent = {
    text: preview.sentence.en,
    locale: 'en' as const,
    version: preview.sentence_version,
  }
  const entry = await client.autoReload.set(account, { ...terms, consent })
  if (context.json) context.printJson(entry)
  else context.print('Auto-reload is on. Nothing was charged by this.')
}

async function showReload(
  context: Context,
  account: string,
  preview: Answer<'previewAutoReload'>,
): Promise<void> {
  const { currency } = await context.client().accounts.get(account)
  const { reloads, total } = preview.last_30_days
  context.print([
    preview.sentence.en,
    '',
    `In the last 30 days: ${reloads.length} charges, ${money(total, currency)} in all.`,
    ...(reloads.length === 0
      ? []
      : renderTable(context.style, {
          columns: [{ title: 'when' }, { title: 'balance' }, { title: 'charge' }],
          rows: reloads.map((own) => [
            own.at,
            money(own.balance, currency),
            money(own.total, currency),
          ]),
        })),
  ])
}

const termsOf = (options: Options): Body<'previewAutoReload'> => ({
  trigger_below: String(options.below),
  ...(typeof options.amount === 'string' && { amount: options.amount }),
  ...(typeof options.target === 'string' && { target: options.target }),
  max_per_day: String(options.maxPerDay),
  max_per_month: String(options.maxPerMonth),
  ...(typeof options.card === 'string' && { method_id: options.card }),
})

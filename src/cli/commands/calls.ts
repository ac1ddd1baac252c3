import type { Command } from 'commander'
import { type Client, type QueryParams, take } from '../../client/index.ts'
import { chosenAccount } from '../account.ts'
import type { Context } from '../context.ts'
import { instantText, wholeNumber, withServer } from '../options.ts'
import type { Register } from '../program.ts'
import { callsTable, feedHeader, feedRow } from '../views/calls.ts'

const SHOWN = 20
const SHOWN_MAX = 10_000
const PAGE = 200

type Options = Readonly<Record<string, unknown>>

export const registerCalls: Register = (program, bind) => {
  filters(
    withServer(program.command('calls').description('the last calls, or all as they end'))
      .option('-a, --account <id>', 'the account')
      .option('-f, --follow', 'go on with every call that ends')
      .option('-n, --limit <count>', 'how many', wholeNumber(1, SHOWN_MAX), SHOWN),
  ).action(
    bind(
      async (context, options) => {
        const client = context.client()
        const account = await chosenAccount(client, context.io, options)
        if (options.follow) await follow(client, account, context, options)
        else await list(client, account, context, options)
        return undefined
      },
      { drains: true },
    ),
  )
}

const filters = (command: Command): Command =>
  command
    .option('--model <id>', 'only this model, as requested or as served')
    .option('--outcome <code>', 'only this outcome, such as client_aborted')
    .option('--key <id>', 'only this key')
    .option('--member <id>', 'only this member')
    .option('--from <time>', 'not before', instantText)
    .option('--to <time>', 'before', instantText)

function queryOf(options: Options): QueryParams<'listCalls'> {
  const { model, outcome, key, member, from, to, limit } = options
  const query = { model, outcome, key_id: key, member_id: member, from, to }
  const given = Object.entries(query).filter(([, value]) => value !== undefined)
  return { ...Object.fromEntries(given), limit: Math.min(Number(limit), PAGE) }
}

async function list(client: Client, account: string, context: Context, options: Options) {
  const calls = await take(client.calls.list(account, queryOf(options)), Number(options.limit))
  if (context.json) context.printJson({ items: calls })
  else context.print(callsTable(calls, context))
}

async function follow(client: Client, account: string, context: Context, options: Options) {
  const { signal } = context.io
  const state = await client.accounts.state(account)
  if (!context.json) context.print(feedHeader(context))
  const onReconnect = ({ waitMs, error }: { waitMs: number; error: unknown }): void => {
    if (error === undefined) return
    const seconds = Math.max(1, Math.round(waitMs / 1_000))
    context.note(`Live view lost, trying again in ${seconds} s; calls are still metered.`)
  }
  const feed = client.accounts.events(account, { afterSeq: state.seq, signal, onReconnect })
  for await (const entry of feed) {
    if (!matches(entry, options)) continue
    if (context.json) context.printJson(entry)
    else {
      const line = feedRow(entry, state.currency, context)
      if (line !== undefined) context.print(line)
    }
  }
}

interface Filtered {
  readonly call?: {
    readonly model: string
    readonly key_id: string | null
    readonly member_id: string | null
  }
  readonly served?: { readonly model: string | null }
  readonly outcome?: { readonly code: string }
}

/** The same filters as the list has, on the feed. */
function matches(entry: Filtered, options: Options): boolean {
  const { model, outcome, key, member } = options
  if (model !== undefined && entry.call?.model !== model && entry.served?.model !== model)
    return false
  if (outcome !== undefined && entry.outcome?.code !== outcome) return false
  if (key !== undefined && entry.call?.key_id !== key) return false
  return member === undefined || entry.call?.member_id === member
}

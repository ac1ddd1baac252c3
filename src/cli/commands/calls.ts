import { Option } from 'commander'
import { type Client, type QueryParams, take } from '../../client/index.ts'
import { readFilter } from '../../contract/usage/index.ts'
import { chosenAccount } from '../account.ts'
import type { Context } from '../context.ts'
import { usageError } from '../exit.ts'
import { wholeNumber, withServer } from '../options.ts'
import type { Register } from '../program.ts'
import { filtersOf, withFilters } from '../usage-filters.ts'
import { callsTable, feedHeader, feedRow, runningTable } from '../views/calls.ts'

const SHOWN = 20
const SHOWN_MAX = 10_000
const PAGE = 200

type Options = Readonly<Record<string, unknown>>

export const registerCalls: Register = (program, bind) => {
  withFilters(
    withServer(program.command('calls').description('the last calls, or all as they end'))
      .option('-a, --account <id>', 'the account')
      .option('-f, --follow', 'go on with every call that ends')
      .option('--running', 'calls in flight, with what they hold')
      .addOption(
        new Option('--sort <order>', 'the last first, or the dearest').choices(['ended', 'amount']),
      )
      .option('-n, --limit <count>', 'how many', wholeNumber(1, SHOWN_MAX), SHOWN),
  ).action(
    bind(
      async (context, options) => {
        const client = context.client()
        const account = await chosenAccount(client, context.io, options)
        if (options.running) await running(client, account, context, options)
        else if (options.follow) await follow(client, account, context, options)
        else await list(client, account, context, options)
        return undefined
      },
      { drains: true },
    ),
  )
}

function queryOf(options: Options): QueryParams<'listCalls'> {
  const { from, to, sort, limit } = options
  return {
    ...filtersOf(options),
    ...(typeof from === 'string' && { from }),
    ...(typeof to === 'string' && { to }),
    ...(sort === 'amount' && { sort }),
    limit: Math.min(Number(limit), PAGE),
  }
}

async function running(client: Client, account: string, context: Context, options: Options) {
  const calls = await take(client.calls.running(account), Number(options.limit))
  if (context.json) context.printJson({ items: calls })
  else context.print(runningTable(calls, (await client.accounts.get(account)).currency, context))
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

/** What a call that ends can be asked at once; the rest, such as who paid, is known to the list. */
function matches(entry: Filtered, options: Options): boolean {
  const { model, outcome, key, member } = filtersToFollow(options)
  const called = entry.served?.model ?? entry.call?.model
  return (
    fits(model, called) &&
    fits(outcome, entry.outcome?.code) &&
    fits(key, entry.call?.key_id) &&
    fits(member, entry.call?.member_id)
  )
}

function filtersToFollow(options: Options) {
  const { model, outcome, key_id, member_id, ...others } = filtersOf(options)
  const strange = Object.keys(others)[0]
  if (strange !== undefined)
    throw usageError(`What is followed cannot be filtered by ${strange.replace(/_id$/, '')}.`, {
      next: 'Leave out --follow, or filter by model, outcome, key and member.',
    })
  return { model, outcome, key: key_id, member: member_id }
}

function fits(text: string | undefined, value: string | null | undefined): boolean {
  const filter = text === undefined ? null : readFilter(text)
  if (!filter) return true
  const own = value ?? null
  const isWanted = filter.wanted.length === 0 || filter.wanted.includes(own)
  return isWanted && !filter.unwanted.includes(own)
}

import {
  type AccountState,
  type Answer,
  type CallListed,
  type Client,
  type EntryAnswer,
  take,
} from '../../client/index.ts'
import { readAmount, sumOf } from './amounts.ts'
import { CAST, type CastMember } from './cast.ts'

const PAGE = 200
const LONG_AGO_MS = 400 * 86_400_000

/** All that the API says about one account. */
export interface AccountBooks {
  readonly member: CastMember
  readonly state: AccountState
  /** The hourly sums. */
  readonly usage: Answer<'getUsage'>['totals']
  readonly calls: readonly CallListed[]
  /** What lots were given, bought, and lost when they ended. */
  readonly lots: { readonly face: bigint; readonly expired: bigint }
  /** The journal's entries of credit that was bought. */
  readonly topUps: readonly EntryAnswer[]
  readonly purchases: readonly Purchase[]
  /** `null`: it was never set. */
  readonly reload: Answer<'getAutoReload'> | null
}

export type Purchase = Answer<'listPurchases'>['items'][number]

export async function readBooks(client: Client, nowMs: number): Promise<AccountBooks[]> {
  return Promise.all(CAST.map((member) => readAccount(client, member, nowMs)))
}

async function readAccount(
  client: Client,
  member: CastMember,
  nowMs: number,
): Promise<AccountBooks> {
  const calls: CallListed[] = await take(client.calls.list(member.id, { limit: PAGE }))
  const from = new Date(nowMs - LONG_AGO_MS).toISOString()
  const [state, usage, credit, purchases] = await Promise.all([
    client.accounts.state(member.id),
    client.accounts.usage(member.id, { from, group_by: 'total' }),
    readCredit(client, member.id),
    take(client.purchases.list(member.id)),
  ])
  const reload = state.auto_reload === null ? null : await client.autoReload.get(member.id)
  return {
    member,
    state,
    usage: usage.totals,
    calls: onePerCall(calls),
    ...credit,
    purchases,
    reload,
  }
}

/** A call whose first attempts failed is on the list once for each of its ends. */
function onePerCall(rows: readonly CallListed[]): CallListed[] {
  const calls = new Map<string, CallListed>()
  for (const row of rows) if (!calls.has(row.call_id)) calls.set(row.call_id, row)
  return [...calls.values()]
}

async function readCredit(
  client: Client,
  accountId: string,
): Promise<Pick<AccountBooks, 'lots' | 'topUps'>> {
  let [face, expired] = [0n, 0n]
  const topUps: EntryAnswer[] = []
  for (const kind of ['grant', 'top_up'] as const)
    for await (const entry of client.accounts.entries(accountId, { kind, limit: PAGE })) {
      face += readAmount(entry.lot?.face)
      if (kind === 'top_up') topUps.push(entry)
    }
  for await (const entry of client.accounts.entries(accountId, { kind: 'expire_lot', limit: PAGE }))
    expired += sumOf(entry.postings, ([account, , amount]) =>
      account === 'house:breakage' ? readAmount(amount) : 0n,
    )
  return { lots: { face, expired: expired < 0n ? -expired : expired }, topUps }
}

/** Where the money of some calls came from, as their receipts say. */
export interface Funded {
  readonly covered: bigint
  readonly promotional: bigint
  readonly paid: bigint
  readonly overage: bigint
  readonly absorbed: bigint
}

export function fundedBy(calls: readonly CallListed[]): Funded {
  const figure = (read: (amounts: CallListed['amounts']) => string | null): bigint =>
    sumOf(calls, (call) => readAmount(read(call.amounts)))
  return {
    covered: figure((amounts) => amounts.covered_by_plan.amount),
    promotional: figure((amounts) => amounts.credit.promotional.amount),
    paid: figure((amounts) => amounts.credit.paid.amount),
    overage: figure((amounts) => amounts.overage.amount),
    absorbed: figure((amounts) => amounts.absorbed.amount),
  }
}

export const isRefused = (call: CallListed): boolean => call.status === 'refused'

/** Delivered or tried, and yet nobody pays: the platform's or the provider's trouble. */
export const isNotBilled = (call: CallListed): boolean =>
  call.status === 'not_billed' || call.status === 'usage_missing'

const isWaitingForPrice = (call: CallListed): boolean => call.status === 'unpriced'

/** What the customer pays for, from whatever source. */
export const isCharged = (call: CallListed): boolean =>
  !isRefused(call) && !isNotBilled(call) && !isWaitingForPrice(call)

/** How often each word occurs, most frequent first. */
export function countBy<T>(items: Iterable<T>, wordOf: (item: T) => string): [string, number][] {
  const counts = new Map<string, number>()
  for (const item of items) counts.set(wordOf(item), (counts.get(wordOf(item)) ?? 0) + 1)
  return [...counts].sort((one, other) => other[1] - one[1] || one[0].localeCompare(other[0]))
}

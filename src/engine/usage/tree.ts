import type pg from 'pg'
import { receiptId } from '../../contract/receipt/index.ts'
import type { UsageMeasure } from '../../contract/usage/index.ts'
import { formatInstant, type Instant, instant } from '../../core/time/index.ts'
import type { Chosen } from '../../store/facts/chosen.ts'
import type { FactsPlace } from '../../store/facts/place.ts'
import { NO_SUMS, plusSums, type Sums } from '../../store/facts/sums.ts'
import {
  callsOfSession,
  type SessionRow,
  sessionOf,
  sumSessions,
  sumSessionTops,
  type TreeCall,
} from '../../store/facts/tree.ts'
import { withFacts } from './explore.ts'
import { intervalJson, isFault, periodOf, type UsageQuestion, usageFault } from './question.ts'
import { measured, sumsJson } from './sums-json.ts'

/** Which level of the tree: the sessions, the first calls of one, or the calls below a call. */
export type TreeLevel =
  | { readonly type: 'sessions' }
  | { readonly type: 'session'; readonly id: string | null }
  | { readonly type: 'call'; readonly id: string }

export interface TreeQuestion
  extends Pick<
    UsageQuestion,
    'accountId' | 'inSightOf' | 'filters' | 'from' | 'to' | 'cycle' | 'measure'
  > {
  readonly level: TreeLevel
  /** The node after which the page begins. */
  readonly after: TreePosition | null
  readonly limit: number
}

/** Where a node stands: by its measure, then by its id. */
export interface TreePosition {
  readonly value: bigint
  readonly id: string
}

/** Calls that one level can be made from: it is folded in memory. */
const CALLS_MAX = 50_000

interface Node {
  readonly kind: 'session' | 'call'
  readonly id: string | null
  readonly call: TreeCall | null
  readonly from: Date
  readonly to: Date
  readonly total: Sums
  /** Known at once of calls; of sessions it is counted for those that are shown. */
  readonly own: Sums | null
  readonly children: number | null
}

export const usageTree = (pool: pg.Pool, question: TreeQuestion, nowMs: number) =>
  withFacts(pool, question.accountId, (client, place) =>
    treeAt(client, place, question, instant(nowMs)),
  )

async function treeAt(
  client: pg.PoolClient,
  place: FactsPlace,
  question: TreeQuestion,
  now: Instant,
) {
  const period = await periodOf(client, place, question, now)
  if (isFault(period)) return period
  const { accountId, inSightOf, filters } = question
  const chosen: Chosen = { accountId, inSightOf, filters, period }
  const level = await nodesOf(client, chosen, question.level)
  if (level === null)
    return usageFault(
      'from',
      'gives more calls than one level can have',
      'Choose a shorter period.',
    )
  const ordered = inOrder(level, question.measure)
  const page = pageAfter(ordered, question)
  const shown = await completed(client, chosen, page.shown)
  return {
    account_id: accountId,
    member_id: inSightOf,
    currency: place.state.currency,
    ...intervalJson(period),
    items: shown.map(nodeJson),
    totals: sumsJson(ordered.reduce((total, node) => plusSums(total, node.total), NO_SUMS)),
    next: page.next,
    as_of: formatInstant(instant(Math.max(now, place.at))),
    seq: place.seq,
  }
}

const idOf = ({ id }: Pick<Node, 'id'>): string => id ?? '~'

function inOrder(nodes: readonly Node[], measure: UsageMeasure): readonly Node[] {
  return [...nodes].sort((a, b) => {
    const [left, right] = [measured(a.total, measure), measured(b.total, measure)]
    return left < right ? 1 : left > right ? -1 : idOf(a) < idOf(b) ? -1 : 1
  })
}

function pageAfter(
  ordered: readonly Node[],
  { after, limit, measure }: TreeQuestion,
): { readonly shown: readonly Node[]; readonly next: TreePosition | null } {
  const isAfter = (node: Node): boolean => {
    const value = measured(node.total, measure)
    return !after || value < after.value || (value === after.value && idOf(node) > after.id)
  }
  const first = ordered.findIndex(isAfter)
  const left = first < 0 ? [] : ordered.slice(first)
  const shown = left.slice(0, limit)
  const last = shown.at(-1)
  const next =
    last && left.length > limit ? { value: measured(last.total, measure), id: idOf(last) } : null
  return { shown, next }
}

/** `null`: it is made of too many calls. */
async function nodesOf(
  client: pg.ClientBase,
  chosen: Chosen,
  level: TreeLevel,
): Promise<readonly Node[] | null> {
  if (level.type === 'sessions') return (await sumSessions(client, chosen)).map(sessionNode)
  const session = level.type === 'session' ? level.id : await sessionOf(client, chosen, level.id)
  if (session === undefined) return []
  const calls = await callsOfSession(client, chosen, session, CALLS_MAX + 1)
  if (calls.length > CALLS_MAX) return null
  const below = belowOf(calls)
  const top = below.get(level.type === 'call' ? level.id : null) ?? []
  return top.map((call) => callNode(call, below))
}

const sessionNode = ({ sessionId, from, to, sums }: SessionRow): Node => ({
  kind: 'session',
  id: sessionId,
  call: null,
  from,
  to,
  total: sums,
  own: null,
  children: null,
})

type Below = ReadonlyMap<string | null, readonly TreeCall[]>

/**
 * The calls below each call, and under `null` those below none. A parent was made before its child and is in
 * the same session; whatever else a call says of its parent puts it at the top, so that no circle can be.
 */
function belowOf(calls: readonly TreeCall[]): Below {
  const seen = new Set<string>()
  const below = new Map<string | null, TreeCall[]>()
  for (const call of calls) {
    const { parentCallId } = call
    const parent = parentCallId !== null && seen.has(parentCallId) ? parentCallId : null
    const own = below.get(parent)
    if (own) own.push(call)
    else below.set(parent, [call])
    seen.add(call.callId)
  }
  return below
}

function callNode(call: TreeCall, below: Below): Node {
  const inside = [call]
  for (const own of inside) inside.push(...(below.get(own.callId) ?? []))
  return {
    kind: 'call',
    id: call.callId,
    call,
    from: call.eventAt,
    to: new Date(inside.reduce((last, { eventAt }) => Math.max(last, eventAt.getTime()), 0)),
    total: inside.reduce((total, { sums }) => plusSums(total, sums), NO_SUMS),
    own: call.sums,
    children: below.get(call.callId)?.length ?? 0,
  }
}

/** Sessions with what of them is at their top, for those of one page. */
async function completed(
  client: pg.ClientBase,
  chosen: Chosen,
  nodes: readonly Node[],
): Promise<readonly Node[]> {
  const sessions = nodes.filter(({ kind }) => kind === 'session').map(({ id }) => id)
  if (sessions.length === 0) return nodes
  const tops = await sumSessionTops(client, chosen, sessions)
  const byId = new Map(tops.map((top) => [top.sessionId, top]))
  return nodes.map((node) => {
    const top = byId.get(node.id)
    return { ...node, own: top?.sums ?? NO_SUMS, children: top?.calls ?? 0 }
  })
}

const nodeJson = (node: Node) => ({
  kind: node.kind,
  id: node.id,
  receipt_id: node.call && receiptId(node.call.callId),
  model: node.call?.model ?? null,
  client: node.call?.client ?? null,
  status: node.call?.status ?? null,
  from: node.from.toISOString(),
  to: node.to.toISOString(),
  children: node.children ?? 0,
  own: sumsJson(node.own ?? NO_SUMS),
  total: sumsJson(node.total),
})

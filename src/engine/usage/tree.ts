import type pg from 'pg'
import { receiptId } from '../../contract/receipt/index.ts'
import { formatInstant, type Instant, instant } from '../../core/time/index.ts'
import type { Chosen } from '../../store/facts/chosen.ts'
import type { FactsPlace } from '../../store/facts/place.ts'
import { NO_SUMS, plusSums, type Sums } from '../../store/facts/sums.ts'
import {
  linksOfSession,
  sessionOf,
  sumParts,
  sumSession,
  type TreeCall,
  treeCalls,
} from '../../store/facts/tree.ts'
import { sumSessions, sumSessionTops, type TreePosition } from '../../store/facts/tree-sessions.ts'
import { withFacts } from './explore.ts'
import { intervalJson, isFault, periodOf, type UsageQuestion } from './question.ts'
import { sumsJson } from './sums-json.ts'
import { type ShapeNode, TreeShape } from './tree-shape.ts'

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

interface Node {
  readonly kind: 'session' | 'call'
  readonly id: string | null
  readonly call: TreeCall | null
  readonly from: Date
  readonly to: Date
  readonly own: Sums
  readonly total: Sums
  readonly children: number
}

interface Level {
  readonly nodes: readonly Node[]
  /** Of all nodes of the level. */
  readonly totals: Sums
  readonly next: TreePosition | null
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
  const level =
    question.level.type === 'sessions'
      ? await sessionLevel(client, chosen, question)
      : await callLevel(client, chosen, question, question.level)
  return {
    account_id: accountId,
    member_id: inSightOf,
    currency: place.state.currency,
    ...intervalJson(period),
    items: level.nodes.map(nodeJson),
    totals: sumsJson(level.totals),
    next: level.next,
    as_of: formatInstant(instant(Math.max(now, place.at))),
    seq: place.seq,
  }
}

async function sessionLevel(
  client: pg.ClientBase,
  chosen: Chosen,
  { measure, after, limit }: TreeQuestion,
): Promise<Level> {
  const { rows, totals } = await sumSessions(client, chosen, { measure, after, limit: limit + 1 })
  const shown = rows.slice(0, limit)
  const ids = shown.map(({ sessionId }) => sessionId)
  const tops = shown.length === 0 ? [] : await sumSessionTops(client, chosen, ids)
  const byId = new Map(tops.map((top) => [top.sessionId, top]))
  const last = shown.at(-1)
  return {
    nodes: shown.map(({ sessionId, from, to, sums }) => ({
      ...{ kind: 'session', id: sessionId, call: null, from, to },
      own: byId.get(sessionId)?.sums ?? NO_SUMS,
      total: sums,
      children: byId.get(sessionId)?.calls ?? 0,
    })),
    totals,
    next: last && rows.length > limit ? { value: last.value, id: last.sessionId ?? '~' } : null,
  }
}

/** Calls that are in memory at once, beside what the shape keeps of them. */
const PAGE_LINKS = 20_000

async function callLevel(
  client: pg.ClientBase,
  chosen: Chosen,
  question: TreeQuestion,
  level: Exclude<TreeLevel, { readonly type: 'sessions' }>,
): Promise<Level> {
  const under = level.type === 'call' ? level.id : null
  const session = level.type === 'session' ? level.id : await sessionOf(client, chosen, level.id)
  if (session === undefined) return { nodes: [], totals: NO_SUMS, next: null }
  const { measure } = question
  const shape = new TreeShape(under)
  const pages = linksOfSession(client, chosen, session, { measure, limit: PAGE_LINKS })
  for await (const links of pages) for (const link of links) shape.add(link)
  const ordered = [...shape.nodes()].sort(compared)
  const { shown, next } = pageAfter(ordered, question)
  const calls = await treeCalls(
    client,
    chosen.accountId,
    shown.map(({ callId }) => callId),
  )
  const parts = await sumParts(client, chosen.accountId, shape.partsOf(shown))
  const totals =
    under === null
      ? await sumSession(client, chosen, session)
      : await sumAll(client, chosen.accountId, shape)
  const nodes = shown.map((node, part) => callNode(node, calls.get(node.callId)!, parts.get(part)!))
  return { nodes, totals, next }
}

async function sumAll(client: pg.ClientBase, accountId: string, shape: TreeShape): Promise<Sums> {
  const sums = await sumParts(client, accountId, shape.partsOf(shape.nodes()))
  return [...sums.values()].map((part) => part.sums).reduce(plusSums, NO_SUMS)
}

const compared = (a: ShapeNode, b: ShapeNode): number =>
  a.value < b.value ? 1 : a.value > b.value ? -1 : a.callId < b.callId ? -1 : 1

function pageAfter(
  ordered: readonly ShapeNode[],
  { after, limit }: TreeQuestion,
): { readonly shown: readonly ShapeNode[]; readonly next: TreePosition | null } {
  const isAfter = ({ value, callId }: ShapeNode): boolean =>
    !after || value < after.value || (value === after.value && callId > after.id)
  const first = ordered.findIndex(isAfter)
  const left = first < 0 ? [] : ordered.slice(first)
  const shown = left.slice(0, limit)
  const last = shown.at(-1)
  return {
    shown,
    next: last && left.length > limit ? { value: last.value, id: last.callId } : null,
  }
}

const callNode = (
  { children }: ShapeNode,
  call: TreeCall,
  part: { readonly sums: Sums; readonly last: Date },
): Node => ({
  ...{ kind: 'call', id: call.callId, call, from: call.eventAt, to: part.last, children },
  own: call.sums,
  total: part.sums,
})

const nodeJson = (node: Node) => ({
  kind: node.kind,
  id: node.id,
  receipt_id: node.call && receiptId(node.call.callId),
  model: node.call?.model ?? null,
  client: node.call?.client ?? null,
  status: node.call?.status ?? null,
  from: node.from.toISOString(),
  to: node.to.toISOString(),
  children: node.children,
  own: sumsJson(node.own),
  total: sumsJson(node.total),
})

import type pg from 'pg'
import { latencyOf, type Receipt, receiptId } from '../../contract/receipt/index.ts'
import { formatInstant, type Interval, instant } from '../../core/time/index.ts'
import { withFacts } from '../../engine/usage/explore.ts'
import { callsByEnd, callsByPrice, type FactCall } from '../../store/facts/calls.ts'
import type { Chosen } from '../../store/facts/chosen.ts'
import { readAccount } from '../../store/reads/account-state.ts'
import { type RunningCall, runningCalls } from '../../store/reads/running-calls.ts'
import { decodeCursor, encodeCursor, PAGE_DEFAULT, pageOf } from '../cursor.ts'
import { type Handlers, memberInSight, ok } from '../handler.ts'
import { ProblemError } from '../problem-answer.ts'
import { instantOrNull } from '../read-in.ts'
import { receiptsOfCalls } from '../receipts.ts'
import { type SoFar, soFarOf } from '../so-far.ts'
import { filtersIn, unreadyProblem } from '../usage-question.ts'

const TIME_MAX_MS = 253_402_300_799_999

/** From the beginning of time to its end, where a side is not given. */
function periodIn(from: string | undefined, to: string | undefined): Interval | null {
  if (from === undefined && to === undefined) return null
  return {
    start: instantOrNull(from) ?? instant(0),
    end: instantOrNull(to) ?? instant(TIME_MAX_MS),
  }
}

export const callHandlers: Handlers<'listCalls' | 'listRunningCalls'> = {
  listCalls: async (inbound, { pool, nowMs }) => {
    const { params, query } = inbound
    const accountId = params.account_id
    const limit = query.limit ?? PAGE_DEFAULT
    const chosen: Chosen = {
      accountId,
      inSightOf: memberInSight(inbound),
      period: periodIn(query.from, query.to),
      filters: filtersIn(query, 'query', inbound),
    }
    const order = query.sort === 'amount' ? BY_AMOUNT : BY_END
    const rows = await withFacts(pool, accountId, (client) =>
      order.read(client, chosen, query.cursor, limit + 1),
    )
    if (typeof rows === 'string') throw unreadyProblem(rows)
    const { items, next_cursor } = pageOf(rows, limit, order.cursorOf)
    const callIds = items.map(({ callId }) => callId)
    const found = await receiptsOfCalls(pool, accountId, callIds, chosen.inSightOf)
    if (!found) throw new ProblemError('account_unknown')
    const as_of = formatInstant(instant(nowMs()))
    return ok({ items: found.receipts.map(callJson), next_cursor, as_of, seq: found.seq })
  },

  listRunningCalls: async (inbound, { pool, nowMs, catalogue }) => {
    const { params, query } = inbound
    const accountId = params.account_id
    const limit = query.limit ?? PAGE_DEFAULT
    const before = decodeCursor('running', ['string', 'string'], query.cursor)
    const memberId = memberInSight(inbound)
    const rows = await runningCalls(pool, accountId, { memberId, before, limit: limit + 1 })
    const state = await readAccount(pool, accountId)
    if (!state) throw new ProblemError('account_unknown')
    const { seq, currency } = state
    const known = await catalogue.current()
    const { items, next_cursor } = pageOf(rows, limit, (last) =>
      encodeCursor('running', [last.hold.at, last.hold.call_id]),
    )
    const as_of = formatInstant(instant(nowMs()))
    const priced = items.map((call) => runningJson(call, soFarOf(call, { known, currency })))
    return ok({ items: priced, next_cursor, as_of, seq })
  },
}

interface Order {
  readonly read: (
    client: pg.ClientBase,
    chosen: Chosen,
    cursor: string | undefined,
    limit: number,
  ) => Promise<readonly FactCall[]>
  readonly cursorOf: (last: FactCall) => string
}

const BY_END: Order = {
  read: (client, chosen, cursor, limit) => {
    const [beforeSeq] = decodeCursor('calls', ['number'], cursor) ?? [null]
    return callsByEnd(client, chosen, { beforeSeq, limit })
  },
  cursorOf: ({ endSeq }) => encodeCursor('calls', [endSeq]),
}

/** What has no price yet comes last. */
const NO_PRICE = '-'

const BY_AMOUNT: Order = {
  read: (client, chosen, cursor, limit) => {
    const own = decodeCursor('dearest_calls', ['string', 'string'], cursor)
    if (!own) return callsByPrice(client, chosen, { after: null, limit })
    const [price, callId] = own
    if (price !== NO_PRICE && !/^\d{1,18}$/.test(price)) throw new ProblemError('cursor_invalid')
    const listPrice = price === NO_PRICE ? null : price
    return callsByPrice(client, chosen, { after: { listPrice, callId }, limit })
  },
  cursorOf: ({ listPrice, callId }) =>
    encodeCursor('dearest_calls', [listPrice ?? NO_PRICE, callId]),
}

const callJson = (receipt: Receipt) => ({
  receipt_id: receipt.receipt_id,
  call_id: receipt.call_id,
  as_of: receipt.as_of,
  seq: receipt.seq,
  event_at: receipt.event_at,
  currency: receipt.currency,
  status: receipt.status,
  verdict: receipt.verdict,
  amounts: receipt.amounts,
  served: receipt.served,
  usage: receipt.usage,
  attempts: Math.max(1, receipt.attempts.length),
  latency: latencyOf(receipt.evidence),
  key_id: receipt.call.key_id,
  member_id: receipt.call.member_id,
  project_id: receipt.call.project_id,
  session_id: receipt.call.session_id,
  parent_call_id: receipt.call.parent_call_id,
  tags: receipt.call.tags,
  client: receipt.call.client,
})

const runningJson = ({ hold, expiresAt }: RunningCall, so_far: SoFar | null) => ({
  call_id: hold.call_id,
  receipt_id: receiptId(hold.call_id),
  attempt: hold.call.attempt,
  at: hold.at,
  expires_at: formatInstant(expiresAt),
  model: hold.call.model,
  key_id: hold.call.key_id,
  member_id: hold.call.member_id,
  project_id: hold.call.project_id,
  session_id: hold.call.session_id,
  parent_call_id: hold.call.parent_call_id ?? null,
  tags: [...(hold.call.tags ?? [])],
  client: hold.call.client,
  held: { money: hold.money, included: hold.included },
  worst: hold.worst,
  expected: hold.expected,
  so_far,
})

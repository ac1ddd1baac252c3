import { exploreUsage } from '../../engine/usage/explore.ts'
import { isFault } from '../../engine/usage/question.ts'
import { type TreeLevel, usageTree } from '../../engine/usage/tree.ts'
import { decodeCursor, encodeCursor, PAGE_DEFAULT } from '../cursor.ts'
import { type Handlers, ok } from '../handler.ts'
import { faultProblem, filtersIn, questionIn, unreadyProblem } from '../usage-question.ts'

export const exploreHandlers: Handlers<'exploreUsage' | 'getUsageTree'> = {
  exploreUsage: async (inbound, { pool, nowMs }) => {
    const { params, query } = inbound
    const filters = filtersIn(query, 'query', inbound)
    const question = questionIn(params.account_id, query, filters, inbound)
    const answer = await exploreUsage(pool, question, nowMs())
    if (typeof answer === 'string') throw unreadyProblem(answer)
    if (isFault(answer)) throw faultProblem(answer, 'query')
    return ok(answer)
  },

  getUsageTree: async (inbound, { pool, nowMs }) => {
    const { params, query } = inbound
    const filters = filtersIn(query, 'query', inbound)
    const after = decodeCursor('usage_tree', ['string', 'string'], query.cursor)
    const question = {
      ...questionIn(params.account_id, query, filters, inbound),
      level: levelOf(query),
      after: after && { value: valueIn(after[0]), id: after[1] },
      limit: query.limit ?? PAGE_DEFAULT,
    }
    const answer = await usageTree(pool, question, nowMs())
    if (typeof answer === 'string') throw unreadyProblem(answer)
    if (isFault(answer)) throw faultProblem(answer, 'query')
    const { next, ...tree } = answer
    return ok({
      ...tree,
      next_cursor: next && encodeCursor('usage_tree', [next.value.toString(), next.id]),
    })
  },
}

function levelOf(query: { readonly in_session?: string; readonly under?: string }): TreeLevel {
  if (query.under !== undefined) return { type: 'call', id: query.under }
  if (query.in_session === undefined) return { type: 'sessions' }
  return { type: 'session', id: query.in_session === '~' ? null : query.in_session }
}

/** A cursor that somebody has made by hand begins at the end. */
const valueIn = (text: string): bigint => (/^-?\d{1,30}$/.test(text) ? BigInt(text) : -1n)

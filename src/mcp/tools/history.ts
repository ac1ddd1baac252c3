import { findingsText, stateAtText, timelineText } from '../../contract/mcp/history-text.ts'
import type { historyTools } from '../../contract/mcp/history-tools.ts'
import type { ToolName } from '../../contract/mcp/tools.ts'
import { type Call, type Found, forReader } from '../call.ts'
import { given } from '../given.ts'

type HistoryName = keyof typeof historyTools
type Reads = { readonly [Name in HistoryName]: (call: Call<Name>) => Promise<Found<Name>> }

const of = ({ accountId }: { readonly accountId: string }) => ({ account_id: accountId })

/** Asked before: findings do not say which journal entry they know of. */
const seqOf = async (call: Pick<Call<ToolName>, 'accountId' | 'run'>): Promise<number> =>
  (await call.run('getAccount', { params: of(call) })).seq

export const HISTORY_READS: Reads = {
  get_timeline: async (call) => {
    const { from, until, kinds, cursor, limit } = call.args
    const query = given({ from, until, kinds, cursor, limit, time_zone: call.reader.timeZone })
    const page = await call.run('getTimeline', { params: of(call), query })
    const { items, next_cursor, as_of, seq } = page
    return {
      result: { items, next_cursor },
      sentences: timelineText(page, call.reader),
      as_of,
      seq,
    }
  },

  get_state_at: async (call) => {
    const { at, compare } = call.args
    const result = await call.run('getStateAt', {
      params: of(call),
      query: given({ at, compare, time_zone: call.reader.timeZone }),
    })
    const { as_of, seq } = result
    return { result, sentences: stateAtText(result, call.reader), as_of, seq }
  },

  get_entry: async (call) => {
    const { entry, sentences, as_of, seq } = await call.run('getEntry', {
      params: { ...of(call), seq: call.args.seq },
      query: forReader(call),
    })
    return { result: entry, sentences, as_of, seq }
  },

  list_findings: async (call) => {
    const seq = await seqOf(call)
    const { rule, status, cursor, limit } = call.args
    const query = given({ rule, status, cursor, limit })
    const result = await call.run('listAccountFindings', { params: of(call), query })
    return { result, sentences: findingsText(result, call.reader), as_of: result.as_of, seq }
  },

  check_my_charges: async (call) => {
    const seq = await seqOf(call)
    const page = await call.run('checkAccount', { params: of(call) })
    const { items, next_cursor, as_of } = page
    return {
      result: { items, next_cursor },
      sentences: findingsText(page, call.reader),
      as_of,
      seq,
    }
  },
}

import { explainBlock } from '../../contract/explain/index.ts'
import type { accountTools } from '../../contract/mcp/account-tools.ts'
import type { caseTools } from '../../contract/mcp/case-tools.ts'
import type { figureTools } from '../../contract/mcp/figure-tools.ts'
import type { historyTools } from '../../contract/mcp/history-tools.ts'
import {
  alertsText,
  callsText,
  capsText,
  costText,
  decisionText,
  lotsText,
  notStoppedText,
  purchasesText,
  statementsText,
  stateText,
} from '../../contract/mcp/text.ts'
import type { ToolName } from '../../contract/mcp/tools.ts'
import { blockCard } from '../../contract/receipt/index.ts'
import type { EntryBody } from '../../core/ledger/entry.ts'
import { type Call, type Found, forReader } from '../call.ts'
import type { McpDeps } from '../deps.ts'
import { given } from '../given.ts'
import { CASE_READS } from './cases.ts'
import { FIGURE_READS } from './figures.ts'
import { HISTORY_READS } from './history.ts'
import { priceOfModel } from './price.ts'

export type Read<Name extends ToolName> = (call: Call<Name>, deps: McpDeps) => Promise<Found<Name>>
type Reads = {
  readonly [Name in keyof (typeof accountTools &
    typeof figureTools &
    typeof historyTools &
    typeof caseTools)]: Read<Name>
}

const state = ({ accountId, run }: Pick<Call<ToolName>, 'accountId' | 'run'>) =>
  run('getState', { params: { account_id: accountId } })

const ask = ({ args, accountId, run }: Pick<Call<'estimate'>, 'args' | 'accountId' | 'run'>) => {
  const { lang: _lang, time_zone: _zone, account_id: _account, ...call } = args
  return run('estimate', { body: { ...call, account_id: accountId } })
}

/** Lists of the account that do not say which journal entry they know of: asked before, so that they do. */
const seqOf = async ({ accountId, run }: Pick<Call<ToolName>, 'accountId' | 'run'>) =>
  (await run('getAccount', { params: { account_id: accountId } })).seq

const of = ({ accountId }: { readonly accountId: string }) => ({ account_id: accountId })

export const READS: Reads = {
  ...FIGURE_READS,
  ...HISTORY_READS,
  ...CASE_READS,
  account_state: async (call) => {
    const result = await state(call)
    return { result, sentences: stateText(result, call.reader), ...at(result) }
  },

  can_i_run: async (call) => {
    const result = await ask(call)
    return { result, sentences: decisionText(result, call.reader), ...at(result) }
  },

  estimate: async (call) => {
    const result = await ask(call)
    return { result, sentences: costText(result, call.reader), ...at(result) }
  },

  price_of_model: priceOfModel,

  list_lots: async (call) => {
    const own = await state(call)
    const { currency, lots } = own
    return { result: { currency, lots }, sentences: lotsText(own, call.reader), ...at(own) }
  },

  list_caps: async (call) => {
    const own = await state(call)
    const { currency, plan, paid_use, caps } = own
    const result = { currency, plan, paid_use, caps }
    return { result, sentences: capsText(own, call.reader), ...at(own) }
  },

  list_calls: async (call) => {
    const { model, from, to, cursor, limit } = call.args
    const query = given({ model, from, to, cursor, limit })
    const page = await call.run('listCalls', { params: of(call), query })
    const { items, next_cursor } = page
    return { result: { items, next_cursor }, sentences: callsText(page, call.reader), ...at(page) }
  },

  read_receipt: async (call) => {
    const asked = { params: { receipt_id: call.args.receipt_id }, query: of(call) }
    const result = await call.run('getReceipt', asked)
    const told = await call.run('explainReceipt', {
      ...asked,
      query: { ...of(call), ...forReader(call) },
    })
    return { result, sentences: told.sentences, ...at(result) }
  },

  explain_receipt: async (call) => {
    const { receipt_id, length = 'medium' } = call.args
    const result = await call.run('explainReceipt', {
      params: { receipt_id },
      query: { ...of(call), ...forReader(call), length },
    })
    return { result, sentences: result.sentences, ...at(result) }
  },

  explain_block: explainBlockOf,

  list_alerts: async (call) => {
    const seq = await seqOf(call)
    const { cursor, limit } = call.args
    const query = { ...given({ cursor, limit }), ...forReader(call) }
    const result = await call.run('listAlerts', { params: of(call), query })
    return { result, sentences: alertsText(result, call.reader), as_of: result.as_of, seq }
  },

  list_statements: async (call) => {
    const { cursor, limit } = call.args
    const query = given({ cursor, limit })
    const page = await call.run('listStatements', { params: of(call), query })
    const { items, next_cursor } = page
    const sentences = statementsText(page, call.reader)
    return { result: { items, next_cursor }, sentences, ...at(page) }
  },

  list_purchases: async (call) => {
    const seq = await seqOf(call)
    const { cursor, limit } = call.args
    const query = given({ cursor, limit })
    const result = await call.run('listPurchases', { params: of(call), query })
    return { result, sentences: purchasesText(result, call.reader), as_of: result.as_of, seq }
  },
}

const at = ({ as_of, seq }: { readonly as_of: string; readonly seq: number }) => ({ as_of, seq })

/** The card of the last refusal of a call, from its journal entry: as it was said then. */
async function explainBlockOf(call: Call<'explain_block'>): Promise<Found<'explain_block'>> {
  const { receipt_id, length = 'long' } = call.args
  const receipt = await call.run('getReceipt', { params: { receipt_id }, query: of(call) })
  const stopped = receipt.attempts.findLast(({ refusal }) => refusal !== null)
  const entry = stopped && (await entryAt(call, receipt.call_id, stopped))
  if (!entry?.refused)
    return {
      result: { receipt_id, block: null },
      sentences: notStoppedText(call.reader),
      ...at(receipt),
    }
  const block = blockCard(entry.refused, entry)
  const sentences = explainBlock(block, call.reader, length)
  return { result: { receipt_id, block }, sentences, as_of: entry.at, seq: entry.seq }
}

async function entryAt(
  call: Call<'explain_block'>,
  callId: string,
  attempt: { readonly at: string; readonly seq: number },
): Promise<EntryBody | undefined> {
  const to = new Date(Date.parse(attempt.at) + 1).toISOString()
  let cursor: string | undefined
  do {
    const query = { from: attempt.at, to, ...(cursor !== undefined && { cursor }) }
    const page = await call.run('listEntries', { params: of(call), query })
    const found = page.items.find(({ seq }) => seq === attempt.seq)
    if (found) return found.call?.call_id === callId ? (found as unknown as EntryBody) : undefined
    cursor = page.next_cursor ?? undefined
  } while (cursor !== undefined)
  return undefined
}

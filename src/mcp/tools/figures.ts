import {
  campaignsText,
  exploredText,
  invoicesText,
  plansText,
  reloadText,
  runningText,
  statementText,
} from '../../contract/mcp/figure-text.ts'
import type { figureTools } from '../../contract/mcp/figure-tools.ts'
import { capsText } from '../../contract/mcp/text.ts'
import type { ToolName } from '../../contract/mcp/tools.ts'
import { type Call, type Found, forReader } from '../call.ts'
import { given } from '../given.ts'

type FigureName = keyof typeof figureTools
type Reads = { readonly [Name in FigureName]: (call: Call<Name>) => Promise<Found<Name>> }
type Own = Pick<Call<ToolName>, 'accountId' | 'run'>

const of = ({ accountId }: Pick<Own, 'accountId'>) => ({ account_id: accountId })
const at = ({ as_of, seq }: { readonly as_of: string; readonly seq: number }) => ({ as_of, seq })

/** Some answers are in the account’s currency and do not name it. */
const currencyOf = async (call: Own): Promise<string> =>
  (await call.run('getAccount', { params: of(call) })).currency

/** What is asked beside the account and who reads. */
function asked<
  Args extends {
    readonly account_id?: unknown
    readonly lang?: unknown
    readonly time_zone?: unknown
  },
>(args: Args) {
  const { account_id: _account, lang: _lang, time_zone: _zone, ...query } = args
  return given(query)
}

export const FIGURE_READS: Reads = {
  list_running_calls: async (call) => {
    const query = asked(call.args)
    const page = await call.run('listRunningCalls', { params: of(call), query })
    const { items, next_cursor } = page
    const sentences = runningText(page, await currencyOf(call), call.reader)
    return { result: { items, next_cursor }, sentences, ...at(page) }
  },

  explore_usage: async (call) => {
    const query = { ...asked(call.args), time_zone: call.reader.timeZone }
    const result = await call.run('exploreUsage', { params: of(call), query })
    return { result, sentences: exploredText(result, call.reader), ...at(result) }
  },

  effective_caps: async (call) => {
    const query = asked(call.args)
    const result = await call.run('getEffectiveCaps', { params: of(call), query })
    const { items: caps, currency, as_of } = result
    return { result, sentences: capsText({ caps, currency, as_of }, call.reader), ...at(result) }
  },

  list_campaigns: async (call) => {
    const query = forReader(call)
    const result = await call.run('listAccountCampaigns', { params: of(call), query })
    return { result, sentences: campaignsText(result, call.reader), ...at(result) }
  },

  read_statement: async (call) => {
    const statement_number = String(call.args.statement ?? 'open')
    const result = await call.run('getStatement', { params: { ...of(call), statement_number } })
    return { result, sentences: statementText(result, call.reader), ...at(result) }
  },

  list_invoices: async (call) => {
    const result = await call.run('listInvoices', { params: of(call) })
    const sentences = invoicesText(result, await currencyOf(call), call.reader)
    return { result, sentences, ...at(result) }
  },

  read_auto_reload: async (call) => {
    const result = await call.run('getAutoReload', { params: of(call) })
    const sentences = reloadText(result, await currencyOf(call), call.reader)
    return { result, sentences, ...at(result) }
  },

  compare_plans: async (call) => {
    const query = { ...asked(call.args), lang: call.reader.lang }
    const result = await call.run('comparePlans', { params: of(call), query })
    return { result, sentences: plansText(result, call.reader), ...at(result) }
  },

  explain_period: async (call) => {
    const query = { ...asked(call.args), ...forReader(call) }
    const result = await call.run('explainPeriod', { params: of(call), query })
    return { result, sentences: result.sentences, ...at(result) }
  },
}

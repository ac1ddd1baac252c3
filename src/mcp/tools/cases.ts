import {
  deskCasesText,
  deskCaseText,
  disputeSentence,
  myCasesText,
  myCaseText,
  personSentence,
} from '../../contract/mcp/case-text.ts'
import type { caseOrders, caseTools, deskTools } from '../../contract/mcp/case-tools.ts'
import type { ToolName } from '../../contract/mcp/tools.ts'
import { type Call, Declined, type DeskCall, type Found, forReader, problem } from '../call.ts'
import { given } from '../given.ts'
import type { Order, Ordered } from '../ordered.ts'

type ReadName = keyof typeof caseTools
type OrderName = keyof typeof caseOrders
type DeskName = keyof typeof deskTools

type Own = Pick<Call<ToolName>, 'accountId' | 'run'>

const of = ({ accountId }: Pick<Own, 'accountId'>) => ({ account_id: accountId })

const seqOf = async (call: Own): Promise<number> =>
  (await call.run('getAccount', { params: of(call) })).seq

async function found(call: Own & Pick<Call<ToolName>, 'reader'>, caseId: string) {
  const result = await call.run('getDispute', {
    params: { ...of(call), case_id: caseId },
    query: forReader(call),
  })
  const seq = await seqOf(call)
  return { result, sentences: myCaseText(result, call.reader), as_of: result.as_of, seq }
}

export const CASE_READS: {
  readonly [Name in ReadName]: (call: Call<Name>) => Promise<Found<Name>>
} = {
  list_my_cases: async (call) => {
    const seq = await seqOf(call)
    const { cursor, limit } = call.args
    const query = given({ cursor, limit })
    const result = await call.run('listDisputes', { params: of(call), query })
    return { result, sentences: myCasesText(result, call.reader), as_of: result.as_of, seq }
  },

  get_my_case: (call) => found(call, call.args.case_id),
}

/** Nothing moves: what is agreed to are the words that are sent. */
async function asking(call: Own, sentence: (asOf: string) => string): Promise<Order> {
  const { currency, as_of, seq } = await call.run('getAccount', { params: of(call) })
  return { sentence: sentence(as_of), amount: null, currency, terms: {}, as_of, seq }
}

export const CASE_ORDERS: { readonly [Name in OrderName]: Ordered<Name> } = {
  open_dispute: {
    prepare: (call) => asking(call, (asOf) => disputeSentence(call.args, asOf, call.reader)),
    perform: async (call, { requestId }) => {
      const { about, words, wants, language } = call.args
      const { case_id } = await call.run('openDispute', {
        params: of(call),
        body: { about, words, ...given({ wants, language }) },
        idempotencyKey: requestId,
      })
      return found(call, case_id)
    },
  },

  talk_to_a_person: {
    prepare: async (call) => {
      const { case_id } = call.args
      if (case_id !== undefined) {
        const { can } = await call.run('getDispute', { params: { ...of(call), case_id } })
        if (!can.includes('ask_person'))
          throw new Declined(problem('case_closed', call.reader.lang))
      }
      return asking(call, () => personSentence(call.args, call.reader))
    },
    perform: async (call, { requestId }) => {
      const { words, case_id, language } = call.args
      const asked = await call.run('askForPerson', {
        params: of(call),
        body: { words, ...given({ case_id, language }) },
        idempotencyKey: requestId,
      })
      return found(call, asked.case_id)
    },
  },
}

/** What was found, and whose account it is about; `null`: of more than one, or of none. */
interface FoundOnDesk<Name extends DeskName> {
  readonly accountId: string | null
  readonly found: Found<Name>
}

export const DESK: {
  readonly [Name in DeskName]: (call: DeskCall<Name>) => Promise<FoundOnDesk<Name>>
} = {
  list_cases: async ({ args, reader, run }) => {
    const { lang: _lang, time_zone: _zone, ...query } = args
    const result = await run('listCases', { query: given(query) })
    const sentences = deskCasesText(result, reader)
    const own = { result, sentences, as_of: result.as_of, seq: null }
    return { accountId: query.account_id ?? null, found: own }
  },

  get_case: async ({ args, reader, run }) => {
    const result = await run('getCase', { params: { case_id: args.case_id } })
    const sentences = deskCaseText(result, reader)
    const own = { result, sentences, as_of: result.as_of, seq: null }
    return { accountId: result.account_id, found: own }
  },
}

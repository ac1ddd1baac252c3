import { type Body, type CallOptions, perform, type QueryParams } from './operations.ts'
import { pages } from './pages.ts'
import type { Transport } from './transport.ts'

/** What a person has to look at. */
export function caseMethods(transport: Transport) {
  return {
    list: (query: QueryParams<'listCases'> = {}, options?: CallOptions) =>
      pages(query, (page) => perform(transport, 'listCases', { query: page }, options)),
    get: (case_id: string, options?: CallOptions) =>
      perform(transport, 'getCase', { params: { case_id } }, options),
    addStep: (case_id: string, body: Body<'addToCase'>, options?: CallOptions) =>
      perform(transport, 'addToCase', { params: { case_id }, body }, options),
  }
}

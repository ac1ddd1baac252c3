import { type CallOptions, perform, type QueryParams, requestFor } from './operations.ts'
import { type Paging, pages } from './pages.ts'
import type { Transport } from './transport.ts'

/** A document as a file: its bytes as they were sent. */
export async function fileOf(
  transport: Transport,
  request: ReturnType<typeof requestFor>,
): Promise<Uint8Array> {
  const response = await transport.open({ ...request, headers: { accept: '*/*' } })
  return new Uint8Array(await response.arrayBuffer())
}

/** Statements of an account. A closed one never changes. */
export function statementMethods(transport: Transport) {
  return {
    list: (account_id: string, query: Paging = {}, options?: CallOptions) =>
      pages(query, (page) =>
        perform(transport, 'listStatements', { params: { account_id }, query: page }, options),
      ),
    /** By number; `open` is the cycle that runs, as it stands now. */
    get: (account_id: string, statement_number: string, options?: CallOptions) =>
      perform(transport, 'getStatement', { params: { account_id, statement_number } }, options),
    /** As PDF or CSV. */
    file: (
      account_id: string,
      statement_number: string,
      query: QueryParams<'getStatement'>,
      options?: CallOptions,
    ) =>
      fileOf(
        transport,
        requestFor('getStatement', { params: { account_id, statement_number }, query }, options),
      ),
  }
}

import { type Body, type CallOptions, perform, type QueryParams, requestFor } from './operations.ts'
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
    /** The file by which anybody can check it offline, as it comes: it can be long. */
    proof: (account_id: string, statement_number: string, options?: CallOptions) =>
      transport.open({
        ...requestFor('getStatementProof', { params: { account_id, statement_number } }, options),
        headers: { accept: '*/*' },
      }),
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

/** Invoices, what is paid of them, and how the parties are named. */
export function invoiceMethods(transport: Transport) {
  return {
    list: (account_id: string, options?: CallOptions) =>
      perform(transport, 'listInvoices', { params: { account_id } }, options),
    get: (account_id: string, invoice_id: string, options?: CallOptions) =>
      perform(transport, 'getInvoice', { params: { account_id, invoice_id } }, options),
    /** As PDF or CSV. */
    file: (
      account_id: string,
      invoice_id: string,
      query: QueryParams<'getInvoice'>,
      options?: CallOptions,
    ) =>
      fileOf(
        transport,
        requestFor('getInvoice', { params: { account_id, invoice_id }, query }, options),
      ),
    /** Takes back one that nobody has paid of. */
    void: (
      account_id: string,
      invoice_id: string,
      body: Body<'voidInvoice'>,
      options?: CallOptions,
    ) => perform(transport, 'voidInvoice', { params: { account_id, invoice_id }, body }, options),
    /** Records a payment that was received: once, by its id. */
    pay: (account_id: string, body: Body<'payOverage'>, options?: CallOptions) =>
      perform(transport, 'payOverage', { params: { account_id }, body }, options),
    profile: (account_id: string, options?: CallOptions) =>
      perform(transport, 'getBillingProfile', { params: { account_id } }, options),
    changeProfile: (
      account_id: string,
      body: Body<'changeBillingProfile'>,
      options?: CallOptions,
    ) => perform(transport, 'changeBillingProfile', { params: { account_id }, body }, options),
    issuer: (options?: CallOptions) => perform(transport, 'getIssuer', {}, options),
    changeIssuer: (body: Body<'changeIssuer'>, options?: CallOptions) =>
      perform(transport, 'changeIssuer', { body }, options),
  }
}

/** What the operator owes and has kept. */
export function reportMethods(transport: Transport) {
  return {
    liability: (query: QueryParams<'getLiability'> = {}, options?: CallOptions) =>
      perform(transport, 'getLiability', { query }, options),
    breakage: (query: QueryParams<'getBreakage'> = {}, options?: CallOptions) =>
      perform(transport, 'getBreakage', { query }, options),
    japan: (query: QueryParams<'getJapanReport'> = {}, options?: CallOptions) =>
      perform(transport, 'getJapanReport', { query }, options),
    /** Any of them as CSV. */
    csv: <Id extends 'getLiability' | 'getBreakage' | 'getJapanReport'>(
      id: Id,
      query: QueryParams<Id>,
      options?: CallOptions,
    ) =>
      fileOf(transport, requestFor(id, { query: { ...query, format: 'csv' } as never }, options)),
  }
}

import { type Body, type CallOptions, perform, type QueryParams } from './operations.ts'
import { pages } from './pages.ts'
import type { Transport } from './transport.ts'

/** What the audit has found, and what is done about it. */
export function findingMethods(transport: Transport) {
  const of = (account_id: string, finding_key: string) => ({ account_id, finding_key })
  return {
    /** Of all accounts. */
    listAll: (query: QueryParams<'listFindings'> = {}, options?: CallOptions) =>
      pages(query, (page) => perform(transport, 'listFindings', { query: page }, options)),
    list: (
      account_id: string,
      query: QueryParams<'listAccountFindings'> = {},
      options?: CallOptions,
    ) =>
      pages(query, (page) =>
        perform(transport, 'listAccountFindings', { params: { account_id }, query: page }, options),
      ),
    get: (account_id: string, finding_key: string, options?: CallOptions) =>
      perform(transport, 'getFinding', { params: of(account_id, finding_key) }, options),
    /** Audits the account now. */
    check: (account_id: string, options?: CallOptions) =>
      perform(transport, 'checkAccount', { params: { account_id } }, options),
    /** Gives back what is proposed. */
    approve: (account_id: string, finding_key: string, options?: CallOptions) =>
      perform(transport, 'approveFinding', { params: of(account_id, finding_key) }, options),
    dismiss: (
      account_id: string,
      finding_key: string,
      body: Body<'dismissFinding'>,
      options?: CallOptions,
    ) =>
      perform(transport, 'dismissFinding', { params: of(account_id, finding_key), body }, options),
  }
}

/** What is done with findings, in versions. */
export function remedyPolicyMethods(transport: Transport) {
  return {
    list: (options?: CallOptions) => perform(transport, 'listRemedyPolicies', {}, options),
    publish: (body: Body<'publishRemedyPolicy'>, options?: CallOptions) =>
      perform(transport, 'publishRemedyPolicy', { body }, options),
  }
}

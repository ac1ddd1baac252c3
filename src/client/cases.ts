import { type Body, type CallOptions, perform, type QueryParams } from './operations.ts'
import { type Paging, pages } from './pages.ts'
import type { Transport } from './transport.ts'

type Dispute = { readonly account_id: string; readonly case_id: string }

/** Objecting to charges, as the account holder. */
export function disputeMethods(transport: Transport) {
  const of = (account_id: string, case_id: string): { readonly params: Dispute } => ({
    params: { account_id, case_id },
  })
  return {
    /** The answer has what our own check has found, and what is offered for it. */
    open: (account_id: string, body: Body<'openDispute'>, options?: CallOptions) =>
      perform(transport, 'openDispute', { params: { account_id }, body }, options),
    list: (account_id: string, query: Paging = {}, options?: CallOptions) =>
      pages(query, (page) =>
        perform(transport, 'listDisputes', { params: { account_id }, query: page }, options),
      ),
    get: (
      account_id: string,
      case_id: string,
      query: QueryParams<'getDispute'> = {},
      options?: CallOptions,
    ) => perform(transport, 'getDispute', { ...of(account_id, case_id), query }, options),
    accept: (account_id: string, case_id: string, options?: CallOptions) =>
      perform(transport, 'acceptOffer', of(account_id, case_id), options),
    write: (
      account_id: string,
      case_id: string,
      body: Body<'writeInDispute'>,
      options?: CallOptions,
    ) => perform(transport, 'writeInDispute', { ...of(account_id, case_id), body }, options),
    withdraw: (account_id: string, case_id: string, options?: CallOptions) =>
      perform(transport, 'withdrawDispute', of(account_id, case_id), options),
    appeal: (
      account_id: string,
      case_id: string,
      body: Body<'appealDecision'>,
      options?: CallOptions,
    ) => perform(transport, 'appealDecision', { ...of(account_id, case_id), body }, options),
    /** A person, in a case that is open or in one of its own. */
    askForPerson: (account_id: string, body: Body<'askForPerson'>, options?: CallOptions) =>
      perform(transport, 'askForPerson', { params: { account_id }, body }, options),
  }
}

/** What a person of the operator works on. */
export function caseMethods(transport: Transport) {
  const of = (case_id: string) => ({ params: { case_id } })
  return {
    list: (query: QueryParams<'listCases'> = {}, options?: CallOptions) =>
      pages(query, (page) => perform(transport, 'listCases', { query: page }, options)),
    get: (case_id: string, options?: CallOptions) =>
      perform(transport, 'getCase', of(case_id), options),
    addStep: (case_id: string, body: Body<'addToCase'>, options?: CallOptions) =>
      perform(transport, 'addToCase', { ...of(case_id), body }, options),
    take: (case_id: string, options?: CallOptions) =>
      perform(transport, 'takeCase', of(case_id), options),
    assign: (case_id: string, body: Body<'assignCase'>, options?: CallOptions) =>
      perform(transport, 'assignCase', { ...of(case_id), body }, options),
    reply: (case_id: string, body: Body<'replyInCase'>, options?: CallOptions) =>
      perform(transport, 'replyInCase', { ...of(case_id), body }, options),
    escalate: (case_id: string, body: Body<'escalateCase'>, options?: CallOptions) =>
      perform(transport, 'escalateCase', { ...of(case_id), body }, options),
    /** Within the limits of whoever asks it is given at once; above them it waits for a second person. */
    refund: (case_id: string, body: Body<'refundInCase'>, options?: CallOptions) =>
      perform(transport, 'refundInCase', { ...of(case_id), body }, options),
    approve: (case_id: string, options?: CallOptions) =>
      perform(transport, 'approveCaseRefund', of(case_id), options),
    deny: (case_id: string, body: Body<'denyCaseRefund'>, options?: CallOptions) =>
      perform(transport, 'denyCaseRefund', { ...of(case_id), body }, options),
    reject: (case_id: string, body: Body<'rejectCase'>, options?: CallOptions) =>
      perform(transport, 'rejectCase', { ...of(case_id), body }, options),
    merge: (case_id: string, body: Body<'mergeCase'>, options?: CallOptions) =>
      perform(transport, 'mergeCase', { ...of(case_id), body }, options),
    reopen: (case_id: string, body: Body<'reopenCase'>, options?: CallOptions) =>
      perform(transport, 'reopenCase', { ...of(case_id), body }, options),
    sample: (case_id: string, body: Body<'sampleCase'>, options?: CallOptions) =>
      perform(transport, 'sampleCase', { ...of(case_id), body }, options),
    /** How often people agree with automatic decisions. */
    sampling: (options?: CallOptions) => perform(transport, 'getSampling', {}, options),
  }
}

/** What support may do, what it writes, and whose accounts it has seen. */
export function supportMethods(transport: Transport) {
  return {
    policies: (options?: CallOptions) => perform(transport, 'listSupportPolicies', {}, options),
    publishPolicy: (body: Body<'publishSupportPolicy'>, options?: CallOptions) =>
      perform(transport, 'publishSupportPolicy', { body }, options),
    macros: (options?: CallOptions) => perform(transport, 'listMacros', {}, options),
    publishMacro: (body: Body<'publishMacro'>, options?: CallOptions) =>
      perform(transport, 'publishMacro', { body }, options),
    accessLog: (account_id: string, query: QueryParams<'listAccess'> = {}, options?: CallOptions) =>
      pages(query, (page) =>
        perform(transport, 'listAccess', { params: { account_id }, query: page }, options),
      ),
    unmask: (account_id: string, body: Body<'unmaskAccount'>, options?: CallOptions) =>
      perform(transport, 'unmaskAccount', { params: { account_id }, body }, options),
  }
}

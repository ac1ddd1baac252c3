import { type Body, type CallOptions, perform, type QueryParams } from './operations.ts'
import { pages } from './pages.ts'
import type { Transport } from './transport.ts'

export function memberMethods(transport: Transport) {
  return {
    add: (account_id: string, body: Body<'addMember'>, options?: CallOptions) =>
      perform(transport, 'addMember', { params: { account_id }, body }, options),
    list: (account_id: string, options?: CallOptions) =>
      perform(transport, 'listMembers', { params: { account_id } }, options),
    change: (
      account_id: string,
      member_id: string,
      body: Body<'changeMember'>,
      options?: CallOptions,
    ) => perform(transport, 'changeMember', { params: { account_id, member_id }, body }, options),
    /** Ends the member's keys, too. */
    remove: (account_id: string, member_id: string, options?: CallOptions) =>
      perform(transport, 'removeMember', { params: { account_id, member_id } }, options),
    /** A link for somebody who has not come in yet; an earlier one ends. */
    invite: (
      account_id: string,
      member_id: string,
      body: Body<'inviteMember'>,
      options?: CallOptions,
    ) => perform(transport, 'inviteMember', { params: { account_id, member_id }, body }, options),
    takeBack: (account_id: string, member_id: string, options?: CallOptions) =>
      perform(transport, 'takeBackInvitation', { params: { account_id, member_id } }, options),
    invitations: (account_id: string, options?: CallOptions) =>
      perform(transport, 'listInvitations', { params: { account_id } }, options),
    history: (account_id: string, member_id: string, options?: CallOptions) =>
      perform(transport, 'getMemberHistory', { params: { account_id, member_id } }, options),
  }
}

export function projectMethods(transport: Transport) {
  return {
    add: (account_id: string, body: Body<'addProject'>, options?: CallOptions) =>
      perform(transport, 'addProject', { params: { account_id }, body }, options),
    list: (account_id: string, options?: CallOptions) =>
      perform(transport, 'listProjects', { params: { account_id } }, options),
    change: (
      account_id: string,
      project_id: string,
      body: Body<'changeProject'>,
      options?: CallOptions,
    ) => perform(transport, 'changeProject', { params: { account_id, project_id }, body }, options),
  }
}

export function capMethods(transport: Transport) {
  return {
    /** Every cap that could stop these calls, the one with least left first. */
    effective: (
      account_id: string,
      query: QueryParams<'getEffectiveCaps'> = {},
      options?: CallOptions,
    ) => perform(transport, 'getEffectiveCaps', { params: { account_id }, query }, options),
  }
}

export function capRequestMethods(transport: Transport) {
  const of = (account_id: string, request_id: string) => ({ account_id, request_id })
  return {
    create: (account_id: string, body: Body<'requestRaise'>, options?: CallOptions) =>
      perform(transport, 'requestRaise', { params: { account_id }, body }, options),
    list: (account_id: string, query: QueryParams<'listCapRequests'> = {}, options?: CallOptions) =>
      pages(query, (page) =>
        perform(transport, 'listCapRequests', { params: { account_id }, query: page }, options),
      ),
    get: (account_id: string, request_id: string, options?: CallOptions) =>
      perform(transport, 'getCapRequest', { params: of(account_id, request_id) }, options),
    /** Once: a second decision is refused, unless it is the same. */
    approve: (
      account_id: string,
      request_id: string,
      body: Body<'approveCapRequest'> = {},
      options?: CallOptions,
    ) =>
      perform(
        transport,
        'approveCapRequest',
        { params: of(account_id, request_id), body },
        options,
      ),
    deny: (
      account_id: string,
      request_id: string,
      body: Body<'denyCapRequest'>,
      options?: CallOptions,
    ) =>
      perform(transport, 'denyCapRequest', { params: of(account_id, request_id), body }, options),
    withdraw: (account_id: string, request_id: string, options?: CallOptions) =>
      perform(transport, 'withdrawCapRequest', { params: of(account_id, request_id) }, options),
  }
}

import { type Body, type CallOptions, perform } from './operations.ts'
import type { Transport } from './transport.ts'

/** The people who work for the operator. */
export function staffMethods(transport: Transport) {
  return {
    /** The token is in this answer only. */
    add: (body: Body<'addStaff'>, options?: CallOptions) =>
      perform(transport, 'addStaff', { body }, options),
    list: (options?: CallOptions) => perform(transport, 'listStaff', {}, options),
    change: (staff_id: string, body: Body<'changeStaff'>, options?: CallOptions) =>
      perform(transport, 'changeStaff', { params: { staff_id }, body }, options),
    remove: (staff_id: string, options?: CallOptions) =>
      perform(transport, 'removeStaff', { params: { staff_id } }, options),
    /** Ends the old token at once. */
    renewToken: (staff_id: string, options?: CallOptions) =>
      perform(transport, 'renewStaffToken', { params: { staff_id } }, options),
    /** A link for somebody who has not come in yet; an earlier one ends. */
    invite: (staff_id: string, body: Body<'inviteStaff'>, options?: CallOptions) =>
      perform(transport, 'inviteStaff', { params: { staff_id }, body }, options),
    takeBack: (staff_id: string, options?: CallOptions) =>
      perform(transport, 'takeBackStaffInvitation', { params: { staff_id } }, options),
    invitations: (options?: CallOptions) => perform(transport, 'listStaffInvitations', {}, options),
  }
}

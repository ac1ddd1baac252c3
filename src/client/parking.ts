import { type Body, type CallOptions, perform } from './operations.ts'
import type { Transport } from './transport.ts'

/** Stopping to bill an account, and billing it again. */
export function parkingMethods(transport: Transport) {
  return {
    park: (account_id: string, body: Body<'parkAccount'>, options?: CallOptions) =>
      perform(transport, 'parkAccount', { params: { account_id }, body }, options),
    /** Only once its books agree. */
    unpark: (account_id: string, body: Body<'unparkAccount'>, options?: CallOptions) =>
      perform(transport, 'unparkAccount', { params: { account_id }, body }, options),
  }
}

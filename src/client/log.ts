import { type CallOptions, perform, type QueryParams } from './operations.ts'
import type { Transport } from './transport.ts'

/** The log of sealed heads. All but the proofs of accounts is public: a client without a token may ask. */
export function logMethods(transport: Transport) {
  return {
    /** The newest one. */
    checkpoint: (options?: CallOptions) => perform(transport, 'getCheckpoint', {}, options),
    /** In their order, after a size. */
    checkpoints: (query: QueryParams<'listCheckpoints'> = {}, options?: CallOptions) =>
      perform(transport, 'listCheckpoints', { query }, options),
    /** That the later of two begins with all of the earlier. */
    consistency: (query: QueryParams<'getConsistency'>, options?: CallOptions) =>
      perform(transport, 'getConsistency', { query }, options),
    keys: (options?: CallOptions) => perform(transport, 'getLogKeys', {}, options),
    /** The head of an account that covers an entry, with its proof. */
    sealedHead: (
      account_id: string,
      query: QueryParams<'getSealedHead'> = {},
      options?: CallOptions,
    ) => perform(transport, 'getSealedHead', { params: { account_id }, query }, options),
  }
}

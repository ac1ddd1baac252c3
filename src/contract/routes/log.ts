import Type from 'typebox'
import {
  CheckpointSchema,
  CheckpointsSchema,
  ConsistencySchema,
  LogKeysSchema,
  LogSize,
  SealedHeadSchema,
} from '../schemas/log.ts'
import { AccountId, Limit, strict } from '../schemas/primitives.ts'
import { route } from './route.ts'

const tag = 'Log'

/** Of the log of sealed heads. What is public names no account: leaves are seen as hashes only. */
export const logRoutes = {
  getCheckpoint: route({
    method: 'GET',
    path: '/v1/log/checkpoint',
    permission: 'public',
    idempotency: 'none',
    tag,
    summary: 'Read the newest checkpoint of the log of sealed heads',
    description: 'As JSON; with `Accept: text/plain`, the signed note alone.',
    success: {
      status: 200,
      description: 'The newest checkpoint.',
      schema: CheckpointSchema,
      otherTypes: ['text/plain'],
    },
    problems: ['log_empty'],
  }),
  listCheckpoints: route({
    method: 'GET',
    path: '/v1/log/checkpoints',
    permission: 'public',
    idempotency: 'none',
    tag,
    summary: 'List checkpoints after a size, in their order',
    description: 'For whoever keeps them all: ask again after the last size of the answer.',
    query: Type.Object({ after: Type.Optional(LogSize), limit: Type.Optional(Limit) }, strict),
    success: { status: 200, description: 'Checkpoints.', schema: CheckpointsSchema },
    problems: [],
  }),
  getConsistency: route({
    method: 'GET',
    path: '/v1/log/consistency',
    permission: 'public',
    idempotency: 'none',
    tag,
    summary: 'Prove that one checkpoint begins with all of another',
    description: 'Both sizes are of checkpoints; without `to`, the newest.',
    query: Type.Object({ from: LogSize, to: Type.Optional(LogSize) }, strict),
    success: { status: 200, description: 'The proof.', schema: ConsistencySchema },
    problems: ['log_empty', 'log_size_unknown'],
  }),
  getLogKeys: route({
    method: 'GET',
    path: '/v1/log/keys',
    permission: 'public',
    idempotency: 'none',
    tag,
    summary: 'List the keys that have signed the log',
    success: { status: 200, description: 'The keys.', schema: LogKeysSchema },
    problems: [],
  }),
  getSealedHead: route({
    method: 'GET',
    path: '/v1/accounts/{account_id}/sealed_head',
    permission: 'account_read',
    idempotency: 'none',
    tag,
    summary: 'Read the sealed head that covers an entry, with its proof',
    description: 'The earliest one, proven in the newest checkpoint.',
    params: Type.Object({ account_id: AccountId }, strict),
    query: Type.Object(
      {
        at_least: Type.Optional(
          Type.Integer({
            minimum: 1,
            maximum: Number.MAX_SAFE_INTEGER,
            description: 'The `seq` of the entry; the account’s last one unless told.',
            examples: [7],
          }),
        ),
      },
      strict,
    ),
    success: { status: 200, description: 'The head.', schema: SealedHeadSchema },
    problems: ['account_unknown', 'head_not_sealed', 'sealing_off'],
  }),
} as const

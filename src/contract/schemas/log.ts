import Type from 'typebox'
import { AccountId, AsOf, Hash, nullable, Seq, strict, Timestamp } from './primitives.ts'

export const LogSize = Type.Integer({
  minimum: 0,
  maximum: Number.MAX_SAFE_INTEGER,
  description: 'How many leaves a tree has.',
  examples: [7],
})

const LogKey = Type.String({
  description: 'A public key as logs publish it: `name+id+base64`.',
  examples: ['billing.example.com/heads+8f3c21aa+AYsW…'],
})

const Note = Type.String({
  description:
    'The checkpoint as it was signed: a signed note of C2SP’s tlog-checkpoint. Every byte counts.',
})

export const CheckpointSchema = Type.Object(
  { size: LogSize, root: Hash, note: Note, key: LogKey, at: Timestamp },
  { ...strict, description: 'What the log was at one moment, signed.' },
)

export const CheckpointsSchema = Type.Object(
  { items: Type.Array(CheckpointSchema), as_of: AsOf },
  { ...strict, description: 'Checkpoints in their order.' },
)

export const ConsistencySchema = Type.Object(
  {
    from: CheckpointSchema,
    to: CheckpointSchema,
    proof: Type.Array(Hash, {
      description: 'Proves that the later tree begins with all of the earlier (RFC 9162, 2.1.4).',
    }),
    as_of: AsOf,
  },
  { ...strict, description: 'Two checkpoints, and the proof that ties them.' },
)

const UsedKey = Type.Object(
  {
    key: LogKey,
    from_size: Type.Integer({ minimum: 1, description: 'The first checkpoint that it signed.' }),
    until_size: nullable(
      Type.Integer({ minimum: 1, description: 'The last one; `null`: it signs still.' }),
    ),
    announced: Type.Boolean({
      description: 'Whether the key before it signed its first checkpoint, too.',
    }),
    added_at: Timestamp,
  },
  { ...strict, description: 'A key of the log.' },
)

export const LogKeysSchema = Type.Object(
  {
    key: nullable(LogKey),
    items: Type.Array(UsedKey, { description: 'Every key that has signed, in their order.' }),
    as_of: AsOf,
  },
  { ...strict, description: '`key` signs now; `null`: sealing is off.' },
)

export const SealedHeadSchema = Type.Object(
  {
    account_id: AccountId,
    seq: Seq,
    hash: Hash,
    index: Type.Integer({ minimum: 0, description: 'Which leaf of the log it is.' }),
    path: Type.Array(Hash, {
      description: 'Hashes from the leaf to the checkpoint’s root (RFC 9162, 2.1.3).',
    }),
    checkpoint: Note,
    key: LogKey,
    as_of: AsOf,
  },
  {
    ...strict,
    description:
      'The head of an account’s chain as it stands in the log. Its leaf is the SHA-256 of a zero byte and of the JSON of `account_id`, `seq` and `hash`, in this order and without blanks.',
  },
)

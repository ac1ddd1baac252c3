import Type from 'typebox'
import { strict, Timestamp } from './primitives.ts'

const Count = Type.Integer({ minimum: 0 })

export const ArchiveFileSchema = Type.Object(
  {
    file: Type.String({ description: 'Below the archive’s directory.' }),
    state: Type.Enum(['present', 'missing', 'other_size', 'no_directory']),
    sha256: Type.String({ description: 'Of the file as it was written, hex.' }),
    bytes: Count,
    accounts: Type.Integer({ minimum: 0, description: 'Accounts with bodies in it.' }),
    entries: Type.Integer({ minimum: 0, description: 'Entries whose body is there only.' }),
    body_bytes: Type.Integer({ minimum: 0, description: 'Of the bodies, as they were stored.' }),
    archived_at: Timestamp,
  },
  {
    ...strict,
    description:
      'A Parquet file of archived bodies. `state` is told by its name and size; `everycent archive verify` reads it.',
  },
)

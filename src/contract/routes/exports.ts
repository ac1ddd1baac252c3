import Type from 'typebox'
import { AccountId, Cursor, Limit, page, Reference, strict } from '../schemas/primitives.ts'
import { ExportIn, ExportSchema } from '../schemas/usage.ts'
import { route } from './route.ts'

const tag = 'Usage'
const OfAccount = Type.Object({ account_id: AccountId }, strict)
const OfExport = Type.Object({ account_id: AccountId, export_id: Reference }, strict)

/** The types of the files, by their format. */
export const EXPORT_TYPES = {
  csv: 'text/csv; charset=utf-8',
  jsonl: 'application/x-ndjson',
  parquet: 'application/vnd.apache.parquet',
} as const

export const exportRoutes = {
  createExport: route({
    method: 'POST',
    path: '/v1/accounts/{account_id}/exports',
    permission: 'exports',
    idempotency: 'header',
    tag,
    summary: 'Export calls or sums as a file',
    description:
      'A small one is ready at once; of a large one the answer says how far it is. Its columns are described in the documentation.',
    params: OfAccount,
    body: ExportIn,
    success: { status: 201, description: 'The export.', schema: ExportSchema },
    problems: ['account_unknown', 'request_conflict', 'export_limit_reached', 'usage_catching_up'],
  }),
  listExports: route({
    method: 'GET',
    path: '/v1/accounts/{account_id}/exports',
    permission: 'exports',
    idempotency: 'none',
    tag,
    summary: 'List exports',
    description: 'The latest first.',
    params: OfAccount,
    query: Type.Object({ cursor: Type.Optional(Cursor), limit: Type.Optional(Limit) }, strict),
    success: {
      status: 200,
      description: 'Exports.',
      schema: page(ExportSchema, 'A page of exports.'),
    },
    problems: ['account_unknown', 'cursor_invalid'],
  }),
  getExport: route({
    method: 'GET',
    path: '/v1/accounts/{account_id}/exports/{export_id}',
    permission: 'exports',
    idempotency: 'none',
    tag,
    summary: 'Read how far an export is',
    params: OfExport,
    success: { status: 200, description: 'The export.', schema: ExportSchema },
    problems: ['account_unknown', 'export_unknown'],
  }),
  downloadExport: route({
    method: 'GET',
    path: '/v1/accounts/{account_id}/exports/{export_id}/file',
    permission: 'exports',
    idempotency: 'none',
    tag,
    summary: 'Download the file of an export',
    params: OfExport,
    success: {
      status: 200,
      description: 'The file.',
      contentType: EXPORT_TYPES.csv,
      otherTypes: [EXPORT_TYPES.jsonl, EXPORT_TYPES.parquet],
    },
    problems: ['account_unknown', 'export_unknown', 'export_not_ready'],
  }),
} as const

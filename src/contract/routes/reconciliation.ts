import Type from 'typebox'
import { Cursor, Limit, page, strict } from '../schemas/primitives.ts'
import {
  BillImportSchema,
  BillImportsSchema,
  DifferenceNumber,
  ImportBillSchema,
  ResolveSchema,
  RunId,
  RunListedSchema,
  RunSchema,
  StartRunSchema,
} from '../schemas/reconciliation.ts'
import { route } from './route.ts'

const tag = 'Reconciliation'
const permission = 'reconciliation'
const OfRun = Type.Object({ run_id: RunId }, strict)
const OfDifference = Type.Object({ run_id: RunId, number: DifferenceNumber }, strict)
const aRun = { status: 200, description: 'The run.', schema: RunSchema } as const

export const reconciliationRoutes = {
  importBill: route({
    method: 'POST',
    path: '/v1/reconciliation/imports',
    permission,
    idempotency: 'none',
    tag,
    summary: 'Import a report of use or cost from a provider',
    description: 'The same file again is the import that there is.',
    body: ImportBillSchema,
    success: { status: 200, description: 'The import.', schema: BillImportSchema },
    problems: ['report_invalid'],
  }),
  listBillImports: route({
    method: 'GET',
    path: '/v1/reconciliation/imports',
    permission,
    idempotency: 'none',
    tag,
    summary: 'List what was imported from providers',
    success: { status: 200, description: 'The latest first.', schema: BillImportsSchema },
    problems: [],
  }),
  startReconciliation: route({
    method: 'POST',
    path: '/v1/reconciliation/runs',
    permission,
    idempotency: 'none',
    tag,
    summary: 'Hold a provider’s bill, or the payment processor’s balance, against the journal',
    description:
      'Changes no balance. A difference that nothing explains, above the threshold, opens a case, once however often it is found.',
    body: StartRunSchema,
    success: { status: 201, description: 'The run.', schema: RunSchema },
    problems: ['nothing_to_compare', 'price_book_invalid', 'processor_unavailable'],
  }),
  listReconciliations: route({
    method: 'GET',
    path: '/v1/reconciliation/runs',
    permission,
    idempotency: 'none',
    tag,
    summary: 'List runs',
    query: Type.Object(
      {
        kind: Type.Optional(Type.Enum(['provider', 'processor'])),
        cursor: Type.Optional(Cursor),
        limit: Type.Optional(Limit),
      },
      strict,
    ),
    success: {
      status: 200,
      description: 'The latest first.',
      schema: page(RunListedSchema, 'A page of runs.'),
    },
    problems: ['cursor_invalid'],
  }),
  getReconciliation: route({
    method: 'GET',
    path: '/v1/reconciliation/runs/{run_id}',
    permission,
    idempotency: 'none',
    tag,
    summary: 'Read a run with its differences',
    params: OfRun,
    success: aRun,
    problems: ['run_unknown'],
  }),
  resolveDifference: route({
    method: 'POST',
    path: '/v1/reconciliation/runs/{run_id}/differences/{number}/resolve',
    permission,
    idempotency: 'none',
    tag,
    summary: 'Say what a difference was',
    description:
      'It opens no case any more while it is of this amount. The first word stands; a repeat changes nothing.',
    params: OfDifference,
    body: ResolveSchema,
    success: aRun,
    problems: ['run_unknown', 'difference_unknown'],
  }),
} as const

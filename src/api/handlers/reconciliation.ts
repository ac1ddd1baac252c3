import { type Fault, faultAt } from '../../contract/problem-words/faults.ts'
import type { BodyOf, Routes } from '../../contract/routes/index.ts'
import { formatNanos, nanos, parseNanos, ratio } from '../../core/money/index.ts'
import { type PriceBook, parsePriceBook } from '../../core/pricing/index.ts'
import {
  DAY_MS,
  formatInstant,
  type Instant,
  instant,
  parseInstant,
} from '../../core/time/index.ts'
import { readBill } from '../../imports/index.ts'
import { runProcessor } from '../../payments/reconcile.ts'
import { type BillImport, keepBill, listBills } from '../../store/reconciliation/imports.ts'
import {
  type DifferenceRecord,
  listRuns,
  type RunRecord,
  readRun,
  resolveDifference,
} from '../../store/reconciliation/runs.ts'
import { actorOf } from '../caller.ts'
import { decodeCursor, encodeCursor, PAGE_DEFAULT, pageOf } from '../cursor.ts'
import type { Services } from '../deps.ts'
import { created, type Handlers, type Inbound, ok } from '../handler.ts'
import { ProblemError } from '../problem-answer.ts'
import { bookFaults } from '../read-in.ts'
import { runProvider } from '../reconciliation/provider.ts'
import { foreign, paymentsOf } from './payments.ts'

type Reconciliation =
  | 'importBill'
  | 'listBillImports'
  | 'startReconciliation'
  | 'listReconciliations'
  | 'getReconciliation'
  | 'resolveDifference'

type Order = BodyOf<Routes['startReconciliation']>

/** One unit of the currency: what a person's hour is worth more than. */
const THRESHOLD = nanos(1_000_000_000n)
const DAYS_MAX = 100

export const reconciliationHandlers: Handlers<Reconciliation> = {
  importBill: async ({ body, caller, from }, { pool, nowMs }) => {
    const read = readBill(body.content)
    if (!read.ok)
      throw new ProblemError('report_invalid', {
        errors: read.problems.map(({ location, told }) => ({
          location: `${body.file_name} ${location}`,
          told,
        })),
      })
    const { report } = read
    const kept = await keepBill(pool, {
      provider: report.provider,
      form: report.form,
      fileName: body.file_name,
      rowCount: report.rows.length,
      coversFrom: instant(Math.min(...report.covered.map(({ start }) => start))),
      coversUntil: instant(Math.max(...report.covered.map(({ end }) => end))),
      importedAt: instant(nowMs()),
      content: body.content,
      by: actorOf(caller, from),
    })
    return ok({ ...importJson(kept.own), already_known: !kept.created })
  },

  listBillImports: async (_inbound, { pool, nowMs }) => {
    const items = await listBills(pool)
    return ok({ items: items.map(importJson), as_of: formatInstant(instant(nowMs())) })
  },

  startReconciliation: async (inbound, services) => {
    const runId = services.ids('run')
    if (inbound.body.kind === 'provider') await startProvider(inbound, services, runId)
    else await startProcessor(inbound, services, runId)
    return created(await runJson(services, runId))
  },

  listReconciliations: async ({ query }, { pool, nowMs }) => {
    const limit = query.limit ?? PAGE_DEFAULT
    const after = decodeCursor('reconciliations', ['number', 'string'], query.cursor)
    const rows = await listRuns(pool, {
      kind: query.kind ?? null,
      after: after && { madeAt: instant(after[0]), runId: after[1] },
      limit: limit + 1,
    })
    const { items, next_cursor } = pageOf(rows, limit, (last) =>
      encodeCursor('reconciliations', [last.madeAt, last.runId]),
    )
    const as_of = formatInstant(instant(nowMs()))
    return ok({ items: items.map(listed), next_cursor, as_of })
  },

  getReconciliation: async ({ params }, services) => ok(await runJson(services, params.run_id)),

  resolveDifference: async ({ params, body, caller, from }, services) => {
    await runJson(services, params.run_id)
    const resolved = await resolveDifference(services.pool, {
      runId: params.run_id,
      number: params.number,
      reason: body.reason,
      at: instant(services.nowMs()),
      by: actorOf(caller, from),
    })
    if (!resolved) throw new ProblemError('difference_unknown')
    return ok(await runJson(services, params.run_id))
  },
}

type Started = Inbound<'startReconciliation'>

async function startProvider(
  { body, caller, from }: Started,
  services: Services,
  runId: string,
): Promise<void> {
  if (body.provider === undefined) throw faulty(faultAt('body/provider', 'provider_missing'))
  const done = await runProvider(services, {
    ...timeOf(body),
    runId,
    provider: body.provider,
    books: await booksOf(body, services),
    ownKeys: body.own_keys ?? null,
    discounts: (body.discounts ?? []).map((text) => ratio.parseRatio(text) ?? ratio.ONE),
    threshold: thresholdOf(body),
    by: actorOf(caller, from),
  })
  if (!done) throw new ProblemError('nothing_to_compare')
}

async function startProcessor(
  { body, caller, from }: Started,
  services: Services,
  runId: string,
): Promise<void> {
  const payments = paymentsOf(services)
  const order = { ...timeOf(body), runId, threshold: thresholdOf(body), by: actorOf(caller, from) }
  await foreign(runProcessor(payments, order))
}

const faulty = (fault: Fault): ProblemError =>
  new ProblemError('invalid_request', { errors: [fault] })

function timeOf(body: Order): { readonly from: Instant; readonly until: Instant } {
  const [from, until] = [parseInstant(body.from), parseInstant(body.until)]
  if (from === undefined) throw faulty(faultAt('body/from', 'order_not_time'))
  if (until === undefined) throw faulty(faultAt('body/until', 'order_not_time'))
  if (until <= from) throw faulty(faultAt('body/until', 'order_ends_first'))
  if (until - from > DAYS_MAX * DAY_MS)
    throw faulty(faultAt('body/until', 'order_too_long', { max: DAYS_MAX }))
  return { from, until }
}

const thresholdOf = ({ threshold }: Order) =>
  (threshold === undefined ? undefined : parseNanos(threshold)) ?? THRESHOLD

/** The provider's own prices; without them, the books by which customers are charged. */
async function booksOf(body: Order, services: Services): Promise<readonly PriceBook[]> {
  if (body.cost_books === undefined) return (await services.catalogue.current()).books
  return body.cost_books.map((document, index) => {
    const parsed = parsePriceBook(document)
    if (parsed.ok) return parsed.book
    const errors = bookFaults(parsed.problems, `body/cost_books/${index}`)
    throw new ProblemError('price_book_invalid', { errors })
  })
}

async function runJson({ pool, nowMs }: Services, runId: string) {
  const found = await readRun(pool, runId)
  if (!found) throw new ProblemError('run_unknown')
  return {
    ...listed(found.run),
    differences: found.differences.map(differenceJson),
    as_of: formatInstant(instant(nowMs())),
  }
}

const listed = (run: RunRecord) => ({
  run_id: run.runId,
  kind: run.kind,
  asked: run.asked,
  summary: run.summary,
  made_at: formatInstant(run.madeAt),
})

const differenceJson = (own: DifferenceRecord) => ({
  number: own.number,
  key: own.key,
  facts: own.facts,
  unexplained: formatNanos(own.unexplained),
  currency: own.currency,
  case_id: own.caseId,
  resolved: own.resolved && { reason: own.resolved.reason, at: formatInstant(own.resolved.at) },
})

const importJson = (own: BillImport) => ({
  import_id: own.importId,
  provider: own.provider,
  form: own.form,
  file_name: own.fileName,
  rows: own.rowCount,
  covers_from: formatInstant(own.coversFrom),
  covers_until: formatInstant(own.coversUntil),
  imported_at: formatInstant(own.importedAt),
})

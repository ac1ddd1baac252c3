import { createHash } from 'node:crypto'
import { Readable } from 'node:stream'
import { EXPORT_TYPES } from '../../contract/routes/exports.ts'
import { DAY_MS, formatInstant, instant } from '../../core/time/index.ts'
import { withFacts } from '../../engine/usage/explore.ts'
import { fileName } from '../../engine/usage/exports/file-name.ts'
import { chosenOf, writeExport } from '../../engine/usage/exports/write.ts'
import {
  bucketStarts,
  intervalJson,
  isFault,
  periodOf,
  usageFault,
} from '../../engine/usage/question.ts'
import { derivedId } from '../../store/control/index.ts'
import { countCalls } from '../../store/facts/export-rows.ts'
import { chunksOf } from '../../store/usage/export-work.ts'
import {
  addExport,
  type ExportRequest,
  listExports,
  readExport,
  type StoredExport,
} from '../../store/usage/exports.ts'
import { signerOf } from '../caller.ts'
import { decodeCursor, encodeCursor, PAGE_DEFAULT, pageOf } from '../cursor.ts'
import { replayedIf } from '../decide.ts'
import type { Services } from '../deps.ts'
import { created, type Handlers, type Inbound, keyOf, memberInSight, ok } from '../handler.ts'
import { needAccount } from '../need-account.ts'
import { ProblemError } from '../problem-answer.ts'
import { preferredLanguage } from '../problem-language.ts'
import { faultProblem, filtersIn, questionIn, unreadyProblem } from '../usage-question.ts'

/** Exports of one account that are written at once. */
const OPEN_MAX = 5
/** Rows that a request waits for; what is longer is written behind it. */
const AT_ONCE_ROWS = 10_000
/** How long a file is kept. */
const KEPT_DAYS = 7

type Exports = 'createExport' | 'listExports' | 'getExport' | 'downloadExport'

export const exportHandlers: Handlers<Exports> = {
  createExport: async (inbound, services) => {
    const accountId = inbound.params.account_id
    const { pool, nowMs } = services
    await needAccount(pool, accountId)
    const memberId = memberInSight(inbound)
    const exportId = derivedId('exp', accountId, memberId ?? '', keyOf(inbound))
    const content = contentOf(inbound.body)
    const before = await readExport(pool, accountId, exportId)
    if (before) return replayedIf(true, created(exportJson(sameAs(before, content))))
    const { request, rowsTotal } = await understood(inbound, services, content)
    const at = instant(nowMs())
    const isNew = await addExport(
      pool,
      {
        ...{ accountId, exportId, request, memberId, rowsTotal },
        askedBy: signerOf(inbound.caller, inbound.from),
        createdAt: at,
        expiresAt: instant(at + KEPT_DAYS * DAY_MS),
      },
      OPEN_MAX,
    )
    if (isNew && rowsTotal <= AT_ONCE_ROWS) await writeExport({ pool, accountId, exportId, nowMs })
    else if (isNew) await services.requestJob?.('exports')
    const own = await readExport(pool, accountId, exportId)
    if (!own) throw new ProblemError('export_limit_reached', { headers: { 'retry-after': '10' } })
    return replayedIf(!isNew, created(exportJson(sameAs(own, content))))
  },

  listExports: async (inbound, { pool, nowMs }) => {
    const { params, query } = inbound
    await needAccount(pool, params.account_id)
    const limit = query.limit ?? PAGE_DEFAULT
    const after = decodeCursor('exports', ['number', 'string'], query.cursor)
    const rows = await listExports(pool, params.account_id, {
      memberId: memberInSight(inbound),
      before: after && [instant(after[0]), after[1]],
      limit: limit + 1,
    })
    const { items, next_cursor } = pageOf(rows, limit, (last) =>
      encodeCursor('exports', [last.createdAt, last.exportId]),
    )
    const as_of = formatInstant(instant(nowMs()))
    return ok({ items: items.map(exportJson), next_cursor, as_of })
  },

  getExport: async (inbound, services) => ok(exportJson(await inSight(inbound, services))),

  downloadExport: async (inbound, services) => {
    const own = await inSight(inbound, services)
    if (own.state !== 'ready') throw new ProblemError('export_not_ready')
    const { reply, request } = inbound
    // a piece after the other: a long file is never in memory as a whole
    reply
      .header('x-request-id', request.id)
      .header('cache-control', 'private, no-store')
      .header('content-type', EXPORT_TYPES[own.request.format])
      .header('content-length', String(own.bytes))
      .header('content-disposition', `attachment; filename="${fileName(own.request)}"`)
      .send(Readable.from(chunksOf(services.pool, own.accountId, own.exportId)))
    return 'sent'
  },
}

type Asking = Inbound<'createExport'>

const contentOf = (body: Asking['body']): string =>
  createHash('sha256').update(JSON.stringify(body)).digest('hex')

/** A repeat that asks for something else is no repeat. */
function sameAs(own: StoredExport, content: string): StoredExport {
  if (own.request.content === content) return own
  throw new ProblemError('request_conflict', { field: 'content' })
}

/** What is asked for, with the period that it is about, and how many calls that are. */
async function understood(
  inbound: Asking,
  { pool, nowMs }: Services,
  content: string,
): Promise<{ readonly request: ExportRequest; readonly rowsTotal: number }> {
  const { body, params } = inbound
  const texts = body.filters ?? {}
  const question = questionIn(
    params.account_id,
    body,
    filtersIn(texts, 'body/filters', inbound),
    inbound,
  )
  if (question.group === 'tag' && question.tagKey === null)
    throw faultProblem(usageFault('tag_key', 'export_tag_missing'), 'body')
  const found = await withFacts(pool, params.account_id, async (client, place) => {
    const period = await periodOf(client, place, question, instant(nowMs()))
    if (isFault(period)) return period
    const starts = await bucketStarts(client, period, question)
    if (starts !== null && isFault(starts)) return starts
    const request: ExportRequest = {
      format: body.format,
      kind: body.kind,
      filters: texts,
      ...intervalJson(period),
      group_by: question.group,
      tag_key: question.tagKey,
      bucket: question.bucket,
      time_zone: question.timeZone,
      lang: preferredLanguage(inbound.request.headers['accept-language']),
      content,
    }
    const chosen = chosenOf(params.account_id, question.inSightOf, request)
    return { request, rowsTotal: await countCalls(client, chosen) }
  })
  if (typeof found === 'string') throw unreadyProblem(found)
  if (isFault(found)) throw faultProblem(found, 'body')
  return found
}

/** What is of somebody else looks absent to one who sees its own use only. */
async function inSight(
  inbound: Inbound<'getExport' | 'downloadExport'>,
  { pool }: Services,
): Promise<StoredExport> {
  const { account_id: accountId, export_id: exportId } = inbound.params
  await needAccount(pool, accountId)
  const own = await readExport(pool, accountId, exportId)
  const memberId = memberInSight(inbound)
  if (!own || (memberId !== null && own.memberId !== memberId))
    throw new ProblemError('export_unknown')
  return own
}

const exportJson = (own: StoredExport) => ({
  export_id: own.exportId,
  format: own.request.format,
  kind: own.request.kind,
  state: own.state,
  filters: own.request.filters,
  from: own.request.from,
  to: own.request.to,
  group_by: own.request.group_by,
  bucket: own.request.bucket,
  member_id: own.memberId,
  file_name: fileName(own.request),
  rows_total: own.rowsTotal,
  rows_done: own.rowsDone,
  bytes: own.bytes,
  sha256: own.sha256,
  seq: own.seq,
  failed_reason: own.failedReason,
  created_at: formatInstant(own.createdAt),
  ready_at: own.readyAt && formatInstant(own.readyAt),
  expires_at: formatInstant(own.expiresAt),
})

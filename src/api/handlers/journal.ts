import { GUARDED } from '../../contract/answer-headers.ts'
import { explain } from '../../contract/explain/index.ts'
import { explainEntry } from '../../contract/timeline/index.ts'
import { formatInstant, instant } from '../../core/time/index.ts'
import { readSeqs } from '../../store/reads/account-state.ts'
import { listEntries, readEntry } from '../../store/reads/entries.ts'
import { lotsNamed } from '../../store/reads/history.ts'
import { stillAdmitted } from '../admission.ts'
import { decodeCursor, encodeCursor, PAGE_DEFAULT, pageOf } from '../cursor.ts'
import { entryAnswer, seenBy } from '../decide.ts'
import { openFeed, writeFeed } from '../events/feed.ts'
import { accountOf, type Handlers, memberInSight, ok } from '../handler.ts'
import { ProblemError } from '../problem-answer.ts'
import { instantOrNull } from '../read-in.ts'
import { readerIn } from '../reader-in.ts'
import { readReceipt } from '../receipts.ts'
import { getUsage } from './usage.ts'

type Journal =
  | 'listEntries'
  | 'getEntry'
  | 'getUsage'
  | 'followEvents'
  | 'getReceipt'
  | 'explainReceipt'

export const journalHandlers: Handlers<Journal> = {
  listEntries: async (inbound, { pool, nowMs }) => {
    const { params, query } = inbound
    const memberId = memberInSight(inbound)
    const limit = query.limit ?? PAGE_DEFAULT
    const [beforeSeq] = decodeCursor('entries', ['number'], query.cursor) ?? [null]
    const rows = await listEntries(pool, params.account_id, {
      kind: query.kind ?? null,
      memberId,
      from: instantOrNull(query.from),
      to: instantOrNull(query.to),
      beforeSeq,
      limit: limit + 1,
    })
    const seq = (await readSeqs(pool, [params.account_id])).get(params.account_id)
    if (seq === undefined) throw new ProblemError('account_unknown')
    const { items, next_cursor } = pageOf(rows, limit, (last) =>
      encodeCursor('entries', [last.body.seq]),
    )
    const as_of = formatInstant(instant(nowMs()))
    return ok({
      items: items.map((own) => entryAnswer(seenBy(memberId, own))),
      next_cursor,
      as_of,
      seq,
    })
  },

  getEntry: async (inbound, { pool, nowMs }) => {
    const { params, query } = inbound
    const { account_id: accountId, seq: entrySeq } = params
    const memberId = memberInSight(inbound)
    const seq = (await readSeqs(pool, [accountId])).get(accountId)
    if (seq === undefined) throw new ProblemError('account_unknown')
    const found = await readEntry(pool, accountId, { seq: entrySeq, memberId })
    if (!found) throw new ProblemError('entry_unknown')
    const own = seenBy(memberId, found)
    const { lot, lot_id: lotId } = own.body
    const lots = await lotsNamed(pool, accountId, lot || lotId === undefined ? [] : [lotId])
    const reader = readerIn(query)
    return ok({
      entry: entryAnswer(own),
      lang: reader.lang,
      sentences: explainEntry(own.body, lots, reader),
      as_of: formatInstant(instant(nowMs())),
      seq,
    })
  },

  getUsage,

  followEvents: async (inbound, services) => {
    const { pool, feeds } = services
    const { params, query, request, reply } = inbound
    const accountId = params.account_id
    const seq = (await readSeqs(pool, [accountId])).get(accountId)
    if (seq === undefined) throw new ProblemError('account_unknown')
    const place = openFeed(feeds, accountId)
    if (!place) throw new ProblemError('too_many_listeners', { headers: { 'retry-after': '30' } })
    reply.hijack()
    reply.raw.writeHead(200, {
      ...GUARDED,
      'content-type': 'text/event-stream; charset=utf-8',
      'x-accel-buffering': 'no',
      'x-request-id': request.id,
    })
    const afterSeq = lastEventId(request.headers['last-event-id']) ?? query.after_seq ?? seq
    const memberId = memberInSight(inbound)
    const showsNames = () => inbound.sight.names(accountId)
    const id = 'followEvents'
    const stillMay = () => stillAdmitted(request, { id, before: inbound }, services)
    const own = { accountId, afterSeq, memberId, showsNames, stillMay }
    const feed = { pool, hub: feeds, ...own, out: reply.raw }
    writeFeed(feed, place.bell)
      .catch((error: unknown) => request.log.error({ err: error }, 'an event feed ended'))
      .finally(() => place.subscription.close())
    return 'sent'
  },

  getReceipt: async (inbound, { pool }) => {
    const accountId = accountOf(inbound, inbound.query.account_id, 'query')
    const { receipt_id } = inbound.params
    return ok(await readReceipt(pool, accountId, receipt_id, memberInSight(inbound)))
  },

  explainReceipt: async (inbound, { pool }) => {
    const accountId = accountOf(inbound, inbound.query.account_id, 'query')
    const { receipt_id } = inbound.params
    const receipt = await readReceipt(pool, accountId, receipt_id, memberInSight(inbound))
    const reader = readerIn(inbound.query)
    const length = inbound.query.length ?? 'medium'
    return ok({
      receipt_id: receipt.receipt_id,
      lang: reader.lang,
      length,
      sentences: explain(receipt, { ...reader, length }),
      as_of: receipt.as_of,
      seq: receipt.seq,
    })
  },
}

/** What is not a number of ours is ignored, as the specification of event streams has it. */
function lastEventId(header: string | string[] | undefined): number | null {
  return typeof header === 'string' && /^\d{1,15}$/.test(header) ? Number(header) : null
}

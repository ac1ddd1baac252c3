import { faultAt } from '../../contract/problem-words/faults.ts'
import { explainPeriod, type TimelineKind } from '../../contract/timeline/index.ts'
import { formatInstant, type Instant, instant } from '../../core/time/index.ts'
import { decodeCursor, encodeCursor, PAGE_DEFAULT } from '../cursor.ts'
import type { Services } from '../deps.ts'
import { type Handlers, type Inbound, ok } from '../handler.ts'
import { needState } from '../need-account.ts'
import { ProblemError } from '../problem-answer.ts'
import { instantIn, instantOrNull } from '../read-in.ts'
import { readerIn, timeZoneIn } from '../reader-in.ts'
import { type Position, positionBefore, timelinePage } from '../timeline/page.ts'
import { intervalOf, periodFacts } from '../timeline/period.ts'
import { changesJson, momentJson, sentenceOf, stateAt } from '../timeline/state-at.ts'

const BEGINNING = instant(0)

export const historyHandlers: Handlers<'getTimeline' | 'explainPeriod' | 'getStateAt'> = {
  getTimeline: async (inbound, services) => {
    const { params, query, caller } = inbound
    const { state, at } = await needState(services, params.account_id)
    const page = await timelinePage(
      services.pool,
      {
        accountId: params.account_id,
        currency: state.currency,
        timeZone: timeZoneIn(query.time_zone),
        from: instantOrNull(query.from) ?? BEGINNING,
        kinds: (query.kinds?.split(',') as TimelineKind[] | undefined) ?? null,
        allCases: caller.type !== 'key',
        showsNames: await inbound.sight.names(params.account_id),
        limit: query.limit ?? PAGE_DEFAULT,
      },
      await positionOf(inbound, services, at),
    )
    return ok({
      items: page.items,
      next_cursor: page.next && cursorOf(page.next),
      as_of: formatInstant(at),
      seq: state.seq,
    })
  },

  explainPeriod: async ({ params, query }, services) => {
    const { account_id: accountId } = params
    const { state, at: now } = await needState(services, accountId)
    const interval = await intervalOf(services, { accountId, query, now, state })
    const { from, until } = interval
    const facts = await periodFacts(services.pool, accountId, interval)
    const reader = readerIn(query)
    const { lang } = reader
    const length = query.length ?? 'medium'
    const { currency, seq } = state
    return ok({
      account_id: accountId,
      ...{ from, until, statement: query.statement ?? null, lang, length },
      sentences: explainPeriod(facts, { ...reader, from, until, currency, length }),
      ...{ facts, as_of: formatInstant(now), seq },
    })
  },

  getStateAt: async ({ params, query }, services) => {
    const { state, at: now } = await needState(services, params.account_id)
    const of = { accountId: params.account_id, seqNow: state.seq }
    const at = query.at === undefined ? now : past(query.at, 'at', now)
    const other = query.compare === undefined ? null : past(query.compare, 'compare', now)
    const timeZone = timeZoneIn(query.time_zone)
    const then = await stateAt(services, { ...of, at, part: 'at' })
    const compared =
      other === null ? null : await stateAt(services, { ...of, at: other, part: 'compare' })
    return ok({
      account_id: then.view.account_id,
      name: then.view.name,
      currency: then.view.currency,
      ...momentJson(then),
      compare: compared && {
        with: momentJson(compared),
        changes: changesJson(then, compared, timeZone),
      },
      sentence: sentenceOf(then, timeZone),
      as_of: formatInstant(now),
    })
  },
}

/** A moment that is over: of one to come nothing is known. */
function past(text: string, part: string, now: Instant): Instant {
  const at = instantIn(text)
  if (at <= now) return at
  throw new ProblemError('invalid_request', {
    errors: [
      faultAt(`query/${part}`, 'moment_future', {
        address: '/v1/accounts/{account_id}/state',
      }),
    ],
  })
}

const cursorOf = ({ beforeSeq, beside: [at, key] }: Position): string =>
  encodeCursor('timeline', [beforeSeq, at, key])

async function positionOf(
  { params, query }: Inbound<'getTimeline'>,
  { pool }: Services,
  now: Instant,
): Promise<Position> {
  const read = decodeCursor('timeline', ['number', 'number', 'string'], query.cursor)
  if (read) return { beforeSeq: read[0], beside: [instant(read[1]), read[2]] }
  const until = instantOrNull(query.until)
  // whatever is recorded in this very moment is part of it
  const end = until === null || until > now ? instant(now + 1) : until
  return positionBefore(pool, params.account_id, end)
}

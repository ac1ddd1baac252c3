import type pg from 'pg'
import { faultAt } from '../../contract/problem-words/faults.ts'
import type { QueryOf, Routes } from '../../contract/routes/index.ts'
import { Period } from '../../contract/timeline/index.ts'
import type { AccountState } from '../../core/ledger/index.ts'
import { DAY_MS, formatInstant, type Instant, instant } from '../../core/time/index.ts'
import { storeClosed } from '../../engine/billing/build.ts'
import { readStatement } from '../../store/billing/statements.ts'
import { entryBodies, seqAt } from '../../store/reads/history.ts'
import type { Services } from '../deps.ts'
import { ProblemError } from '../problem-answer.ts'
import { instantOrNull } from '../read-in.ts'

const PAGE_ENTRIES = 1_000
const DEFAULT_MS = 7 * DAY_MS

export interface EntryInterval {
  readonly from: string
  readonly until: string
  readonly afterSeq: number
  readonly throughSeq: number
}

/** Which entries are asked for: of an interval of time, or of a closed statement. */
export async function intervalOf(
  { pool }: Services,
  asked: {
    readonly accountId: string
    readonly query: QueryOf<Routes['explainPeriod']>
    readonly now: Instant
    readonly state: AccountState
  },
): Promise<EntryInterval> {
  const { accountId, query, now, state } = asked
  if (query.statement !== undefined) {
    if (query.from !== undefined || query.until !== undefined) throw both()
    await storeClosed(pool, state)
    const own = await readStatement(pool, accountId, query.statement)
    if (!own) throw new ProblemError('statement_unknown')
    const { first_seq: first, last_seq: throughSeq } = own.entries
    return { from: own.start, until: own.end, afterSeq: first - 1, throughSeq }
  }
  // what is recorded in this very moment is part of now
  const until = instantOrNull(query.until) ?? instant(now + 1)
  const from = instantOrNull(query.from) ?? instant(Math.max(0, until - DEFAULT_MS))
  if (from > until) throw reversed()
  return {
    from: formatInstant(from),
    until: formatInstant(until),
    afterSeq: await seqBefore(pool, accountId, from),
    throughSeq: await seqBefore(pool, accountId, until),
  }
}

const seqBefore = async (pool: pg.Pool, accountId: string, at: Instant): Promise<number> =>
  at <= 0 ? 0 : ((await seqAt(pool, accountId, instant(at - 1))) ?? 0)

/** Adds up the entries page by page. */
export async function periodFacts(
  pool: pg.Pool,
  accountId: string,
  { afterSeq, throughSeq }: Pick<EntryInterval, 'afterSeq' | 'throughSeq'>,
) {
  const period = new Period()
  for (let after = afterSeq; after < throughSeq; ) {
    const range = { afterSeq: after, throughSeq, limit: PAGE_ENTRIES }
    const bodies = await entryBodies(pool, accountId, range)
    for (const body of bodies) period.add(body)
    after = bodies.at(-1)?.seq ?? throughSeq
  }
  return period.facts()
}

const both = () =>
  new ProblemError('invalid_request', {
    errors: [faultAt('query/statement', 'statement_and_interval')],
  })

const reversed = () =>
  new ProblemError('invalid_request', {
    errors: [faultAt('query/from', 'from_after_until')],
  })

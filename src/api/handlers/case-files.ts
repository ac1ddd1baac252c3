import { DAY_MS, formatInstant, type Instant, instant } from '../../core/time/index.ts'
import { loadCase, type OwnCase } from '../../engine/cases/take-steps.ts'
import { findingsAbout } from '../../store/cases/scope.ts'
import { entriesOfCalls, readSurroundings } from '../../store/reads/entries.ts'
import { findingsOf } from '../case-answers.ts'
import { comparisonJson, contestedIn } from '../case-comparison.ts'
import { entryAnswer } from '../decide.ts'
import type { Services } from '../deps.ts'
import { type Handlers, ok } from '../handler.ts'
import { ProblemError } from '../problem-answer.ts'
import { receiptsThere } from '../receipts.ts'
import { positionBefore, timelinePage } from '../timeline/page.ts'
import { caseJson } from './cases.ts'
import { findingJson } from './findings.ts'

/** How much of the timeline there is before the first contested call, and after the last step. */
const AROUND_MS = DAY_MS
const LINES_MAX = 200

export const caseFileHandlers: Handlers<'compareCase' | 'getCaseBundle'> = {
  compareCase: async ({ params }, services) => {
    const own = await needed(services, params.case_id)
    return ok(await comparisonJson(services, own, await contestedIn(services, own)))
  },

  getCaseBundle: async ({ params, caller }, services) => {
    const own = await needed(services, params.case_id)
    const calls = await contestedIn(services, own)
    return ok({
      case_id: own.record.caseId,
      account_id: own.record.accountId,
      case: await caseJson(services, own, caller),
      comparison: await comparisonJson(services, own, calls),
      ...(await aboutAccount(services, own, calls)),
      as_of: formatInstant(instant(services.nowMs())),
    })
  },
}

async function needed({ pool }: Services, caseId: string): Promise<OwnCase> {
  const own = await loadCase(pool, caseId)
  if (!own) throw new ProblemError('case_unknown')
  return own
}

const NOTHING = {
  receipts: [],
  entries: [],
  findings: [],
  timeline: { from: null, until: null, items: [], more: false },
}

/** What the account's books have about a case; a case of no account has nothing of it. */
async function aboutAccount(services: Services, own: OwnCase, calls: readonly string[]) {
  const { pool } = services
  const { accountId } = own.record
  const named = { callIds: [], lotIds: [], memberId: null }
  const around = accountId === null ? null : await readSurroundings(pool, accountId, named)
  if (accountId === null || !around) return NOTHING
  const entries = [...(await entriesOfCalls(pool, accountId, calls)).values()].flat()
  const checked = await findingsOf(pool, own)
  const found = await findingsAbout(pool, accountId, { calls })
  const findings = new Map([...checked, ...found].map((one) => [one.finding.key, one]))
  const first = Math.min(
    own.record.openedAt,
    ...entries.map(({ body }) => Date.parse(body.event_at)),
  )
  return {
    receipts: await receiptsThere(pool, accountId, calls),
    entries: entries.sort((a, b) => a.body.seq - b.body.seq).map(entryAnswer),
    findings: [...findings.values()].map(findingJson),
    timeline: await timelineAround(services, own, {
      accountId,
      currency: around.currency,
      from: instant(first - AROUND_MS),
    }),
  }
}

/** It is handed over, so that its sentences name nobody. */
async function timelineAround(
  { pool, nowMs }: Services,
  { record }: OwnCase,
  of: { readonly accountId: string; readonly currency: string; readonly from: Instant },
) {
  // whatever is recorded in this very moment is part of it
  const until = instant(Math.min(record.updatedAt + AROUND_MS, nowMs() + 1))
  const page = await timelinePage(
    pool,
    // a file for whoever gets it: one zone, that every sentence names
    { ...of, timeZone: 'UTC', kinds: null, allCases: true, showsNames: false, limit: LINES_MAX },
    await positionBefore(pool, of.accountId, until),
  )
  return {
    from: formatInstant(of.from),
    until: formatInstant(until),
    items: page.items,
    more: page.next !== null,
  }
}

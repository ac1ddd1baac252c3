import {
  type CaseEvent,
  type CaseFacts,
  type DueLine,
  type LineNow,
  lessUsed,
  linesNow,
  type RefundLine,
} from '../../core/cases/index.ts'
import { type ActorFacts, type EntryBody, givenBack } from '../../core/ledger/index.ts'
import {
  add,
  formatNanos,
  type Nanos,
  readNanos,
  subtract,
  subtractToZero,
  sum,
  ZERO,
} from '../../core/money/index.ts'
import { instant } from '../../core/time/index.ts'
import { derivedId } from '../../store/control/index.ts'
import {
  type FindingMove,
  moveFinding,
  readFinding,
  type StoredFinding,
} from '../../store/findings/findings.ts'
import { entriesOfCalls } from '../../store/reads/entries.ts'
import { booksOf } from '../audit/owed.ts'
import type { CaseParts } from './parts.ts'
import type { OwnCase } from './take-steps.ts'

/** Who gives back, and for which case: the journal tells it, and so is a repeat told from another's refund. */
export const refunderOf = (own: OwnCase, actor: ActorFacts): ActorFacts => ({
  type: actor.type,
  id: actor.id,
  from: `case ${own.record.caseId}`,
})

/** Somebody else gave something back between the look and the order: it is looked at anew. */
const LOOKS_MAX = 8

/**
 * Posts what was decided, line by line, under the ids that the lines have for ever: done again after a crash
 * it posts nothing twice. Each line is reckoned by the journal as it is now, and posted only while that is so; what
 * somebody else has given back meanwhile is left out. Findings end with their lines, so that nobody pays them again.
 */
export async function postLines(
  parts: CaseParts,
  own: OwnCase,
  actor: ActorFacts,
): Promise<CaseFacts['posted']> {
  const posting: Posting = { parts, own, by: refunderOf(own, actor), codes: new Map() }
  let again: string | null = null
  const used = unsettledUse(own)
  for (let looks = 0; looks < LOOKS_MAX; looks += 1) {
    const lines = (await look(posting)).map((now) =>
      posting.codes.has(now.line) ? { ...now, owed: ZERO } : now,
    )
    const offs = lessUsed(lines, used)
    const orders = lines.map((now, index) => ({ now, amount: subtract(now.owed, offs[index]!) }))
    const isDone = orders.every(({ now, amount }) => now.posted !== null || amount === ZERO)
    const areEnded = await endFindings(posting, orders)
    if (isDone && areEnded) return factsOf(posting, orders, sum(offs))
    if (!isDone) again = await postOrders(posting, orders)
  }
  throw new Error(`the case ${own.record.caseId} waits: ${again ?? 'its findings move too fast'}`)
}

/** What was used of the provisional credit, and did not come off a refund of an earlier round. */
function unsettledUse({ view, events }: OwnCase): Nanos {
  const before = events.filter((event): event is CaseEvent<'posted'> => event.kind === 'posted')
  const settled = sum(before.map(({ facts }) => readNanos(facts.provisional_used)))
  return subtractToZero(view.provisional?.used ?? ZERO, settled)
}

interface Posting {
  readonly parts: CaseParts
  readonly own: OwnCase
  readonly by: ActorFacts
  /** Lines that the journal does not take. */
  readonly codes: Map<RefundLine, string>
}

interface Order {
  readonly now: LineNow
  readonly amount: Nanos
}

async function look({ parts: { pool }, own, by }: Posting): Promise<readonly LineNow[]> {
  const accountId = own.record.accountId ?? ''
  const { plan, carried } = own.view.decision ?? {}
  const planned = plan?.lines ?? []
  const callIds = [...new Set(planned.map(({ call_id: id }) => id))]
  const calls = await entriesOfCalls(pool, accountId, callIds)
  const books = await booksOf(pool, calls)
  const now: LineNow[] = []
  for (const callId of callIds) {
    const lines: DueLine[] = []
    for (const line of planned.filter(({ call_id: id }) => id === callId))
      lines.push(dueLine(own, line, await findingOf(pool, accountId, line)))
    const bodies = (calls.get(callId) ?? []).map(({ body }) => body)
    const before = carried?.[callId]
    const at = before === undefined ? null : readNanos(before)
    now.push(...linesNow(lines, { bodies, planned: at, from: by.from ?? '', books }))
  }
  return now
}

const findingOf = async (
  pool: CaseParts['pool'],
  accountId: string,
  { finding_key: key }: RefundLine,
): Promise<StoredFinding | null> => (key === null ? null : readFinding(pool, { accountId, key }))

const REASON_MAX = 64
const MARK_LENGTH = 8

function dueLine(own: OwnCase, line: RefundLine, stored: StoredFinding | null): DueLine {
  const { reason, finding_key: key } = line
  const id = derivedId('case', own.record.caseId, String(own.view.round), key ?? '')
  const another = `${reason.slice(0, REASON_MAX - MARK_LENGTH - 1)}_${id.slice(-MARK_LENGTH)}`
  const remedy = stored?.finding.remedy
  return {
    line,
    reasons: [reason, another],
    overcharge: remedy?.type === 'refund' ? remedy.amount : null,
    // whoever has begun to make a finding good will give all of it
    isCoverable: stored?.status !== 'refunding',
  }
}

/** Refusals that the next look explains. */
const AGAIN: readonly string[] = [
  'preview_outdated',
  'already_refunded',
  'already_reversed',
  'refund_exceeds_charge',
  'request_conflict',
]
/** A refusal that goes away: the case stays where it is, and is taken up again. */
const LATER: readonly string[] = ['account_parked']

/** Posts what is not posted yet; a code: why it has to be looked at anew before the rest. */
async function postOrders(posting: Posting, orders: readonly Order[]): Promise<string | null> {
  const given = new Map<string, Nanos>()
  for (const { now, amount } of orders) {
    if (now.posted !== null || amount === ZERO) continue
    const { call_id: callId } = now.line
    const before = given.get(callId) ?? ZERO
    const answer = await postOrder(posting, { now, amount }, subtract(now.left, before))
    if (typeof answer === 'object') given.set(callId, add(before, givenBack(answer)))
    else if (AGAIN.includes(answer)) return answer
    else posting.codes.set(now.line, answer)
  }
  return null
}

/** The entry, or why there is none. */
async function postOrder(
  { parts: { engine }, own, by }: Posting,
  { now: { line, reason }, amount }: Order,
  carried: Nanos,
): Promise<EntryBody | string> {
  const { call_id: callId, finding_key: finding } = line
  const { result } = await engine.execute({
    kind: 'refund',
    accountId: own.record.accountId ?? '',
    requestId: `${callId}#refund:${reason}`,
    actor: by,
    callId,
    reason,
    amount,
    carried,
    ...(finding !== null && { finding }),
  })
  if (result.status === 'posted') return result.entry
  const code = result.status === 'refused' ? result.refused.code : result.status
  if (LATER.includes(code)) throw new Error(`the case ${own.record.caseId} waits: ${code}`)
  return code
}

/**
 * Ends the findings of lines that are posted, that used credit stands for, or for which nothing is owed any more.
 * `false`: somebody else has begun to make one good that used credit was to stand for.
 */
async function endFindings(posting: Posting, orders: readonly Order[]): Promise<boolean> {
  let areEnded = true
  for (const { now, amount } of orders) {
    if (now.posted === null && (amount > ZERO || posting.codes.has(now.line))) continue
    const isCovered = now.posted === null && now.owed > ZERO
    const isEnded = await endFinding(posting, now, endOf(now, isCovered))
    if (isCovered && !isEnded) areEnded = false
  }
  return areEnded
}

type End = Pick<FindingMove, 'from' | 'to' | 'reason' | 'refundSeq'>

function endOf({ posted }: LineNow, isCovered: boolean): End {
  const from = ['open', 'proposed', 'recorded'] as const
  if (posted)
    return { from: [...from, 'refunding'], to: 'remedied', reason: null, refundSeq: posted.seq }
  const reason = isCovered ? 'provisional_credit_used' : 'already_refunded'
  return { from, to: 'superseded', reason }
}

async function endFinding(
  { parts: { pool, nowMs }, own, by }: Posting,
  { line: { finding_key: key } }: LineNow,
  end: End,
): Promise<boolean> {
  if (key === null) return true
  const accountId = own.record.accountId ?? ''
  if (await moveFinding(pool, { accountId, key, ...end, by, at: instant(nowMs()) })) return true
  const stored = await readFinding(pool, { accountId, key })
  return stored?.status !== 'refunding'
}

function factsOf({ codes }: Posting, orders: readonly Order[], used: Nanos): CaseFacts['posted'] {
  const entries = orders.flatMap(({ now: { line, posted } }) =>
    posted
      ? [{ seq: posted.seq, call_id: line.call_id, amount: formatNanos(givenBack(posted)) }]
      : [],
  )
  const skipped = orders
    .filter(({ now }) => now.posted === null && now.owed === ZERO)
    .map(({ now: { line } }) => ({
      call_id: line.call_id,
      code: codes.get(line) ?? 'already_refunded',
    }))
  return {
    total: formatNanos(sum(entries.map(({ amount }) => readNanos(amount)))),
    entries,
    skipped,
    provisional_used: formatNanos(used),
    refund_id: null,
  }
}

import type { RefundPlan, Verdict } from '../../core/cases/types.ts'
import { add, formatNanos, min, readNanos } from '../../core/money/index.ts'
import { date, list, money, type Place, say } from '../explain/place.ts'
import { ruleSentence } from '../explain/rule-words.ts'
import type { Language } from '../explain/words.ts'
import { receiptId } from '../receipt/receipt-id.ts'
import { caseWordsOf } from './render.ts'
import { KNOWN_REASONS, type KnownReason } from './words.ts'

/** What a decision is told from: figures and codes, and the words of whoever decided. */
export interface LetterOf {
  readonly case_id: string
  readonly about:
    | { readonly calls: readonly string[] }
    | { readonly period: { readonly from: string; readonly until: string } }
    | { readonly payment_id: string }
    | null
  readonly findings: readonly {
    readonly rule: string
    readonly calls: readonly string[]
    readonly posted: string | null
    readonly expected: string | null
  }[]
  readonly decision: {
    readonly at: string
    readonly verdict: Verdict
    readonly reason: string
    readonly plan: RefundPlan | null
    readonly words: string | null
    readonly automatic: boolean
  }
  readonly posted: {
    readonly total: string
    readonly entries: readonly { readonly seq: number }[]
    readonly skipped: readonly { readonly call_id: string }[]
    readonly provisional_used: string
  } | null
  readonly appeal_until: string | null
}

/** The decision in sentences: what was checked, what was found, what goes back and why, and what can be done. */
export function decisionLetter(place: Place, facts: LetterOf): string[] {
  const { letter } = caseWordsOf(place.lang)
  const { decision } = facts
  return [
    say(letter.number, { case: facts.case_id, date: date(place, decision.at) }),
    ...aboutLines(place, facts),
    ...(facts.findings.length === 0 ? foundNothing(place, facts) : found(place, facts)),
    decision.verdict === 'refund'
      ? say(letter.refund, { amount: money(place, givenBack(facts)) })
      : letter.rejected,
    say(letter.reason, { reason: reasonSentence(decision.reason, place.lang) }),
    ...planLines(place, decision.plan),
    ...postedLines(place, facts),
    ...(decision.words === null ? [] : [say(letter.said, { words: decision.words })]),
    decision.automatic ? letter.automatic : letter.byPerson,
    facts.appeal_until === null
      ? letter.noAppeal
      : say(letter.appeal, { date: date(place, facts.appeal_until) }),
  ]
}

/**
 * What is posted, with what was had before as provisional credit: what was left out of the posting is not
 * promised. Until it is posted, what was decided.
 */
function givenBack({ decision, posted }: LetterOf): string {
  const decided = readNanos(decision.plan?.total ?? '0')
  if (!posted) return formatNanos(decided)
  return formatNanos(min(decided, add(readNanos(posted.total), readNanos(posted.provisional_used))))
}

const receipts = (place: Place, calls: readonly string[]): string =>
  list(place, calls.map(receiptId))

function aboutLines(place: Place, { about }: LetterOf): string[] {
  const { letter } = caseWordsOf(place.lang)
  if (about === null) return []
  if ('payment_id' in about) return [say(letter.aboutPurchase, { payment: about.payment_id })]
  if ('period' in about) {
    const { from, until } = about.period
    return [say(letter.aboutPeriod, { from: date(place, from), until: date(place, until) })]
  }
  const count = countOfCalls(place, about.calls.length)
  return [say(letter.aboutCalls, { count, receipts: receipts(place, about.calls) })]
}

function countOfCalls(place: Place, count: number): string {
  if (place.lang === 'ja') return `${count}件の呼び出し`
  return count === 1 ? '1 call' : `${count} calls`
}

const foundNothing = (place: Place, { about }: LetterOf): string[] =>
  about === null || 'payment_id' in about ? [] : [caseWordsOf(place.lang).letter.foundNothing]

const found = (place: Place, { findings }: LetterOf): string[] =>
  findings.map(({ rule, calls, posted, expected }) =>
    say(caseWordsOf(place.lang).letter.found, {
      receipt: receipts(place, calls.slice(0, 1)),
      sentence: ruleSentence(rule, place.lang),
      posted: posted === null ? '-' : money(place, posted),
      expected: expected === null ? '-' : money(place, expected),
    }),
  )

const isKnown = (reason: string): reason is KnownReason =>
  KNOWN_REASONS.some((own) => own === reason)

/** Why something is given back or refused: a reason of the support policy, or a rule of the audit. */
export const reasonSentence = (reason: string, lang: Language): string =>
  isKnown(reason) ? caseWordsOf(lang).reasons[reason] : ruleSentence(reason, lang)

function planLines(place: Place, plan: RefundPlan | null): string[] {
  const { letter } = caseWordsOf(place.lang)
  if (!plan) return []
  const lines = plan.lines.map(({ call_id, amount, finding_key }) =>
    say(finding_key === null ? letter.line : letter.lineFinding, {
      amount: money(place, amount),
      receipt: receiptId(call_id),
    }),
  )
  const { purchase } = plan
  if (!purchase) return lines
  const amount = money(place, purchase.amount)
  return [...lines, say(letter.purchase, { amount, payment: purchase.payment_id })]
}

function postedLines(place: Place, { posted }: LetterOf): string[] {
  const { letter } = caseWordsOf(place.lang)
  if (!posted) return []
  const { entries, skipped, provisional_used: used, total } = posted
  return [
    ...(used === '0'
      ? []
      : [
          say(letter.provisionalUsed, {
            used: money(place, used),
            amount: money(place, total),
          }),
        ]),
    ...skipped.map(({ call_id }) => say(letter.skipped, { receipt: receiptId(call_id) })),
    ...(entries.length === 0
      ? []
      : [
          say(letter.posted, {
            entries: list(
              place,
              entries.map(({ seq }) => `${seq}`),
            ),
          }),
        ]),
  ]
}

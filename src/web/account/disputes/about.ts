import type { Body } from '../../../client/index.ts'
import { sumText } from '../../app/shares.ts'
import type { Finding } from './data.ts'

export type About = Body<'openDispute'>['about']

/** What is being objected to, as the form has it. */
export interface Draft {
  readonly kind: 'calls' | 'period' | 'purchase'
  /** Receipt or call ids, one a line. */
  readonly calls: string
  /** As a browser's field gives them: local time without a zone. */
  readonly from: string
  readonly until: string
  readonly payment: string
}

const CALLS_MAX = 200

/** A receipt has the id of its call under another prefix. */
export const callOf = (id: string): string => id.replace(/^rcpt_/, 'call_')
export const receiptOf = (id: string): string => id.replace(/^call_/, 'rcpt_')

const callsIn = (text: string): string[] => [
  ...new Set(
    text
      .split(/[\s,]+/)
      .filter(Boolean)
      .map(callOf),
  ),
]

/** A moment of a field in the reader's zone; `undefined`: none. */
function instantIn(text: string, isUtc: boolean): string | undefined {
  const at = Date.parse(isUtc ? `${text}Z` : text)
  return Number.isNaN(at) ? undefined : new Date(at).toISOString()
}

/** What the form means; `undefined`: something of it is missing or wrong. */
export function aboutOf(draft: Draft, isUtc: boolean): About | undefined {
  if (draft.kind === 'calls') {
    const calls = callsIn(draft.calls)
    return calls.length === 0 || calls.length > CALLS_MAX ? undefined : { calls }
  }
  if (draft.kind === 'purchase') {
    const payment = draft.payment.trim()
    return payment === '' ? undefined : { payment_id: payment }
  }
  const [from, until] = [instantIn(draft.from, isUtc), instantIn(draft.until, isUtc)]
  if (from === undefined || until === undefined || from >= until) return undefined
  return { period: { from, until } }
}

/** What an own check has found about just that, and how much of it was charged too much. */
export function findingsAbout(about: About, findings: readonly Finding[]) {
  const own = findings.filter((finding) => concerns(about, finding))
  const tooMuch = own.map(({ difference }) => difference).filter((text) => !text.startsWith('-'))
  return { own, total: sumText(tooMuch), others: findings.length - own.length }
}

function concerns(about: About, { calls, at }: Finding): boolean {
  if ('calls' in about) return calls.some((call) => about.calls.includes(call))
  if ('period' in about) return at >= about.period.from && at < about.period.until
  return false
}

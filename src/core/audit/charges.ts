import { type Nanos, subtract, sum, ZERO } from '../money/index.ts'
import { faultOf } from './diagnose.ts'
import { bookFor, type DatedBook, type Expected, expectedOf, type Subject } from './expected.ts'
import {
  AUDIT_SETTINGS,
  type AuditSettings,
  type CallEnding,
  type ExternalCall,
  type ExternalCharge,
} from './external.ts'
import type { Finding } from './finding.ts'
import { readUsage } from './reading.ts'
import { type AuditRule, RULES } from './rules.ts'

export interface ChargesInput {
  readonly charges: readonly ExternalCharge[]
  readonly calls: readonly ExternalCall[]
  readonly books: readonly DatedBook[]
  readonly settings?: AuditSettings
}

/** A call with all that was charged for it. */
interface Charged {
  readonly call: ExternalCall
  readonly charges: readonly ExternalCharge[]
}

/**
 * Audits a bill of any system against a log of the calls that it is for. A charge is matched to its call
 * by the call's id, else by the provider's id. What cannot be judged gives no finding: a model without a
 * price in the books, a log that does not say what was used.
 */
export function auditCharges(input: ChargesInput): Finding[] {
  const settings = input.settings ?? AUDIT_SETTINGS
  const { matched, orphans } = match(input)
  return [
    ...repeated(matched, settings),
    ...matched.flatMap((own) => amountOf(own, input.books) ?? []),
    ...orphans.map(orphan),
  ].sort((a, b) => a.at - b.at)
}

function match({ charges, calls }: ChargesInput): {
  readonly matched: Charged[]
  readonly orphans: ExternalCharge[]
} {
  const byId = new Map<string, ExternalCall>()
  const byUpstream = new Map<string, ExternalCall>()
  for (const call of calls) {
    byId.set(call.id, call)
    if (call.upstreamId !== null && !byUpstream.has(call.upstreamId))
      byUpstream.set(call.upstreamId, call)
  }
  const own = new Map<ExternalCall, ExternalCharge[]>()
  const orphans: ExternalCharge[] = []
  for (const charge of charges) {
    const call =
      (charge.callId === null ? undefined : byId.get(charge.callId)) ??
      (charge.upstreamId === null ? undefined : byUpstream.get(charge.upstreamId))
    if (!call) orphans.push(charge)
    else own.set(call, [...(own.get(call) ?? []), charge])
  }
  return { matched: [...own].map(([call, list]) => ({ call, charges: list })), orphans }
}

export function subjectOf(call: ExternalCall): Subject {
  return {
    callId: call.id,
    at: call.at,
    dialect: call.dialect,
    ending: endingOf(call),
    model: call.model,
    tier: call.tier,
    requestedTier: null,
    speed: call.speed,
    region: call.region,
    features: call.features,
    plan: null,
    reading: readUsage(call.dialect, call.usage),
    parts: [],
    reported: call.usage,
    frames: call.frames,
    deliveredTokens: call.deliveredTokens,
    declaredFees: call.declaredFees,
  }
}

const endingOf = ({ ending, status }: ExternalCall): CallEnding =>
  ending === 'unknown' && status !== null ? (status >= 400 ? 'failed' : 'succeeded') : ending

/** The first charge of a call against what it should cost. Further ones are `repeated`. */
function amountOf({ call, charges }: Charged, books: readonly DatedBook[]): Finding | null {
  const [charge] = charges
  if (!charge) return null
  const subject = subjectOf(call)
  const book = bookFor(books, charge.currency, call.at)
  const expected = expectedOf(subject, book)
  const whole = charges.length > 1 && charges.some(({ amount }) => amount < ZERO)
  const posted = whole ? sum(charges.map(({ amount }) => amount)) : charge.amount
  const fault = wrongIn(subject, posted, { expected, books })
  if (fault === null) return null
  return {
    rule: fault.rule,
    key: `${fault.rule}:${call.id}`,
    accountId: null,
    currency: charge.currency,
    calls: [call.id],
    seqs: [],
    at: charge.at,
    expected: fault.expected,
    posted,
    difference: subtract(posted, fault.expected),
    confidence: RULES[fault.rule].confidence,
    evidence: evidenceOf(call, charge, expected),
    remedy: remedyOf(call.id, subtract(posted, fault.expected)),
  }
}

/** What is wrong with the amount of a call; `null`: nothing, or it cannot be said. */
export function wrongIn(
  subject: Subject,
  posted: Nanos,
  { expected, books }: { readonly expected: Expected; readonly books: readonly DatedBook[] },
): { readonly rule: AuditRule; readonly expected: Nanos } | null {
  if (expected.type === 'unknown') return null
  if (expected.type === 'free')
    return posted === ZERO
      ? null
      : { rule: posted < ZERO ? 'negative_amount' : expected.rule, expected: ZERO }
  if (expected.type === 'unpriced')
    return posted === ZERO ? null : { rule: 'model_mispriced', expected: ZERO }
  if (posted === expected.amount) return null
  const amounts = { posted, expected: expected.amount }
  const rule = faultOf(subject, amounts, { book: expected.book, books })
  return { rule, expected: expected.amount }
}

export const remedyOf = (callId: string, difference: Nanos): Finding['remedy'] =>
  difference > ZERO ? { type: 'refund', callId, amount: difference } : { type: 'none' }

const evidenceOf = (call: ExternalCall, charge: ExternalCharge, expected: Expected) => ({
  charge_id: charge.id,
  source: charge.source,
  ending: call.ending,
  status: call.status,
  model: call.model,
  tier: call.tier,
  upstream_id: call.upstreamId,
  usage: call.usage ?? null,
  price_book: expected.type === 'priced' ? expected.book.id : null,
})

/** Second charges of one call, and charges of calls that are one call sent again. */
function repeated(matched: readonly Charged[], settings: AuditSettings): Finding[] {
  const twice = matched.flatMap(({ call, charges }) =>
    extra(charges).map((charge) => again('duplicate_charge', call, { charge, first: charges[0]! })),
  )
  const charged = matched
    .filter(({ charges }) => charges.some(({ amount }) => amount > ZERO))
    .sort((a, b) => a.call.at - b.call.at)
  const seen = new Map<string, Charged>()
  return [...twice, ...charged.flatMap((own) => sentAgain(own, seen, settings) ?? [])]
}

function sentAgain(
  own: Charged,
  seen: Map<string, Charged>,
  { retryWindowMs }: AuditSettings,
): Finding | null {
  let found: Finding | null = null
  for (const { text, timed } of keysOf(own.call)) {
    const before = seen.get(text)
    seen.set(text, own)
    if (!before || found) continue
    const isRetry = own.call.retryCount > 0
    const isClose = own.call.at - before.call.at <= retryWindowMs
    if (timed && !(isClose && (isRetry || isLost(before)))) continue
    const rule = isRetry ? 'retry_charged' : 'duplicate_charge'
    found = again(rule, own.call, { charge: own.charges[0]!, first: before.charges[0]! })
  }
  return found
}

/** Two equal requests may be meant; one after an answer that was lost is not. */
const isLost = ({ call }: Charged): boolean =>
  call.ending === 'unknown' || call.ending === 'cut_by_client' || call.ending === 'failed'

function keysOf({ upstreamId, fingerprint }: ExternalCall) {
  return [
    ...(upstreamId === null ? [] : [{ text: `upstream ${upstreamId}`, timed: false }]),
    ...(fingerprint === null ? [] : [{ text: `asked ${fingerprint}`, timed: true }]),
  ]
}

/** Charges of one call beyond its first, less those that a credit note has taken back. */
function extra(charges: readonly ExternalCharge[]): ExternalCharge[] {
  if (charges.some(({ amount }) => amount < ZERO)) return []
  return charges.slice(1)
}

function again(
  rule: 'duplicate_charge' | 'retry_charged',
  call: ExternalCall,
  { charge, first }: { readonly charge: ExternalCharge; readonly first: ExternalCharge },
): Finding {
  return {
    rule,
    key: `${rule}:${charge.id}`,
    accountId: null,
    currency: charge.currency,
    calls: [call.id],
    seqs: [],
    at: charge.at,
    expected: ZERO,
    posted: charge.amount,
    difference: charge.amount,
    confidence: RULES[rule].confidence,
    evidence: {
      charge_id: charge.id,
      source: charge.source,
      first_charge_id: first.id,
      upstream_id: call.upstreamId,
      fingerprint: call.fingerprint,
      retry_count: call.retryCount,
    },
    remedy: remedyOf(call.id, charge.amount),
  }
}

const orphan = (charge: ExternalCharge): Finding => ({
  rule: 'charge_without_call',
  key: `charge_without_call:${charge.id}`,
  accountId: null,
  currency: charge.currency,
  calls: charge.callId === null ? [] : [charge.callId],
  seqs: [],
  at: charge.at,
  expected: ZERO,
  posted: charge.amount,
  difference: charge.amount,
  confidence: RULES.charge_without_call.confidence,
  evidence: { charge_id: charge.id, source: charge.source, upstream_id: charge.upstreamId },
  remedy: { type: 'review' },
})

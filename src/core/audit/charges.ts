import { formatNanos, type Nanos, subtract, ZERO } from '../money/index.ts'
import type { Instant } from '../time/index.ts'
import {
  AUDIT_SETTINGS,
  type AuditSettings,
  type ExternalCall,
  type ExternalCharge,
} from './external.ts'
import type { Finding, Remedy } from './finding.ts'
import { mergedFrames } from './frames.ts'
import { type Judgement, judge } from './judge.ts'
import { type Billed, matched } from './matching.ts'
import { type Reading, read } from './reading.ts'
import { type AuditRule, RULES } from './rules.ts'
import { bookFor, type DatedBook } from './tariff.ts'

export interface ChargesInput {
  readonly charges: readonly ExternalCharge[]
  readonly calls: readonly ExternalCall[]
  readonly books: readonly DatedBook[]
  readonly settings?: AuditSettings
}

/**
 * What is wrong with the bill of another system, by the log of the calls that it is for. Several lines
 * for one call count together: only where they do not come to its price is one of them a duplicate.
 */
export function auditCharges(input: ChargesInput): Finding[] {
  const { billed, orphans, repeated } = matched(input.charges, input.calls)
  const retries = retriesIn(billed, input.settings ?? AUDIT_SETTINGS)
  const findings = orphans.map(orphan)
  for (const charge of repeated) findings.push(repeatedLine(charge))
  for (const own of billed) {
    const finding = retries.get(own.call.id) ?? ofCall(own, input)
    if (finding) findings.push(finding)
  }
  return findings
}

interface Fault {
  readonly rule: AuditRule
  readonly key: string
  readonly calls: readonly string[]
  readonly expected: Nanos
  readonly posted: Nanos
  readonly charge: ExternalCharge
  readonly confidence?: Finding['confidence']
  readonly evidence?: Finding['evidence']
}

const remedyFor = (fault: Fault): Remedy => {
  const over = subtract(fault.posted, fault.expected)
  const callId = fault.calls[0]
  if (over < ZERO || fault.rule === 'negative_amount') return { type: 'review' }
  if (over === ZERO) return { type: 'none' }
  return callId === undefined ? { type: 'review' } : { type: 'refund', callId, amount: over }
}

const finding = (fault: Fault): Finding => ({
  rule: fault.rule,
  key: `${fault.rule}:${fault.key}`,
  accountId: null,
  currency: fault.charge.currency,
  calls: fault.calls,
  seqs: [],
  at: fault.charge.at,
  expected: fault.expected,
  posted: fault.posted,
  difference: subtract(fault.posted, fault.expected),
  confidence: fault.confidence ?? RULES[fault.rule].confidence,
  evidence: { ...fault.evidence, charge: fault.charge.id, source: fault.charge.source },
  remedy: remedyFor(fault),
})

const orphan = (charge: ExternalCharge): Finding =>
  finding({
    rule: 'charge_without_call',
    key: charge.id,
    calls: charge.callId === null ? [] : [charge.callId],
    expected: ZERO,
    posted: charge.amount,
    charge,
    evidence: { upstream_id: charge.upstreamId },
  })

const repeatedLine = (charge: ExternalCharge): Finding =>
  finding({
    rule: 'duplicate_charge',
    key: charge.id,
    calls: charge.callId === null ? [] : [charge.callId],
    expected: ZERO,
    posted: charge.amount,
    charge,
    evidence: { how: 'same_line' },
  })

/** Requests that repeat an earlier one that was paid for: what they cost, they should not have. */
function retriesIn(billed: readonly Billed[], settings: AuditSettings): Map<string, Finding> {
  const found = new Map<string, Finding>()
  const first = new Map<string, Billed>()
  const inOrder = [...billed].sort((a, b) => a.call.at - b.call.at)
  for (const own of inOrder) {
    const { call, net } = own
    if (call.fingerprint === null || net <= ZERO || !isServed(call)) continue
    const before = first.get(call.fingerprint)
    const near = before && call.at - before.call.at <= settings.retryWindowMs
    if (!near || !isRetry(before.call, call)) {
      first.set(call.fingerprint, own)
      continue
    }
    found.set(
      call.id,
      finding({
        rule: 'retry_charged',
        key: call.id,
        calls: [call.id, before.call.id],
        expected: ZERO,
        posted: net,
        charge: own.charges[0]!,
        evidence: { retry_count: call.retryCount, after_ms: call.at - before.call.at },
      }),
    )
  }
  return found
}

const isRetry = (first: ExternalCall, second: ExternalCall): boolean =>
  second.retryCount > 0 || first.answerLost === true

/** Something is to be paid for it at all. */
const isServed = (call: ExternalCall): boolean => freeOf(call) === null

/** Why nothing is to be paid; `null` where something is. */
function freeOf(call: ExternalCall): AuditRule | null {
  const { ending, status, deliveredTokens } = call
  if (ending === 'failed' || ending === 'cut_by_upstream') return 'failed_call_charged'
  if (ending === 'refused' && !((deliveredTokens ?? 0) > 0)) return 'failed_call_charged'
  if (ending === 'cut_by_client') return deliveredTokens === 0 ? 'cut_stream_overcharged' : null
  if (status !== null && status >= 400) return 'failed_call_charged'
  return null
}

function ofCall(own: Billed, input: ChargesInput): Finding | null {
  const { call, net, charges } = own
  const charge = charges.at(-1)!
  const fault = { key: call.id, calls: [call.id], posted: net, charge }
  const free = freeOf(call)
  if (free !== null)
    return net > ZERO
      ? finding({ ...fault, rule: free, expected: ZERO, evidence: { ending: call.ending } })
      : null
  const usage = call.usage ?? mergedFrames(call.dialect, call.frames)
  const reading = read(call.dialect, usage)
  if (reading === null || isZero(reading)) {
    if (net === ZERO) return null
    const rule = net < ZERO ? 'negative_amount' : 'zero_usage_charged'
    const how = reading === null ? 'missing' : 'zero'
    return finding({ ...fault, rule, expected: ZERO, evidence: { how } })
  }
  if (reading.compound) return null
  const wrong = verdict(own, input, { reading, posted: net })
  if (!wrong) return null
  return twice(own, input, { reading, wrong }) ?? finding({ ...fault, ...wrong })
}

const isZero = ({ tokens, fees }: Reading): boolean =>
  [...Object.values(tokens), ...Object.values(fees)].every((count) => !count)

interface Read {
  readonly reading: Reading
  readonly posted: Nanos
}

function verdict(own: Billed, input: ChargesInput, { reading, posted }: Read): Judgement | null {
  const { call, charges } = own
  const currency = charges[0]!.currency
  const when = { at: call.at, known: Math.max(charges[0]!.at, call.at) as Instant }
  const { model, tier, speed, region, features } = call
  return judge({
    posted,
    book: bookFor(input.books, currency, when),
    books: input.books,
    situation: { model, tier, speed, region, features, plan: null, at: call.at },
    dialect: call.dialect,
    reading,
    tokens: reading.tokens,
    fees: reading.fees,
    others: [],
    frames: call.frames,
    declaredFees: call.declaredFees,
    deliveredTokens: call.deliveredTokens,
    left: call.ending === 'cut_by_client',
  })
}

/** Several lines of which one alone is right: the others are the same charge again. */
function twice(
  own: Billed,
  input: ChargesInput,
  { reading, wrong }: { readonly reading: Reading; readonly wrong: Judgement },
): Finding | null {
  const positive = own.charges.filter(({ amount }) => amount > ZERO)
  if (positive.length < 2) return null
  const isRight = positive.some(
    ({ amount }) => verdict(own, input, { reading, posted: amount }) === null,
  )
  const alike = positive.every(({ amount }) => amount === positive[0]!.amount)
  if (!isRight && !alike) return null
  return finding({
    rule: 'duplicate_charge',
    key: own.call.id,
    calls: [own.call.id],
    expected: wrong.expected,
    posted: own.net,
    charge: positive.at(-1)!,
    evidence: { lines: positive.map(({ id, amount }) => [id, formatNanos(amount)]) },
  })
}

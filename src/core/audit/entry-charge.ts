import type { Plan } from '../funding/types.ts'
import type { EntryBody } from '../ledger/entry.ts'
import { add, formatNanos, min, type Nanos, ZERO } from '../money/index.ts'
import type { Instant } from '../time/index.ts'
import type { Dialect } from '../usage/usage.ts'
import { amountOf, instantOf } from './amounts.ts'
import { gapOf } from './closing.ts'
import { type ChargedCall, type Judgement, judge } from './judge.ts'
import { type Fees, type Reading, read, type Tokens } from './reading.ts'
import type { AuditRule } from './rules.ts'
import { bookDue, type DatedBook, type Part } from './tariff.ts'

/** What is wrong with the charge of an entry. */
export interface EntryFault {
  readonly rule: AuditRule
  /** What the customer should carry, money and included value; `null`: not a matter of amount. */
  readonly expected: Nanos | null
  readonly posted: Nanos | null
  readonly confidence?: Judgement['confidence']
  readonly evidence: Readonly<Record<string, unknown>>
}

export interface ChargeRefs {
  readonly plan: Plan | undefined
  readonly books: readonly DatedBook[]
}

/** What the customer carries of an entry. */
export const carriedBy = ({ totals }: EntryBody): Nanos =>
  add(amountOf(totals?.money), amountOf(totals?.included))

/** Which rule it breaks to charge an outcome that is free; those that are not listed are charged. */
const FREE: Readonly<Record<string, AuditRule>> = {
  error_before_output: 'failed_call_charged',
  refused_before_output: 'failed_call_charged',
  upstream_failed_mid_stream: 'failed_call_charged',
  gateway_crashed: 'failed_call_charged',
  client_aborted_before_output: 'cut_stream_overcharged',
  usage_zero_with_output: 'zero_usage_charged',
  served_from_cache: 'unbillable_charged',
}

type Evidence = Readonly<Record<string, unknown>>

/** How the call ended, by what was seen of it: the outcome may say something else. */
function endingOf({ outcome, evidence = {} }: EntryBody): string {
  const status = evidence.upstream_status ?? evidence.status
  if (typeof status === 'number' && status >= 400) return 'error_before_output'
  const broke = evidence.in_band_error !== undefined && evidence.client_left_at === undefined
  return broke ? 'upstream_failed_mid_stream' : (outcome?.code ?? 'succeeded')
}

/** One fault of the charge, the most telling one; `null`: none. */
export function faultOf(body: EntryBody, refs: ChargeRefs): EntryFault | null {
  return chargedForNothing(body, refs) ?? mispriced(body, refs) ?? unclosed(body)
}

function chargedForNothing(body: EntryBody, { plan }: ChargeRefs): EntryFault | null {
  const posted = carriedBy(body)
  const code = endingOf(body)
  const rule = FREE[code]
  if (posted <= ZERO) return null
  // an operator may have the customer pay for what the default does not
  if (rule && plan?.outcomes?.[code] !== 'delivered')
    return { rule, expected: ZERO, posted, evidence: { outcome: code } }
  if (plan?.outcomes?.[code] === 'nothing')
    return { rule: 'unbillable_charged', expected: ZERO, posted, evidence: { outcome: code } }
  if (!body.usage || isNothing(body.usage))
    return { rule: 'zero_usage_charged', expected: ZERO, posted, evidence: { how: 'missing' } }
  const { evidence = {}, call } = body
  const reading = readingOf(evidence, call?.dialect ?? null)
  if (reading && !reading.compound && isNothing(reading) && !body.usage.parts)
    return { rule: 'zero_usage_charged', expected: ZERO, posted, evidence: { how: 'zero' } }
  return null
}

const isNothing = (own: {
  readonly tokens: object
  readonly fees: Fees
  readonly parts?: unknown
}) =>
  own.parts === undefined &&
  [...Object.values(own.tokens), ...Object.values(own.fees)].every((count) => !count)

function readingOf(evidence: Evidence, dialect: string | null): Reading | null {
  const reported = evidence.provider_usage
  return dialect === null || reported === undefined ? null : read(dialect as Dialect, reported)
}

/** The amount against a second reading and a second pricing. */
function mispriced(body: EntryBody, refs: ChargeRefs): EntryFault | null {
  const { rating } = body
  if (!rating || rating.status === 'not_billed' || rating.status === 'usage_missing') return null
  if (body.outcome?.customer_pays === 'nothing') return null
  const posted = rating.status === 'priced' ? amountOf(rating.total) : ZERO
  const own = chargedCall(body, posted, refs)
  if (!own) return null
  const wrong = judge(own)
  if (wrong) return ofCustomer(body, wrong, posted)
  const book = bookOf(body)
  if (book === null || !own.book || book === own.book.id) return null
  const evidence = { how: book, expected_book: own.book.id }
  const carried = carriedBy(body)
  return { rule: 'price_version_wrong', expected: carried, posted: carried, evidence }
}

const bookOf = ({ rating }: EntryBody): string | null =>
  rating?.status === 'priced' ? rating.book : null

/** What the platform carried of a wrong total is nobody's loss but its own. */
function ofCustomer(body: EntryBody, wrong: Judgement, total: Nanos): EntryFault {
  const posted = carriedBy(body)
  const absorbed = amountOf(body.totals?.absorbed)
  const { rule, confidence, evidence } = wrong
  const expected = absorbed > ZERO ? min(wrong.expected, posted) : wrong.expected
  return {
    rule,
    expected,
    posted,
    confidence,
    evidence: { ...evidence, total: formatNanos(total) },
  }
}

function chargedCall(body: EntryBody, posted: Nanos, refs: ChargeRefs): ChargedCall | null {
  const { call, usage, evidence = {} } = body
  if (!call || !usage) return null
  const at = instantOf(body.event_at)
  const reading = usage.parts ? null : soleReading(evidence, call.dialect)
  const left = endingOf(body) === 'client_aborted'
  const delivered = evidence.delivered_output_tokens_estimate
  return {
    posted,
    book: bookDue(refs.books, body.currency, {
      at,
      known: instantOf(body.at),
      named: bookOf(body),
    }),
    books: refs.books,
    situation: situationOf(body, at),
    dialect: call.dialect as Dialect | null,
    reading,
    ...quantitiesOf(usage, reading, { left, dialect: call.dialect }),
    others: partsOf(usage.parts),
    frames: Array.isArray(evidence.usage_frames) ? evidence.usage_frames : [],
    declaredFees: feesOf(evidence.declared_fees),
    deliveredTokens: left && typeof delivered === 'number' ? delivered : null,
    left,
  }
}

/** A report that says all by itself; `null`: what was recorded is priced, and not read again. */
function soleReading(evidence: Evidence, dialect: string | null): Reading | null {
  const reading = readingOf(evidence, dialect)
  return reading?.compound ? null : reading
}

function situationOf({ call, served, plan }: EntryBody, at: Instant): ChargedCall['situation'] {
  return {
    model: served?.model ?? call?.model ?? '',
    tier: served?.tier ?? null,
    speed: served?.speed ?? null,
    region: served?.region ?? null,
    features: call?.features ?? [],
    plan: plan?.split('@')[0] ?? null,
    at,
  }
}

/** What was used by the report; by the entry where the report does not say, or where it was cut. */
function quantitiesOf(
  usage: NonNullable<EntryBody['usage']>,
  reading: Reading | null,
  { left, dialect }: { readonly left: boolean; readonly dialect: string | null },
): Pick<ChargedCall, 'tokens' | 'fees'> {
  const recorded = usage.tokens as Tokens
  if (!reading) return { tokens: recorded, fees: usage.fees }
  return {
    tokens: usage.estimated.length > 0 ? recorded : reading.tokens,
    // only this dialect reports its tool calls with the usage
    fees: dialect === 'anthropic' && !left ? reading.fees : usage.fees,
  }
}

const partsOf = (parts: NonNullable<EntryBody['usage']>['parts']): Part[] =>
  (parts ?? []).map(({ model, tokens, fees }) => ({ model, tokens: tokens as Tokens, fees }))

const feesOf = (value: unknown): Fees =>
  typeof value === 'object' && value !== null ? (value as Fees) : {}

/** Sums that do not close. */
function unclosed(body: EntryBody): EntryFault | null {
  const gap = gapOf(body)
  if (!gap) return null
  const evidence = { sum: gap.what }
  if (gap.what === 'hold') return { rule: 'hold_leaked', expected: null, posted: null, evidence }
  return { rule: 'total_not_closed', expected: gap.computed, posted: gap.stated, evidence }
}

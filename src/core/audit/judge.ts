import { max, type Nanos, ZERO } from '../money/index.ts'
import type { PriceBookDocument } from '../pricing/types.ts'
import type { Dialect } from '../usage/usage.ts'
import type { Situation } from './conditions.ts'
import { explain } from './explain.ts'
import { type Fees, promptTotal, type Reading, type Tokens } from './reading.ts'
import type { AuditRule, Confidence } from './rules.ts'
import { type DatedBook, type Part, price } from './tariff.ts'

/** A call with the amount that was charged for it, whoever logged the one and posted the other. */
export interface ChargedCall {
  /** Before anybody decides who carries it. */
  readonly posted: Nanos
  /** In force when the call was made; `null`: there was none. */
  readonly book: PriceBookDocument | null
  readonly books: readonly DatedBook[]
  readonly situation: Situation
  readonly dialect: Dialect | null
  /** As the provider reported it, read here; `null`: it was not kept. */
  readonly reading: Reading | null
  readonly tokens: Tokens
  readonly fees: Fees
  readonly others: readonly Part[]
  readonly frames: readonly unknown[]
  readonly declaredFees: Fees
  /** The caller left: output beyond this did not reach it. `null`: not known, or it stayed. */
  readonly deliveredTokens: number | null
  readonly left: boolean
}

export interface Judgement {
  readonly rule: AuditRule
  readonly expected: Nanos
  readonly confidence: Confidence
  readonly evidence: Readonly<Record<string, unknown>>
}

/** What is wrong with the amount; `null`: nothing. */
export function judge(call: ChargedCall): Judgement | null {
  const { posted } = call
  const right = call.left ? delivered(call) : call.tokens
  const expected = amountOf(call, right)
  if (posted < ZERO) return negative(expected ?? ZERO)
  if (expected === posted) return null
  if (expected === null) return unpriced(call)
  if (call.left) return posted > expected ? overcharged(call, right, expected) : null
  if (call.reading && !call.reading.sound) return contradictory(call, expected)
  return { ...named(call), expected, confidence: 'certain' }
}

/** Nobody is paid for using something, whatever a price says. */
const negative = (expected: Nanos): Judgement => ({
  rule: 'negative_amount',
  expected: max(expected, ZERO),
  confidence: 'certain',
  evidence: {},
})

const amountOf = (call: ChargedCall, tokens: Tokens): Nanos | null =>
  call.book &&
  price(call.book, call.situation, [{ model: null, tokens, fees: call.fees }, ...call.others])

/** Unknown models have no price: neither zero nor a default. */
const unpriced = ({ posted, situation }: ChargedCall): Judgement | null =>
  posted === ZERO
    ? null
    : {
        rule: 'model_mispriced',
        expected: ZERO,
        confidence: 'certain',
        evidence: { how: 'unpriced', model: situation.model },
      }

function named(call: ChargedCall): Pick<Judgement, 'rule' | 'evidence'> {
  const { posted, book, situation } = call
  if (posted === ZERO && book && !book.rows.some((row) => row.model === situation.model))
    return { rule: 'model_mispriced', evidence: { how: 'zero', model: situation.model } }
  const { rule, how } = explain({ ...call, book: book! })
  return { rule, evidence: { how } }
}

/** The prompt once, and of the output no more than what arrived. */
function delivered(call: ChargedCall): Tokens {
  const { tokens, deliveredTokens } = call
  const { output = 0, reasoning = 0, output_audio: audio = 0, output_image: image = 0 } = tokens
  if (deliveredTokens === null || output + reasoning + audio + image <= deliveredTokens)
    return tokens
  return { ...tokens, output: deliveredTokens, reasoning: 0, output_audio: 0, output_image: 0 }
}

/** Beyond what arrived; or, where it is more than all that was reported, wrong in another way. */
function overcharged(call: ChargedCall, right: Tokens, expected: Nanos): Judgement {
  const whole = amountOf(call, call.tokens) ?? expected
  const { rule, how } = explain({ ...call, book: call.book!, tokens: right })
  const beyond = how === 'unexplained' && call.posted <= whole
  return {
    rule: beyond ? 'cut_stream_overcharged' : rule,
    expected,
    confidence: call.deliveredTokens === null ? 'likely' : 'certain',
    evidence: { how: beyond ? 'beyond' : how, delivered_tokens: call.deliveredTokens },
  }
}

/** Counts that contradict each other are charged at the lowest reading. */
function contradictory(call: ChargedCall, expected: Nanos): Judgement | null {
  if (call.posted <= expected) return null
  return {
    rule: 'identity_broken',
    expected,
    confidence: 'likely',
    evidence: { prompt: call.reading?.prompt ?? null, charged_prompt: promptTotal(call.tokens) },
  }
}

import { formatNanos, type Nanos } from '../../../src/core/money/index.ts'
import { type PriceBook, rateCall } from '../../../src/core/pricing/index.ts'
import type { Instant } from '../../../src/core/time/index.ts'
import { createAccumulator, type NormalisedCall, normalise } from '../../../src/core/usage/index.ts'
import { bookOf, MODEL } from '../../vectors/prices.ts'
import type { Fields } from '../../vectors/shapes.ts'
import type { LoggedCall, Rated } from './ccusage.ts'

const AT = Date.parse('2026-10-08T00:00:00Z') as Instant

/** The usage of a logged call, as our own readers have it. */
function readCall({ log, usages }: LoggedCall): NormalisedCall {
  const [first = {}, ...rest] = usages
  if (log === 'codex') return normalise('openai_responses', { usage: responses(first) })
  if (rest.length === 0) return normalise('anthropic', { usage: first })
  const stream = createAccumulator('anthropic')
  const start = { type: 'message_start', message: { id: 'm', model: MODEL, usage: first } }
  stream.push({ event: start.type, data: start })
  for (const usage of rest)
    stream.push({ event: 'message_delta', data: { type: 'message_delta', delta: {}, usage } })
  return stream.snapshot().call
}

/** The same numbers under the names of the API; the log of the tool has them flat. */
const responses = (own: Fields): Fields => ({
  input_tokens: own.input_tokens,
  input_tokens_details: { cached_tokens: own.cached_input_tokens ?? 0 },
  output_tokens: own.output_tokens,
  output_tokens_details: { reasoning_tokens: own.reasoning_output_tokens ?? 0 },
  total_tokens: own.total_tokens,
})

export function tokensOf(call: LoggedCall): Rated['tokens'] {
  const tokens = readCall(call).usage?.tokens ?? {}
  const { cache_write_5m = 0, cache_write_1h = 0, cache_write = 0 } = tokens
  return {
    input: tokens.input ?? 0,
    cache_read: tokens.cache_read ?? 0,
    cache_write: cache_write_5m + cache_write_1h + cache_write,
    output: (tokens.output ?? 0) + (tokens.reasoning ?? 0),
  }
}

interface Priced {
  readonly book: PriceBook
  readonly model: string
  readonly fees?: Fields
}

/** What a logged call comes to here. Throws when it has no price. */
export function chargeOf(call: LoggedCall, own: Partial<Priced> = {}): Nanos {
  const { book = bookOf(call.prices ?? {}), model = MODEL, fees = {} } = own
  const read = readCall(call)
  const usage = read.usage && { ...read.usage, fees: { ...read.usage.fees, ...fees } }
  const rating = rateCall(
    book,
    { model, tier: null, speed: null, region: null, features: [], plan: null, eventAt: AT },
    { ...read, usage },
  )
  if (rating.status !== 'priced') throw new Error(`${call.id}: ${JSON.stringify(rating)}`)
  return rating.rated.total
}

/** Parts of a nano that a float of theirs may be off by; they round nothing, we round down. */
const FLOAT_DIGITS = 6

const DECIMAL = /^(\d+)(?:\.(\d+))?(?:e-(\d+))?$/

/** A printed decimal as an integer of 10^-15. */
function fine(text: string): bigint {
  const [, whole = '', part = '', shift = '0'] = DECIMAL.exec(text) ?? []
  if (whole === '') throw new Error(`not a cost: ${text}`)
  const digits = 9 + FLOAT_DIGITS - part.length - parseInt(shift, 10)
  const value = BigInt(whole + part)
  return digits >= 0 ? value * 10n ** BigInt(digits) : value / 10n ** BigInt(-digits)
}

/** Whether their cost is ours to the nano: no less than what we round down to, and under one nano more. */
export function isSame(ours: Nanos, cost: string): boolean {
  const nano = 10n ** BigInt(FLOAT_DIGITS)
  const above = fine(cost) - ours * nano
  const noise = 1_000n + fine(cost) / 10n ** 14n
  return above >= -noise && above < nano + noise
}

/** Rounded half up to as many decimals as somebody else has printed. */
export function asPrinted(ours: Nanos, printed: string): string {
  const decimals = printed.split('.')[1]?.length ?? 0
  const unit = 10n ** BigInt(9 - decimals)
  const rounded = ((ours + unit / 2n) / unit) * unit
  const text = formatNanos(rounded as Nanos)
  const [whole = '', part = ''] = text.split('.')
  return decimals === 0 ? whole : `${whole}.${part.padEnd(decimals, '0')}`
}

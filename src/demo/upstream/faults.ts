import type { IncomingHttpHeaders } from 'node:http'
import { seededRandom } from './random.ts'

/** Every fault the simulator can play. The README says what each does on the wire. */
export const FAULTS = [
  // answered with an error, or not at all
  'rate_limit',
  'overloaded',
  'server_error',
  'bad_request',
  'timeout',
  'connection_reset',
  // broken after the first bytes
  'mid_stream_error',
  'mid_stream_cut',
  'mid_stream_end',
  'malformed_sse',
  'truncated_json',
  'invalid_utf8',
  'empty_body',
  // a true answer that is easy to bill wrongly
  'refusal_before_output',
  'refusal_after_output',
  'refusal_message',
  'usage_missing',
  'usage_zero',
  'usage_every_chunk',
  'duplicate_final_usage',
  // a true answer that is hard to read
  'slow',
  'split_bytes',
  'wrong_content_type',
  'huge_headers',
] as const

export type FaultName = (typeof FAULTS)[number]
/** Share of requests (0 to 1) that get each fault; the shares add up to at most 1. */
export type FaultRates = Partial<Record<FaultName, number>>

const KNOWN: ReadonlySet<string> = new Set(FAULTS)
const isFault = (name: string): name is FaultName => KNOWN.has(name)

/** What the `x-sim-*` headers of one request ask for. */
export interface Directives {
  readonly fault: FaultName | 'none' | undefined
  readonly faultTimes: number | undefined
  readonly faultAfterChunks: number
  readonly errorType: string | undefined
  readonly errorCode: string | undefined
  readonly retryAfter: string | undefined
  readonly call: string | undefined
  readonly outputTokens: number | undefined
  readonly thinkingTokens: number | undefined
  readonly webSearches: number
  readonly toolUse: string | undefined
  readonly servedModel: string | undefined
  readonly servedTier: string | undefined
  readonly chunkTokens: number | undefined
  readonly chunkDelayMs: number | undefined
  readonly firstByteMs: number | undefined
}

const DEFAULT_FAULT_AFTER_CHUNKS = 3

function text(headers: IncomingHttpHeaders, name: string): string | undefined {
  const value = headers[name]
  return typeof value === 'string' && value !== '' ? value : undefined
}

function count(headers: IncomingHttpHeaders, name: string): number | undefined {
  const value = headers[name]
  return typeof value === 'string' && /^\d{1,9}$/.test(value) ? Number(value) : undefined
}

/** `unknown` when the fault's name is not one of ours: a typing error must not pass as "no fault". */
export function directivesOf(headers: IncomingHttpHeaders): Directives | { unknown: string } {
  const fault = text(headers, 'x-sim-fault')
  if (fault !== undefined && fault !== 'none' && !isFault(fault)) return { unknown: fault }
  return {
    fault,
    faultTimes: count(headers, 'x-sim-fault-times'),
    faultAfterChunks: count(headers, 'x-sim-fault-after') ?? DEFAULT_FAULT_AFTER_CHUNKS,
    errorType: text(headers, 'x-sim-error-type'),
    errorCode: text(headers, 'x-sim-error-code'),
    retryAfter: text(headers, 'x-sim-retry-after'),
    call: text(headers, 'x-sim-call'),
    outputTokens: count(headers, 'x-sim-output-tokens'),
    thinkingTokens: count(headers, 'x-sim-thinking-tokens'),
    webSearches: count(headers, 'x-sim-web-searches') ?? 0,
    toolUse: text(headers, 'x-sim-tool-use'),
    servedModel: text(headers, 'x-sim-served-model'),
    servedTier: text(headers, 'x-sim-served-tier'),
    chunkTokens: count(headers, 'x-sim-chunk-tokens'),
    chunkDelayMs: count(headers, 'x-sim-chunk-delay-ms'),
    firstByteMs: count(headers, 'x-sim-first-byte-ms'),
  }
}

/** Chooses the fault of each request, and counts the attempts of each named call. */
export class FaultPlan {
  readonly #rates: ReadonlyArray<readonly [FaultName, number]>
  readonly #seed: number
  #draw: () => number
  readonly #attempts = new Map<string, number>()

  constructor(rates: FaultRates, seed: number) {
    this.#rates = FAULTS.flatMap((name) => {
      const rate = rates[name] ?? 0
      return rate > 0 ? [[name, rate] as const] : []
    })
    const sum = this.#rates.reduce((total, [, rate]) => total + rate, 0)
    if (sum > 1) throw new RangeError(`Fault rates add up to ${sum}; at most 1 is possible.`)
    this.#seed = seed
    this.#draw = seededRandom(seed)
  }

  reset(): void {
    this.#draw = seededRandom(this.#seed)
    this.#attempts.clear()
  }

  /** The number of this attempt (from 1) of a call that names itself by `x-sim-call`. */
  attempt(call: string | undefined): number {
    if (call === undefined) return 1
    const attempt = (this.#attempts.get(call) ?? 0) + 1
    this.#attempts.set(call, attempt)
    return attempt
  }

  choose(directives: Directives, attempt: number): FaultName | undefined {
    if (directives.fault !== undefined) {
      const spent = directives.faultTimes !== undefined && attempt > directives.faultTimes
      return spent || directives.fault === 'none' ? undefined : directives.fault
    }
    if (this.#rates.length === 0) return undefined
    let drawn = this.#draw()
    for (const [name, rate] of this.#rates) {
      drawn -= rate
      if (drawn < 0) return name
    }
    return undefined
  }
}

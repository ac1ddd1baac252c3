import type { FaultName } from './faults.ts'
import { NO_QUANTITIES, type Quantities } from './reply.ts'

export type BillOutcome =
  | 'succeeded'
  | 'refused_before_output'
  | 'refused_after_output'
  | 'error_before_output'
  | 'failed_mid_stream'
  | 'client_aborted'

/** One line of the provider's own book: what it would bill for one request, and why. */
export interface BillLine {
  readonly request_id: string
  /** Milliseconds since 1970. */
  readonly at_ms: number
  readonly surface: string
  readonly requested_model: string
  readonly model: string
  readonly tier: string
  /** From `x-sim-call`; `null` when the caller named none. */
  readonly call: string | null
  readonly attempt: number
  /** From the SDK's `x-stainless-retry-count`. */
  readonly retry_count: number
  readonly stream: boolean
  readonly status: number
  readonly fault: FaultName | null
  readonly outcome: BillOutcome
  readonly billed: boolean
  /** True quantities, whatever the answer reported. */
  readonly usage: Quantities
}

export interface BillPage {
  readonly lines: readonly BillLine[]
  /** Pass as `after` to read on. */
  readonly next: number
  /** Lines no longer kept, oldest first. */
  readonly dropped: number
}

const PAGE_LINES = 10_000

function sum(left: Quantities, right: Quantities): Quantities {
  return {
    input_tokens: left.input_tokens + right.input_tokens,
    cache_read_tokens: left.cache_read_tokens + right.cache_read_tokens,
    cache_write_5m_tokens: left.cache_write_5m_tokens + right.cache_write_5m_tokens,
    cache_write_1h_tokens: left.cache_write_1h_tokens + right.cache_write_1h_tokens,
    cache_write_tokens: left.cache_write_tokens + right.cache_write_tokens,
    output_tokens: left.output_tokens + right.output_tokens,
    thinking_tokens: left.thinking_tokens + right.thinking_tokens,
    web_searches: left.web_searches + right.web_searches,
  }
}

/** The second book. Lines are kept up to a limit; the totals of billed lines are kept for ever. */
export class Bill {
  readonly #limit: number
  #lines: BillLine[] = []
  #dropped = 0
  #billed = 0
  #unbilled = 0
  #total: Quantities = NO_QUANTITIES

  constructor(limit: number) {
    this.#limit = limit
  }

  add(line: BillLine): void {
    if (line.billed) {
      this.#billed += 1
      this.#total = sum(this.#total, line.usage)
    } else this.#unbilled += 1
    this.#lines.push(line)
    // Dropping half at once keeps the cost per line constant.
    if (this.#lines.length > this.#limit) {
      const drop = Math.ceil(this.#limit / 2)
      this.#lines = this.#lines.slice(drop)
      this.#dropped += drop
    }
  }

  page(after = 0, limit = PAGE_LINES): BillPage {
    const start = Math.max(0, after - this.#dropped)
    const lines = this.#lines.slice(start, start + limit)
    return { lines, next: this.#dropped + start + lines.length, dropped: this.#dropped }
  }

  totals(): { billed: number; unbilled: number; usage: Quantities } {
    return { billed: this.#billed, unbilled: this.#unbilled, usage: this.#total }
  }

  clear(): void {
    this.#lines = []
    this.#dropped = 0
    this.#billed = 0
    this.#unbilled = 0
    this.#total = NO_QUANTITIES
  }
}

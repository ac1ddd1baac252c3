import type { CallListed } from '../../client/index.ts'
import type { CallResult } from '../replay/call.ts'
import type { BillLine, BillPage } from '../upstream/index.ts'
import { isCharged } from './books.ts'

/** How many lines the provider's book has by now: where a replay's own lines begin. */
export async function billLength(upstreamUrl: string): Promise<number> {
  for (let after = 0; ; ) {
    const page = await readPage(upstreamUrl, after)
    if (page.lines.length === 0) return page.next
    after = page.next
  }
}

async function readPage(upstreamUrl: string, after: number): Promise<BillPage> {
  const response = await fetch(`${upstreamUrl}/sim/bill?after=${after}`)
  if (!response.ok) throw new Error(`The simulated provider's book: HTTP ${response.status}.`)
  return (await response.json()) as BillPage
}

async function readLines(upstreamUrl: string, after: number): Promise<BillLine[]> {
  const lines: BillLine[] = []
  for (let from = after; ; ) {
    const page = await readPage(upstreamUrl, from)
    if (page.lines.length === 0) return lines
    lines.push(...page.lines)
    from = page.next
  }
}

interface Sums {
  calls: number
  tokens: number
}

/** Both bills, and what makes up the difference. */
export interface BillComparison {
  readonly provider: Sums
  readonly charged: Sums
  /** What the provider billed and no customer pays, by the reason. */
  readonly reasons: readonly (Sums & { readonly reason: string })[]
  /** Tokens of delivered calls that the two books count differently: always 0. */
  readonly unexplained: number
}

const UNCOUNTED = 'whose client left before the answer began'

const tokensOf = ({ usage }: BillLine): number =>
  usage.input_tokens +
  usage.cache_read_tokens +
  usage.cache_write_5m_tokens +
  usage.cache_write_1h_tokens +
  usage.cache_write_tokens +
  usage.output_tokens

const tokensCharged = (call: CallListed): number =>
  isCharged(call)
    ? Object.values(call.usage?.tokens ?? {}).reduce((sum, count) => sum + count, 0)
    : 0

export async function compareBills(
  upstreamUrl: string,
  after: number,
  found: { readonly results: readonly CallResult[]; readonly calls: readonly CallListed[] },
): Promise<BillComparison> {
  const receipts = new Map(found.results.map((result) => [result.call.id, result.receiptId]))
  const calls = new Map(found.calls.map((call) => [call.receipt_id, call]))
  const comparison = new Comparison()
  const counted = new Set<string>()
  for (const line of await readLines(upstreamUrl, after)) {
    const receipt = line.call === null ? undefined : receipts.get(line.call)
    if (!line.billed || receipt === undefined || line.call === null) continue
    const call = receipt === null ? undefined : calls.get(receipt)
    const repeated = counted.has(line.call)
    counted.add(line.call)
    comparison.add(line, call, repeated)
  }
  return comparison.result()
}

class Comparison {
  readonly #provider: Sums = { calls: 0, tokens: 0 }
  readonly #charged: Sums = { calls: 0, tokens: 0 }
  readonly #reasons = new Map<string, Sums>()
  #unexplained = 0

  add(line: BillLine, call: CallListed | undefined, repeated: boolean): void {
    const billed = tokensOf(line)
    const charged = call === undefined || repeated ? 0 : tokensCharged(call)
    this.#provider.calls += 1
    this.#provider.tokens += billed
    if (charged > 0) this.#charged.calls += 1
    this.#charged.tokens += charged
    if (billed === charged) return
    const reason = reasonOf(call, repeated)
    if (reason === null) this.#unexplained += Math.abs(billed - charged)
    else this.#note(reason, { calls: charged > 0 ? 0 : 1, tokens: billed - charged })
  }

  #note(reason: string, { calls, tokens }: Sums): void {
    const sums = this.#reasons.get(reason) ?? { calls: 0, tokens: 0 }
    this.#reasons.set(reason, { calls: sums.calls + calls, tokens: sums.tokens + tokens })
  }

  result(): BillComparison {
    const reasons = [...this.#reasons].map(([reason, sums]) => ({ reason, ...sums }))
    return {
      provider: this.#provider,
      charged: this.#charged,
      reasons: reasons.sort((one, other) => other.tokens - one.tokens),
      unexplained: this.#unexplained,
    }
  }
}

/** Why a customer pays less than the provider bills; `null` when there is no good reason. */
function reasonOf(call: CallListed | undefined, repeated: boolean): string | null {
  if (repeated) return 'made again for a lost answer'
  if (call === undefined) return UNCOUNTED
  if (call.status === 'usage_missing') return 'reported no usage'
  return REASONS[call.verdict.outcome ?? ''] ?? null
}

const REASONS: Readonly<Record<string, string>> = {
  client_aborted: 'cut off by the client: delivered only',
  client_aborted_before_output: 'the client left before any text',
  upstream_failed_mid_stream: 'broke in mid-stream',
  error_before_output: 'no answer',
  refused_before_output: 'refused by the model',
  usage_zero_with_output: 'reported zero tokens',
}

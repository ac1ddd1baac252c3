import { Gauge, type Registry } from 'prom-client'
import { DAY_MS, type Instant, instant } from '../core/time/index.ts'
import type { FindingCounts } from '../store/findings/counts.ts'

/** Since when findings are counted: charts and alarms are about what is found now. */
export const countedSince = (at: Instant): Instant => instant(at - DAY_MS)

/** What the audit has found, and what was given back by the policy. */
export class FindingGauges {
  readonly #found: Gauge<'rule' | 'status'>
  readonly #refunded: Gauge<'currency'>

  constructor(registry: Registry) {
    const registers = [registry]
    this.#found = new Gauge({
      name: 'everycent_findings',
      help: 'Findings of the last 24 hours, by rule and by what was done.',
      labelNames: ['rule', 'status'],
      registers,
    })
    this.#refunded = new Gauge({
      name: 'everycent_findings_refunded_today',
      help: 'Given back by the remedy policy in this UTC day, in units of the currency.',
      labelNames: ['currency'],
      registers,
    })
  }

  /** `null`: they could not be read, and old ones would look like new ones. */
  set(counts: FindingCounts | null): void {
    this.#found.reset()
    this.#refunded.reset()
    for (const { rule, status, count } of counts?.found ?? [])
      this.#found.set({ rule, status }, count)
    for (const { currency, amount } of counts?.refunded ?? [])
      this.#refunded.set({ currency }, amount)
  }
}

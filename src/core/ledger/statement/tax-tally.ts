import { add, formatNanos, type Nanos, subtract, ZERO } from '../../money/index.ts'
import type { EntryBody } from '../entry.ts'
import type { TaxLine } from './document.ts'
import { postedTo } from './events.ts'

interface Sums {
  readonly policy: string | null
  readonly rate: string | null
  charged: Nanos
  reversed: Nanos
}

/** Tax charged and reversed, by the policy row and its rate. */
export class TaxTally {
  readonly #sums = new Map<string, Sums>()

  add(body: EntryBody): void {
    const amount = postedTo(body, 'house:tax_payable')
    if (amount === ZERO) return
    const { policy = null, tax_rate: rate = null } = body.invoice ?? body.payment ?? {}
    const key = JSON.stringify([policy, rate])
    const own = this.#sums.get(key) ?? { policy, rate, charged: ZERO, reversed: ZERO }
    if (amount > ZERO) own.charged = add(own.charged, amount)
    else own.reversed = subtract(own.reversed, amount)
    this.#sums.set(key, own)
  }

  lines(): TaxLine[] {
    return [...this.#sums]
      .sort(([a], [b]) => (a < b ? -1 : 1))
      .map(([, own]) => ({
        policy: own.policy,
        rate: own.rate,
        charged: formatNanos(own.charged),
        reversed: formatNanos(own.reversed),
      }))
  }
}

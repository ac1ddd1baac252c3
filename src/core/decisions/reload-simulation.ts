import { type AccountState, type AutoReloadFacts, monthContaining } from '../ledger/index.ts'
import { add, type Nanos, readNanos, subtract, ZERO } from '../money/index.ts'
import { dayContaining, type Instant } from '../time/index.ts'
import { RELOAD_GAP_MS, reloadBalance, reloadCharge } from './reload-due.ts'

/** What one entry did to the balance that auto-reload measures, oldest first. */
export interface BalanceStep {
  readonly at: Instant
  /** Signed; purchases of auto-reload itself left out. */
  readonly change: Nanos
  /** Money was drawn by a call, or a call was refused for want of funds. */
  readonly drew: boolean
  readonly refused: boolean
}

export interface SimulatedReload {
  readonly at: Instant
  readonly balance: Nanos
  readonly net: Nanos
  readonly tax: Nanos
  readonly total: Nanos
}

export interface ReloadSimulation {
  readonly reloads: readonly SimulatedReload[]
  readonly total: Nanos
  /** How often a reload was due and a limit or the minimum gap stopped it. */
  readonly heldBack: {
    readonly too_soon: number
    readonly day_limit: number
    readonly month_limit: number
  }
  /** Calls that were refused for want of funds in that time. */
  readonly refused: number
}

/** The balance before the first step, from the one that there is now. */
export function balanceBefore(
  state: AccountState,
  steps: readonly BalanceStep[],
  at: Instant,
): Nanos {
  return steps.reduce((balance, step) => subtract(balance, step.change), reloadBalance(state, at))
}

/** What these terms would have charged, had they been in force while this happened. */
export function simulateReloads(
  terms: AutoReloadFacts,
  steps: readonly BalanceStep[],
  start: { readonly balance: Nanos; readonly currency: string },
): ReloadSimulation {
  const run = new Run(terms, start.balance, start.currency)
  for (const step of steps) run.step(step)
  return run.finish()
}

class Run {
  readonly #terms: AutoReloadFacts
  readonly #currency: string
  readonly #reloads: SimulatedReload[] = []
  readonly #heldBack = { too_soon: 0, day_limit: 0, month_limit: 0 }
  #balance: Nanos
  #refused = 0

  constructor(terms: AutoReloadFacts, balance: Nanos, currency: string) {
    this.#terms = terms
    this.#balance = balance
    this.#currency = currency
  }

  step(step: BalanceStep): void {
    this.#balance = add(this.#balance, step.change)
    if (step.refused) this.#refused += 1
    if (!step.drew || this.#balance >= readNanos(this.#terms.trigger_below)) return
    const charge = reloadCharge(this.#terms, this.#balance, this.#currency)
    const barred = this.#barred(step.at, charge.total)
    if (barred) {
      this.#heldBack[barred] += 1
      return
    }
    this.#reloads.push({ at: step.at, balance: this.#balance, ...charge })
    this.#balance = add(this.#balance, charge.net)
  }

  #barred(at: Instant, total: Nanos): 'too_soon' | 'day_limit' | 'month_limit' | null {
    const last = this.#reloads.at(-1)
    if (last && at < last.at + RELOAD_GAP_MS) return 'too_soon'
    if (add(this.#since(dayContaining(at).start), total) > readNanos(this.#terms.max_per_day))
      return 'day_limit'
    return add(this.#since(monthContaining(at).start), total) > readNanos(this.#terms.max_per_month)
      ? 'month_limit'
      : null
  }

  #since(start: Instant): Nanos {
    return this.#reloads
      .filter((reload) => reload.at >= start)
      .reduce((sum, reload) => add(sum, reload.total), ZERO)
  }

  finish(): ReloadSimulation {
    return {
      reloads: this.#reloads,
      total: this.#reloads.reduce((sum, reload) => add(sum, reload.total), ZERO),
      heldBack: this.#heldBack,
      refused: this.#refused,
    }
  }
}

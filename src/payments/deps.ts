import type pg from 'pg'
import type { Command } from '../core/decisions/commands.ts'
import type { Result } from '../core/decisions/results.ts'
import type { Instant } from '../core/time/index.ts'
import type { MakeId } from '../store/control/index.ts'
import type { PaymentProvider } from './provider.ts'
import type { TaxCalculator } from './tax.ts'

/** What has commands decided: the engine. */
export interface Decider {
  /** The time that decisions go by. */
  now(): Instant
  execute(command: Command): Promise<{ readonly result: Result; readonly replayed: boolean }>
  preview(command: Command): Promise<Result>
}

export interface PaymentsDeps {
  readonly pool: pg.Pool
  readonly engine: Decider
  readonly provider: PaymentProvider
  readonly tax: TaxCalculator
  readonly nowMs: () => number
  readonly ids: MakeId
  /** Where the buyer goes after authentication. */
  readonly returnUrl: string
  /** Told of a sale or refund whose tax was refused to be entered: the books there have to be put right. */
  readonly onTaxRefused?: (reference: string, error: Error) => void
  /** Called after each step that is durable or foreign; tests stop the program there. */
  readonly after?: (step: string) => void
}

export const SYSTEM = { type: 'system', id: 'payments' } as const

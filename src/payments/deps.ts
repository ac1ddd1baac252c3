import type pg from 'pg'
import type { Command } from '../core/decisions/commands.ts'
import type { Result } from '../core/decisions/results.ts'
import type { MakeId } from '../store/control/index.ts'
import type { PaymentProvider } from './provider.ts'

/** What has commands decided: the engine. */
export interface Decider {
  execute(command: Command): Promise<{ readonly result: Result; readonly replayed: boolean }>
  preview(command: Command): Promise<Result>
}

export interface PaymentsDeps {
  readonly pool: pg.Pool
  readonly engine: Decider
  readonly provider: PaymentProvider
  readonly nowMs: () => number
  readonly ids: MakeId
  /** Where the buyer goes after authentication. */
  readonly returnUrl: string
  /** Called after each step that is durable or foreign; tests stop the program there. */
  readonly after?: (step: string) => void
}

export const SYSTEM = { type: 'system', id: 'payments' } as const

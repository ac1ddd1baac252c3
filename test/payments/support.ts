import type { Command } from '../../src/core/decisions/index.ts'
import { instant } from '../../src/core/time/index.ts'
import { advancePayment } from '../../src/payments/advance.ts'
import type { PaymentsDeps } from '../../src/payments/deps.ts'
import { takeWebhook } from '../../src/payments/events.ts'
import { advanceRefund } from '../../src/payments/refund.ts'
import type { Delivery } from '../../src/payments/simulated/signature.ts'
import { staleRefunds } from '../../src/store/control/purchase-refunds.ts'
import { stalePayments } from '../../src/store/control/purchases.ts'
import type { Api } from '../api/support.ts'

export class Crash extends Error {}

/** The same program, which dies right after the nth step that is durable or foreign. */
export function dyingAfter(deps: PaymentsDeps, nth: number): PaymentsDeps & { steps: string[] } {
  const steps: string[] = []
  return {
    ...deps,
    steps,
    after: (step) => {
      steps.push(step)
      if (steps.length === nth) throw new Crash(step)
    },
  }
}

/** Dies right after a step of this name. */
export const dyingAt = (deps: PaymentsDeps, name: string): PaymentsDeps => ({
  ...deps,
  after: (step) => {
    if (step === name) throw new Crash(step)
  },
})

/** What the job does with everything that was left, at once instead of half a minute later. */
export async function recover(deps: PaymentsDeps): Promise<void> {
  const later = instant(deps.nowMs() + 60_000)
  for (const id of await stalePayments(deps.pool, later, 100)) await advancePayment(deps, id)
  for (const id of await staleRefunds(deps.pool, later, 100)) await advanceRefund(deps, id)
}

export async function deliver(deps: PaymentsDeps, hooks: readonly Delivery[]): Promise<void> {
  for (const { body, signature } of hooks) await takeWebhook(deps, { rawBody: body, signature })
}

export const addCard = async (api: Api, accountId: string, token = 'pm_card_visa') =>
  api.done('addPaymentMethod', {
    params: { account_id: accountId },
    body: { method_ref: token },
  })

export const entriesOf = async (api: Api, accountId: string, kind: Command['kind']) => {
  const { rows } = await api.pool.query<{ body: Record<string, unknown> }>(
    'select body from accounts.entry where account_id = $1::text and kind = $2::text order by seq',
    [accountId, kind],
  )
  return rows.map(({ body }) => body)
}

/** Charges that the processor has kept for an account's payments. */
export const chargesOf = (api: Api, paymentId: string) =>
  api.processor.charges().filter(({ metadata }) => metadata.everycent_payment === paymentId)

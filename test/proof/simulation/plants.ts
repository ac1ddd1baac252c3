import { ZERO } from '../../../src/core/money/index.ts'
import type { PaymentsDeps } from '../../../src/payments/deps.ts'
import type { FeeCollector } from '../../../src/payments/fee-port.ts'
import type { PaymentProvider } from '../../../src/payments/provider.ts'
import type { MakeId } from '../../../src/store/control/ids.ts'
import type { Plant } from './world.ts'

/** Parts of a server with a bug in them, for who wants to see it found. */
export const planted = {
  provider(plant: Plant | null, provider: PaymentProvider, makeId: MakeId): PaymentProvider {
    if (plant === 'charges_again')
      return {
        ...provider,
        charge: (order) => provider.charge({ ...order, key: makeId('pay') }),
        findCharge: async () => null,
      }
    if (plant === 'pays_back_less')
      return {
        ...provider,
        refund: (order) => provider.refund({ ...order, amountMinor: order.amountMinor - 1n }),
      }
    return provider
  },

  collector(
    plant: Plant | null,
    collector: FeeCollector,
    { engine, ids }: Pick<PaymentsDeps, 'engine' | 'ids'>,
  ): FeeCollector {
    if (plant !== 'renews_for_nothing') return collector
    return {
      ...collector,
      pay: async (_due, order) => {
        const payment = { paymentId: ids('pay'), tax: ZERO, collected: false }
        return { status: 'decided', executed: await engine.execute({ ...order, payment }) }
      },
    }
  },
}

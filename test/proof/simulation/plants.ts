import type { FeeCollector } from '../../../src/payments/fee-port.ts'
import type { PaymentProvider } from '../../../src/payments/provider.ts'
import type { MakeId } from '../../../src/store/control/ids.ts'
import type { Plant } from './world.ts'

/** Parts of a server with a bug in them, for who wants to see it found. */
export const planted = {
  /** Asks with another key each time, and never looks whether it has asked before. */
  provider(plant: Plant | null, provider: PaymentProvider, makeId: MakeId): PaymentProvider {
    if (plant === 'charges_again')
      return {
        ...provider,
        charge: (order) => provider.charge({ ...order, key: makeId('pay') }),
        findCharge: async () => null,
      }
    if (plant === 'pays_back_again')
      return {
        ...provider,
        refund: (order) => provider.refund({ ...order, key: makeId('pay') }),
        findRefund: async () => null,
      }
    return provider
  },

  /** Takes each try of a renewal for a fee of its own. */
  collector(plant: Plant | null, collector: FeeCollector, makeId: MakeId): FeeCollector {
    if (plant !== 'renews_again') return collector
    return {
      ...collector,
      resume: async () => null,
      pay: (due, order) => collector.pay({ ...due, dueId: makeId('pay') }, order),
    }
  },
}

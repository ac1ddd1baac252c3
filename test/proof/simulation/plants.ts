import type { Command } from '../../../src/core/decisions/index.ts'
import { type Nanos, ZERO } from '../../../src/core/money/index.ts'
import type { Engine } from '../../../src/engine/types.ts'
import type { PaymentsDeps } from '../../../src/payments/deps.ts'
import type { FeeCollector } from '../../../src/payments/fee-port.ts'
import type { PaymentProvider } from '../../../src/payments/provider.ts'
import type { MakeId } from '../../../src/store/control/ids.ts'
import type { Plant } from './world.ts'

const CENT = 10_000_000n

/** An engine that is given other orders than those that were meant. */
const ordered = (engine: Engine, change: (own: Command) => Command): Engine => ({
  now: () => engine.now(),
  execute: (own) => engine.execute(change(own)),
  preview: (own) => engine.preview(own),
  previewAll: (own) => engine.previewAll(own),
  overload: () => engine.overload(),
  onCommit: (listener) => engine.onCommit(listener),
  reloadCatalogue: () => engine.reloadCatalogue(),
  stats: () => engine.stats(),
  close: () => engine.close(),
})

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

  /** Of the job that closes statements. */
  billing(plant: Plant | null, engine: Engine): Engine {
    if (plant !== 'invoices_more') return engine
    return ordered(engine, (own) =>
      own.kind === 'issue_invoice' ? { ...own, overage: (own.overage + CENT) as Nanos } : own,
    )
  },

  /** Of the work on cases. */
  cases(plant: Plant | null, engine: Engine): Engine {
    if (plant !== 'refunds_less') return engine
    return ordered(engine, (own) =>
      own.kind === 'refund' && own.amount !== undefined && own.actor.from?.startsWith('case ')
        ? { ...own, amount: (own.amount - 1n) as Nanos }
        : own,
    )
  },

  /** Of the job that works on incidents. */
  incidents(plant: Plant | null, engine: Engine): Engine {
    if (plant !== 'makes_good_less') return engine
    return ordered(engine, (own) =>
      own.kind === 'refund' && own.amount !== undefined
        ? { ...own, amount: (own.amount - 1n) as Nanos }
        : own,
    )
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

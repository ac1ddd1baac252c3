import {
  auditCharges,
  type ExternalCall,
  type ExternalCharge,
  type Finding,
} from '../../src/core/audit/index.ts'
import type { Nanos } from '../../src/core/money/index.ts'
import { openBank } from './accounts.ts'
import { type Bank, readServed, type Served } from './bank.ts'
import type { Planted } from './fault-kind.ts'
import { rich, sonata } from './fault-kind.ts'
import { aCall, type Dice } from './traffic.ts'

/** Records as another system would have them, priced by the real core. */
export class Records {
  readonly bank: Bank
  readonly #dice: Dice
  readonly calls: ExternalCall[] = []
  readonly charges: ExternalCharge[] = []

  constructor(id: string, dice: Dice) {
    this.#dice = dice
    this.bank = rich(openBank(id, null, dice))
  }

  /** A call and its line on the bill. */
  add(own: Served = aCall(this.bank, this.#dice)): Nanos {
    this.bank.wait(this.#dice.between(60_000, 200_000))
    this.calls.push(callOf(own, this.bank))
    return this.charge(this.bank.quote(own), own.id)
  }

  charge(amount: Nanos, callId: string): Nanos {
    this.charges.push({
      id: this.bank.id('line'),
      at: this.bank.now,
      amount,
      currency: 'USD',
      callId,
      upstreamId: null,
      source: `bill:${this.charges.length + 1}`,
    })
    return amount
  }

  findings(): Finding[] {
    const books = this.bank.books.map(({ document }) => ({ document, publishedAt: null }))
    return auditCharges({ calls: this.calls, charges: this.charges, books })
  }
}

/** What only another system's records can show, and what they show in their own way. */
export const RECORD_FAULTS: readonly {
  readonly name: string
  plant(records: Records, dice: Dice): Planted
}[] = [
  {
    name: 'a line for a call that nobody made',
    plant: (records, dice) => {
      const amount = BigInt(dice.between(1_000, 900_000)) as Nanos
      records.charge(amount, records.bank.id('nowhere'))
      return { rule: 'charge_without_call', difference: amount }
    },
  },
  {
    name: 'a line that is there twice',
    plant: (records, dice) => {
      const own = sonata(records.bank, dice)
      const amount = records.add(own)
      return { rule: 'duplicate_charge', difference: records.charge(amount, own.id) }
    },
  },
]

function callOf(own: Served, bank: Bank): ExternalCall {
  const { model, tier, speed, region } = readServed(own)
  return {
    id: own.id,
    at: bank.now,
    dialect: own.dialect,
    ending: 'succeeded',
    status: 200,
    model: model ?? own.model,
    tier,
    speed,
    region,
    features: own.features ?? [],
    usage: own.usage,
    frames: [],
    deliveredTokens: null,
    declaredFees: {},
    upstreamId: `msg_${own.id}`,
    fingerprint: own.fingerprint ?? null,
    retryCount: 0,
  }
}

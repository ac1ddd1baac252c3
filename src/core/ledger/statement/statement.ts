import { negate, readNanos, ZERO } from '../../money/index.ts'
import type { EntryBody, LotFacts } from '../entry.ts'
import type { LotLine, MoneySource, StatementContent } from './document.ts'
import { Events } from './events.ts'
import { movementOf, SOURCE_OF } from './movements.ts'
import { OwedTally } from './owed-tally.ts'
import { FlowTally } from './tally.ts'
import { TaxTally } from './tax-tally.ts'
import { UsageTallies } from './usage.ts'

/** With what a cycle begins: what the one before ended with. */
export interface StatementOpening {
  readonly plan: string
  /** Of the last entry before the cycle; 0 for the first cycle. */
  readonly seq: number
  readonly balances: Readonly<Record<MoneySource, string>>
  readonly notInvoiced: StatementContent['not_invoiced']
  /** Those with something in them. */
  readonly lots: readonly LotLine[]
}

const NOTHING: StatementOpening = {
  plan: '',
  seq: 0,
  balances: { prepaid: '0', promotional: '0', overage: '0', invoiced: '0', plan_credit: '0' },
  notInvoiced: { overage: '0', fees: '0' },
  lots: [],
}

/** The opening of the cycle after a statement; of the first cycle, where there is none. */
export function openingAfter(before: StatementContent | null): StatementOpening {
  if (!before) return NOTHING
  return {
    plan: before.plan,
    seq: before.entries.last_seq,
    balances: sources((source) => before.balances[source].closing),
    notInvoiced: before.not_invoiced,
    lots: before.lots.filter(({ closing }) => closing !== '0'),
  }
}

const sources = <T>(of: (source: MoneySource) => T): Record<MoneySource, T> => ({
  prepaid: of('prepaid'),
  promotional: of('promotional'),
  overage: of('overage'),
  invoiced: of('invoiced'),
  plan_credit: of('plan_credit'),
})

export interface StatementFrame {
  readonly opening: StatementOpening
  /** Milliseconds; entries that happened before it are said to be late. */
  readonly startsAt: number
  /** The closed statement that an entry is on; `null`: none, so it is on this one. */
  readonly statementOf: (seq: number) => number | null
}

/**
 * Adds the entries of one cycle up, in the order of the journal. An entry belongs to the cycle in which it
 * was posted (`at`), whenever it happened: so a closed statement never changes.
 */
export class StatementFold {
  readonly #opening: StatementOpening
  readonly #flows: Record<MoneySource, FlowTally>
  readonly #lots = new Map<string, { facts: LotHeading; flow: FlowTally }>()
  readonly #events = new Events()
  readonly #usage: UsageTallies
  readonly #tax = new TaxTally()
  readonly #owed: OwedTally
  #plan: string
  #count = 0
  #lastSeq: number

  constructor({ opening, startsAt, statementOf }: StatementFrame) {
    this.#opening = opening
    this.#flows = sources((source) => new FlowTally(opening.balances[source]))
    for (const { opening: _o, movements: _m, closing, ...facts } of opening.lots)
      this.#lots.set(facts.lot_id, { facts, flow: new FlowTally(closing) })
    this.#usage = new UsageTallies(startsAt, statementOf)
    this.#owed = new OwedTally(opening.notInvoiced)
    this.#plan = opening.plan
    this.#lastSeq = opening.seq
  }

  /** @throws where an entry does not follow the one before. */
  add(body: EntryBody): void {
    if (body.seq !== this.#lastSeq + 1)
      throw new Error(`entry ${body.seq} follows ${this.#lastSeq} on a statement`)
    this.#lastSeq = body.seq
    this.#count += 1
    this.#usage.add(body)
    if (body.refused) return
    this.#plan = planAfter(body) ?? this.#plan
    for (const facts of [body.lot, ...(body.restored_lots ?? [])]) if (facts) this.#headLot(facts)
    this.#move(body)
    this.#events.add(body)
    this.#tax.add(body)
    this.#owed.add(body)
  }

  #headLot(facts: LotFacts): void {
    const known = this.#lots.get(facts.id)
    this.#lots.set(facts.id, { facts: heading(facts), flow: known?.flow ?? new FlowTally('0') })
  }

  #move(body: EntryBody): void {
    for (const [account, , amount, lotId] of body.postings) {
      const of = SOURCE_OF[account]
      if (!of) continue
      const moved = of.owed ? negate(readNanos(amount)) : readNanos(amount)
      const what = movementOf(body)
      this.#flows[of.source].move(what, moved, body.seq)
      if (lotId !== undefined) this.#lotFlow(lotId).move(what, moved, body.seq)
    }
  }

  #lotFlow(lotId: string): FlowTally {
    const own = this.#lots.get(lotId)
    if (!own) throw new Error(`lot ${lotId} moves before it is there`)
    return own.flow
  }

  /** What there is to say so far: entries that are added later do not change it. */
  content(): StatementContent {
    return {
      plan: this.#plan,
      entries: {
        count: this.#count,
        first_seq: this.#opening.seq + 1,
        last_seq: this.#lastSeq,
      },
      balances: sources((source) => this.#flows[source].flow()),
      not_invoiced: this.#owed.left(),
      lots: this.#lotLines(),
      purchases: [...this.#events.purchases],
      grants: [...this.#events.grants],
      paid_back: [...this.#events.paidBack],
      fees: [...this.#events.fees],
      tax: this.#tax.lines(),
      invoices: [...this.#events.invoices],
      payments: [...this.#events.payments],
      ...this.#usage.lines(),
    }
  }

  #lotLines(): LotLine[] {
    return [...this.#lots.values()]
      .filter(({ flow }) => flow.moved || flow.closing !== ZERO)
      .map(({ facts, flow }) => ({ ...facts, ...flow.flow() }))
  }
}

type LotHeading = Omit<LotLine, 'opening' | 'movements' | 'closing'>

const heading = (facts: LotFacts): LotHeading => ({
  lot_id: facts.id,
  name: facts.name,
  category: facts.category,
  origin: facts.origin,
  face: facts.face,
  price_paid: facts.price_paid,
  expires_at: facts.expires_at,
  created_at: facts.created_at,
})

/** The plan that an entry puts the account on; a call's own plan is the one that it was priced by. */
const planAfter = (body: EntryBody): string | undefined => {
  if (body.subscription) return body.subscription.plan
  return body.kind === 'open_account' || body.kind === 'change_plan' ? body.plan : undefined
}

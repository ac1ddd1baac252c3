import { amount, Lie, same, sameAmount, written } from './amounts.ts'
import type { Body, LotTerms, Step } from './journal.ts'

/** What an account has at the beginning of a statement, as it is stated. */
export interface Opening {
  readonly lots: readonly (LotTerms & { readonly remaining: string; readonly over: boolean })[]
  readonly windows: readonly {
    readonly id: string
    readonly start: string
    readonly capacity: string
    readonly used: string
  }[]
}

interface Lot {
  readonly terms: LotTerms
  readonly left: bigint
  readonly over: boolean
}

interface Window {
  readonly capacity: bigint
  readonly used: bigint
}

/** These change the size of a window that is open, so they state it anew. */
const RESIZING: readonly string[] = [
  'change_plan',
  'change_subscription',
  'cancel_subscription',
  'renew_subscription',
  'lapse_subscription',
  'redeem_reset',
]

/** Lots and windows, moved by each entry and compared with what the next one says of them. */
export class Balances {
  readonly #lots = new Map<string, Lot>()
  readonly #windows = new Map<string, Window>()
  /** Windows that were not stated at the beginning may have been in use before. */
  readonly #fromTheStart: boolean

  constructor(opening: Opening, fromTheStart: boolean) {
    this.#fromTheStart = fromTheStart
    for (const { remaining, over, ...terms } of opening.lots)
      this.#lots.set(terms.id, { terms, left: amount(remaining), over })
    for (const { id, start, capacity, used } of opening.windows)
      this.#windows.set(`${id}@${start}`, { capacity: amount(capacity), used: amount(used) })
  }

  take(body: Body): void {
    if (body.refused) return
    this.#open(body)
    this.#checkSources(body)
    for (const step of body.funding ?? []) this.#draw(step)
    this.#run(body)
    if (['void_lot', 'charge_back', 'expire_lot'].includes(body.kind) && body.lot_id)
      this.#end(body.lot_id)
  }

  #open(body: Body): void {
    if (body.lot)
      this.#lots.set(body.lot.id, { terms: body.lot, left: amount(body.lot.face), over: false })
    for (const terms of body.restored_lots ?? [])
      this.#lots.set(terms.id, { terms, left: this.#lots.get(terms.id)?.left ?? 0n, over: false })
  }

  #end(id: string): void {
    const lot = this.#lots.get(id)
    if (lot) this.#lots.set(id, { ...lot, over: true })
  }

  #draw({ source, drawn }: Step): void {
    const lot = this.#lots.get(source)
    if (!lot) return
    const left = lot.left - amount(drawn)
    if (left < 0n) throw new Lie(`left of ${source}`, written(left), 'not below zero')
    this.#lots.set(source, { ...lot, left })
  }

  /** What a charge says of its sources, against what is left of them. */
  #checkSources(body: Body): void {
    if (!['settle', 'record', 'complete'].includes(body.kind) || !body.funding) return
    const named = new Map(body.funding.map((step) => [step.source, step]))
    for (const step of body.funding) {
      if (step.source === 'included' || step.source === 'overage') continue
      const lot = this.#lots.get(step.source)
      if (!lot) throw new Lie('credit that was drawn', step.source, 'no such credit')
      if (amount(step.free) > lot.left)
        throw new Lie(`free of ${step.source}`, step.free, written(lot.left))
      if (step.reason === 'exhausted') sameAmount(`free of ${step.source}`, step.free, lot.left)
    }
    const paid = body.funding.some(
      ({ class: own, drawn }) => ['paid', 'overage'].includes(own) && amount(drawn) > 0n,
    )
    if (paid) this.#checkPassedOver(body, named)
  }

  /** Paid credit is drawn last: promotional credit that was valid then has to be in the trace. */
  #checkPassedOver(body: Body, named: ReadonlyMap<string, Step>): void {
    for (const { terms, left, over } of this.#lots.values()) {
      if (terms.category !== 'promotional' || left === 0n || over || named.has(terms.id)) continue
      const valid =
        terms.effective_at <= body.event_at &&
        (terms.expires_at === null || terms.expires_at > body.at)
      if (valid) throw new Lie('order of sources', 'passed over in silence', terms.id)
    }
  }

  #run(body: Body): void {
    for (const { id, start, capacity, used, drawn } of body.windows ?? []) {
      if (start === null) continue
      const key = `${id}@${start}`
      const known =
        this.#windows.get(key) ??
        (this.#fromTheStart ? { capacity: amount(capacity), used: 0n } : null)
      const resizes = RESIZING.includes(body.kind)
      if (known && !resizes) {
        sameAmount(`used of window ${id}`, used, known.used)
        sameAmount(`capacity of window ${id}`, capacity, known.capacity)
      }
      const next = (known?.used ?? amount(used)) + amount(drawn)
      const size = known && !resizes ? known.capacity : amount(capacity)
      if (next > size || next < 0n)
        throw new Lie(`used of window ${id}`, written(next), `at most ${written(size)}`)
      this.#windows.set(key, { capacity: size, used: next })
    }
  }

  /** What is left of each lot. */
  left(): ReadonlyMap<string, bigint> {
    return new Map([...this.#lots].map(([id, { left }]) => [id, left]))
  }
}

interface Flow {
  readonly opening: string
  readonly movements: readonly { readonly amount: string }[]
  readonly closing: string
}

export interface Statement {
  readonly account_id: string
  readonly currency: string
  readonly number: number
  readonly previous_hash: string
  readonly hash: string
  readonly entries: {
    readonly count: number
    readonly first_seq: number
    readonly last_seq: number
  }
  readonly balances: Readonly<Record<string, Flow>>
  readonly lots: readonly (Flow & { readonly lot_id: string })[]
  readonly usage: readonly { readonly source: string; readonly amount: string }[]
}

/** Which balance of a statement a ledger account is, and whether it is what the customer owes. */
const BALANCES: Readonly<Record<string, readonly [balance: string, owed: boolean]>> = {
  'customer:prepaid': ['prepaid', false],
  'customer:promotional': ['promotional', false],
  'customer:overage_receivable': ['overage', true],
  'customer:invoice_receivable': ['invoiced', true],
  'customer:plan_credit': ['plan_credit', false],
}

/** Every balance of the statement from the postings, every lot and every source of use from the entries. */
export function checkStatement(statement: Statement, bodies: readonly Body[]): void {
  const moved = new Map<string, bigint>()
  const add = (key: string, own: bigint): void => void moved.set(key, (moved.get(key) ?? 0n) + own)
  for (const body of bodies) {
    if (body.refused) continue
    for (const [account, , text, lot] of body.postings) {
      const [balance, owed] = BALANCES[account] ?? []
      if (balance === undefined) continue
      add(`balance ${balance}`, owed ? -amount(text) : amount(text))
      if (lot !== undefined) add(`lot ${lot}`, amount(text))
    }
    if (!['settle', 'record', 'complete'].includes(body.kind)) continue
    for (const step of body.funding ?? []) add(`use ${step.class}`, amount(step.drawn))
  }
  for (const [name, flow] of Object.entries(statement.balances))
    checkFlow(`balance ${name}`, flow, moved.get(`balance ${name}`) ?? 0n)
  for (const lot of statement.lots)
    checkFlow(`lot ${lot.lot_id}`, lot, moved.get(`lot ${lot.lot_id}`) ?? 0n)
  const stated = statement.usage.reduce((sum, line) => sum + amount(line.amount), 0n)
  const used = [...moved]
    .filter(([key]) => key.startsWith('use '))
    .reduce((sum, [, own]) => sum + own, 0n)
  same('usage in all', written(stated), written(used))
}

function checkFlow(what: string, flow: Flow, moved: bigint): void {
  const stated = flow.movements.reduce((sum, own) => sum + amount(own.amount), 0n)
  sameAmount(`movements of ${what}`, written(stated), moved)
  sameAmount(`closing of ${what}`, flow.closing, amount(flow.opening) + moved)
}

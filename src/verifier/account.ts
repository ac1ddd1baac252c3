import { amount, compare, Lie, moment, same, sameAmount, sumOf, written } from './amounts.ts'
import { type Body, isCharge, type LotTerms, type Run, type Step } from './body.ts'

/** What an account has before the first entry of a file, as it is stated there. */
export interface Opening {
  readonly plan: string
  /** Absent: none of the last hour. */
  readonly former_plans?: readonly { readonly plan: string; readonly until: string }[]
  readonly paid_use: boolean
  readonly overage_limit: string | null
  readonly overage_used: string
  /** Owed, and on no invoice. */
  readonly not_invoiced: { readonly overage: string; readonly fees: string }
  readonly lots: readonly OpeningLot[]
  readonly windows: readonly OpeningRun[]
  /** What has been spent of caps, by their period. */
  readonly caps: readonly OpeningCap[]
  /** The statements before this one, with the last entry of each. */
  readonly statements: readonly { readonly number: number; readonly last_seq: number }[]
}

interface OpeningLot extends LotTerms {
  readonly remaining: string
  readonly voided_at: string | null
  /** Its payment is disputed. */
  readonly frozen: boolean
  /** The bank has taken its payment back. */
  readonly charged_back: boolean
}

interface OpeningRun {
  readonly id: string
  readonly start: string
  readonly end: string
  readonly capacity: string
  readonly used: string
}

interface OwnRun {
  readonly end: string
  readonly capacity: bigint
  readonly used: bigint
}

interface OpeningCap {
  readonly id: string
  readonly bucket: string
  readonly beside: boolean
  readonly spent: string
}

export interface Lot {
  terms: LotTerms
  left: bigint
  voidedAt: number | null
  frozen: boolean
  chargedBack: boolean
}

/** These change the size of a run that is open, so they state it anew. */
const RESIZING: readonly string[] = [
  ...['change_plan', 'change_subscription', 'cancel_subscription', 'renew_subscription'],
  ...['lapse_subscription', 'redeem_reset'],
]
const OWED: readonly string[] = ['issue_invoice', 'pay_overage', 'void_invoice']
/** An event goes by the plan of its own time, unless it is reported later than this. */
const GRACE_MS = 3_600_000
const ENDING: readonly string[] = ['void_lot', 'charge_back']

/** The sources of an account, moved by each entry and compared with what the next one says of them. */
export class Account {
  readonly lots = new Map<string, Lot>()
  readonly runs = new Map<string, OwnRun>()
  readonly spent = new Map<string, bigint>()
  paidUse: boolean
  plan: string
  /** Plans that have ended, in their order. */
  readonly #former: { readonly plan: string; readonly until: number }[]
  overageLimit: bigint | null
  overageUsed: bigint

  constructor(opening: Opening) {
    this.paidUse = opening.paid_use
    this.plan = opening.plan
    this.#former = (opening.former_plans ?? []).map(({ plan, until }) => ({
      ...{ plan, until: moment(until) },
    }))
    this.overageLimit = opening.overage_limit === null ? null : amount(opening.overage_limit)
    this.overageUsed = amount(opening.overage_used)
    for (const lot of opening.lots) {
      const { remaining, voided_at, frozen, charged_back, ...terms } = lot
      const voidedAt = voided_at === null ? null : moment(voided_at)
      this.lots.set(terms.id, {
        ...{ terms, left: amount(remaining), voidedAt },
        ...{ frozen, chargedBack: charged_back },
      })
    }
    for (const { id, start, end, capacity, used } of opening.windows)
      this.runs.set(runKey(id, start), { end, capacity: amount(capacity), used: amount(used) })
    for (const own of opening.caps) this.spent.set(capKey(own), amount(own.spent))
  }

  /** Compares what an entry says of windows and caps with what they are before it. */
  check(body: Body): void {
    if (body.kind === 'record' && !body.refused)
      same('plan', body.plan, this.#formerOf(body)?.plan ?? this.plan)
    this.#checkFormer(body)
    for (const { id, start, end, used, capacity } of body.windows ?? []) {
      if (start === null) continue
      const known = this.runs.get(runKey(id, start))
      sameAmount(`used of window ${id}`, used, known?.used ?? 0n)
      if (!known || RESIZING.includes(body.kind)) continue
      sameAmount(`capacity of window ${id}`, capacity, known.capacity)
      same(`end of window ${id}`, end, known.end)
    }
    if (!isCharge(body)) return
    for (const use of body.caps ?? [])
      sameAmount(`spent of cap ${use.id}`, use.spent, this.spent.get(capKey(use)) ?? 0n)
  }

  /** Only where the plan or its seats have changed since may a call find more room than there is. */
  #checkFormer(body: Body): void {
    if (this.#formerOf(body)) return
    for (const { id, capacity_then: then } of body.windows ?? [])
      if (then !== undefined)
        throw new Lie(`former capacity of window ${id}`, then, 'the plan is the same')
  }

  take(body: Body): void {
    if (body.refused) return
    if (body.lot) this.#begin(body.lot)
    for (const terms of body.restored_lots ?? []) this.#restore(terms)
    for (const step of body.funding ?? []) this.#draw(step)
    for (const run of body.windows ?? []) this.#run(run, body.kind)
    for (const use of body.caps ?? [])
      if (use.period !== 'call')
        this.spent.set(capKey(use), (this.spent.get(capKey(use)) ?? 0n) + amount(use.drawn))
    this.#end(body)
    if (OWED.includes(body.kind)) this.overageUsed -= posted(body, 'customer:overage_receivable')
    this.#switch(body)
  }

  /** The plan of an event's time, where another one, or other seats, have come since. */
  #formerOf({ at, event_at }: Body) {
    const [reported, happened] = [moment(at), moment(event_at)]
    const counts = reported - happened > GRACE_MS ? reported : happened
    return this.#former.find(({ until }) => counts < until)
  }

  #begin(terms: LotTerms): void {
    if (this.lots.has(terms.id)) throw new Lie('new credit', terms.id, 'there already')
    this.lots.set(terms.id, {
      ...{ terms, left: amount(terms.face), voidedAt: null },
      ...{ frozen: false, chargedBack: false },
    })
  }

  /** It lives on; one whose payment the bank has taken back stays void. */
  #restore(terms: LotTerms): void {
    const lot = this.lots.get(terms.id)
    if (!lot) throw new Lie('credit that gets something back', terms.id, 'no such credit')
    compare(
      `terms of ${terms.id}`,
      { ...terms, expires_at: null },
      { ...lot.terms, expires_at: null },
    )
    if (lot.chargedBack) return
    const [before, after] = [lot.terms.expires_at, terms.expires_at]
    const shorter = after !== null && (before === null || moment(after) < moment(before))
    if (shorter && lot.voidedAt === null) throw new Lie(`end of ${terms.id}`, after, before)
    lot.terms = terms
    lot.voidedAt = null
  }

  #draw({ class: kind, source, drawn }: Step): void {
    const own = amount(drawn)
    if (kind === 'overage') this.overageUsed += own
    if (kind === 'overage' || kind === 'included') return
    const lot = this.lots.get(source)
    if (!lot) throw new Lie('credit that was drawn', source, 'no such credit')
    lot.left -= own
    if (lot.left < 0n || lot.left > amount(lot.terms.face))
      throw new Lie(`left of ${source}`, written(lot.left), `between 0 and ${lot.terms.face}`)
  }

  #run({ id, start, end, capacity, drawn }: Run, kind: string): void {
    if (start === null || end === null) return
    const known = this.runs.get(runKey(id, start))
    const size = known && !RESIZING.includes(kind) ? known.capacity : amount(capacity)
    const used = (known?.used ?? 0n) + amount(drawn)
    if (used < 0n || used > size)
      throw new Lie(`used of window ${id}`, written(used), `between 0 and ${written(size)}`)
    this.runs.set(runKey(id, start), {
      end: known && !RESIZING.includes(kind) ? known.end : end,
      capacity: size,
      used,
    })
  }

  #end({ kind, lot_id: id, at, dispute }: Body): void {
    const lot = id === undefined ? undefined : this.lots.get(id)
    if (!lot) return
    const goesOn = kind === 'charge_back' && dispute?.partial === true
    if (ENDING.includes(kind) && !goesOn) lot.voidedAt = moment(at)
    if (kind === 'charge_back' && !goesOn) lot.chargedBack = true
    if (kind === 'freeze_lot') lot.frozen = true
    if (kind === 'unfreeze_lot' || kind === 'charge_back')
      lot.frozen = dispute?.still_frozen ?? false
  }

  #switch({ kind, at, controls, plan, subscription }: Body): void {
    if (controls?.paid_use !== undefined) this.paidUse = controls.paid_use
    if (controls?.overage_limit !== undefined)
      this.overageLimit = controls.overage_limit === null ? null : amount(controls.overage_limit)
    const before = this.plan
    if (kind === 'open_account' || kind === 'change_plan') this.plan = plan ?? this.plan
    if (subscription) this.plan = subscription.plan
    if (subscription || kind === 'change_plan')
      this.#former.push({ plan: before, until: moment(at) })
  }

  leftOf(category: string): bigint {
    const own = [...this.lots.values()].filter(({ terms }) => terms.category === category)
    return sumOf(own.map(({ left }) => left))
  }
}

export const runKey = (id: string, start: string): string => `${id}@${start}`
export const capKey = (own: {
  readonly id: string
  readonly bucket: string
  readonly beside?: boolean
}): string => JSON.stringify([own.id, own.bucket, own.beside ?? false])

/** What an entry posted to a ledger account. */
export const posted = ({ postings }: Body, account: string): bigint =>
  sumOf(postings.filter(([own]) => own === account).map(([, , text]) => amount(text)))

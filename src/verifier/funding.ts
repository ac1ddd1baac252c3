import type { Account, Lot } from './account.ts'
import { amount, Lie, least, moment, most, same, sameAmount, sumOf, written } from './amounts.ts'
import {
  type Body,
  type Call,
  type CapUse,
  isCharge,
  type LotTerms,
  type Run,
  type Step,
} from './body.ts'

/** Who paid for a call, computed once more: each source in its order, with what it had. */

/** Who pays for an outcome where the plan has no row of its own. */
const FREE: readonly string[] = [
  ...['error_before_output', 'refused_before_output', 'upstream_failed_mid_stream'],
  ...['client_aborted_before_output', 'usage_zero_with_output', 'gateway_crashed'],
  'served_from_cache',
]

const DELIVERED: readonly string[] = ['succeeded', 'refused_after_output', 'client_aborted']

const ZERO_TOTALS = { total: '0', money: '0', included: '0', absorbed: '0' }

/** Checks the funding of a charge against what the account has before it. */
export function checkCharge(body: Body, account: Account): void {
  const { rating, outcome, totals = ZERO_TOTALS, funding = [] } = body
  const total = amount(totals.total)
  sameAmount('total', totals.total, rating?.status === 'priced' ? amount(rating.total) : 0n)
  checkOutcome(body)
  const free = outcome?.customer_pays !== 'delivered' || body.pending !== undefined
  if (free || (funding.length === 0 && amount(totals.absorbed) === total)) {
    sameAmount('charged for nothing', written(total - amount(totals.absorbed)), 0n)
    same('sources of what is free', funding.length, 0)
    checkWindows(body, 0n)
    return
  }
  const left = new Trace(body, account).walk(funding, total)
  checkWindows(body, left)
}

/** Nothing for a call that failed, unless the plan has a row of its own for it. */
function checkOutcome({ outcome, plan }: Body): void {
  if (!outcome) throw new Lie('outcome', null, 'how the call ended')
  const { code, policy, customer_pays: pays } = outcome
  if (![...FREE, ...DELIVERED].includes(code)) throw new Lie('outcome', code, 'one that is known')
  if (policy !== `${plan}/${code}`) {
    same('row of who pays', policy, `default/${code}`)
    same('who pays', pays === 'nothing', FREE.includes(code))
  }
  if (!['delivered', 'nothing', 'after_reconciliation'].includes(pays))
    throw new Lie('who pays', pays, 'one that is known')
}

interface Candidate {
  readonly class: string
  readonly source: string
  readonly category: string | null
  /** At most: calls in flight may hold a part of it. */
  readonly room: bigint
  /** Why nothing may be drawn from it. */
  readonly barred: string | null
  /** It has nothing to give, so that it need not be named. */
  readonly optional: boolean
}

/** Walks along the stated sources beside those that the account has. */
class Trace {
  readonly #body: Body
  readonly #account: Account
  #needed = 0n
  readonly #drawn = { all: 0n, money: 0n, paid: 0n }

  constructor(body: Body, account: Account) {
    this.#body = body
    this.#account = account
  }

  /** Returns what none of them gave. */
  walk(steps: readonly Step[], total: bigint): bigint {
    this.#needed = total
    const wanted = this.#candidates()
    let next = 0
    for (const step of steps) {
      while (wanted[next]?.optional && wanted[next]?.source !== step.source) next += 1
      const own = wanted[next]
      if (own?.source !== step.source)
        throw new Lie('order of sources', step.source, own?.source ?? 'no more sources')
      next += 1
      same(`class of ${own.source}`, step.class, own.class)
      if (own.class === 'before_windows') same(`kind of ${own.source}`, step.category, own.category)
      this.#step(step, own)
    }
    const missing = wanted.slice(next).find(({ optional }) => !optional)
    if (missing) throw new Lie('order of sources', 'passed over in silence', missing.source)
    return this.#needed
  }

  #candidates(): Candidate[] {
    const { lots, paidUse, overageLimit, overageUsed } = this.#account
    const sorted = [...lots.values()].sort(compareLots)
    const of = (kind: string, fits: (terms: LotTerms) => boolean) =>
      sorted.filter(({ terms }) => fits(terms)).map((lot) => this.#lot(kind, lot))
    const after = (category: string) => (own: LotTerms) =>
      own.position !== 'before_windows' && own.category === category
    return [
      ...of('before_windows', ({ position }) => position === 'before_windows'),
      this.#included(),
      ...of('promotional', after('promotional')),
      ...of('paid', after('paid')),
      {
        ...{ class: 'overage', source: 'overage', category: 'paid' },
        room: most((overageLimit ?? 0n) - overageUsed, 0n),
        barred: paidUse ? null : 'switched_off',
        optional: overageLimit === null,
      },
    ]
  }

  #lot(kind: string, lot: Lot): Candidate {
    const { terms, left } = lot
    const barred = this.#barred(lot)
    const { id: source, category } = terms
    return { class: kind, source, category, room: left, barred, optional: left === 0n }
  }

  #barred({ terms, voidedAt, frozen }: Lot): string | null {
    const at = moment(this.#body.event_at)
    if (voidedAt !== null && voidedAt <= at) return 'voided'
    if (frozen) return 'frozen'
    if (at < moment(terms.effective_at)) return 'not_yet_effective'
    if (terms.expires_at !== null && moment(terms.expires_at) <= at) return 'expired'
    if (this.#body.call && !inScope(terms.scope, this.#body.call)) return 'out_of_scope'
    return terms.category === 'paid' && !this.#account.paidUse ? 'switched_off' : null
  }

  #included(): Candidate {
    const { windows = [], coverage } = this.#body
    const effect = coverage?.effect ?? 'covered'
    const outside = windows.length === 0 ? 'out_of_scope' : null
    return {
      ...{ class: 'included', source: 'included', category: null },
      room: roomOf(windows),
      barred: effect === 'covered' ? outside : effect,
      optional: windows.length === 0,
    }
  }

  #step(step: Step, own: Candidate): void {
    const [stated, free] = [amount(step.drawn), amount(step.free)]
    const promised = this.#promised(step, own)
    const most_ = promised ? most(own.room, amount(this.#body.hold?.money)) : own.room
    if (free < 0n || free > most_)
      throw new Lie(`free of ${own.source}`, step.free, `at most ${written(most_)}`)
    if (this.#needed === 0n) {
      same(`reason of ${own.source}`, step.reason, 'not_needed')
      this.#take(step, own, 0n)
      return
    }
    if (own.barred !== null && !promised) {
      same(`reason of ${own.source}`, step.reason, own.barred)
      this.#take(step, own, 0n)
      return
    }
    const drawn = least(free, this.#needed)
    if (drawn === this.#needed) same(`reason of ${own.source}`, step.reason, null)
    else this.#checkSpent(step, own, promised)
    this.#take(step, own, own.class === 'included' ? most(drawn, stated) : drawn)
  }

  /** Switched off or frozen since the call began: what its own hold had reserved may still be drawn. */
  #promised({ reason, drawn }: Step, own: Candidate): boolean {
    const { hold } = this.#body
    if (!hold || hold.money === '0') return false
    if (own.source === 'overage' && own.barred === null) return true
    return (
      ['switched_off', 'frozen'].includes(own.barred ?? '') && (reason === null || drawn !== '0')
    )
  }

  /** It was drawn to its end: the reason has to say why there was no more. */
  #checkSpent(step: Step, own: Candidate, promised: boolean): void {
    const name = `reason of ${own.source}`
    if (step.reason === 'cap_reached') {
      const cap = this.#capRoom(own.category)
      const bound = cap !== null && cap < own.room && cap === amount(step.free)
      if (!bound) throw new Lie(name, 'cap_reached', 'no cap that binds')
    } else if (own.source === 'included') {
      sameAmount(`free of ${own.source}`, step.free, own.room)
      same(name, step.reason, this.#heldInWindows())
    } else if (promised && own.barred !== null) same(name, step.reason, own.barred)
    else if (step.reason === 'exhausted') {
      if (!promised) sameAmount(`free of ${own.source}`, step.free, own.room)
    } else if (step.reason !== 'held' || (amount(step.free) >= own.room && !promised))
      throw new Lie(name, step.reason, 'exhausted')
  }

  #heldInWindows(): string {
    const { windows = [] } = this.#body
    const room = roomOf(windows)
    const binding = windows.find((own) => roomOf([own]) === room)
    return binding && amount(binding.held) > 0n ? 'held' : 'exhausted'
  }

  /** What the caps that count such a source leave; `null`: none counts it. */
  #capRoom(category: string | null): bigint | null {
    let room: bigint | null = null
    for (const use of this.#body.caps ?? []) {
      if (!counts(use, category)) continue
      const left = most(
        amount(use.amount) - amount(use.spent) - amount(use.held),
        amount(use.promised ?? '0'),
      )
      const own = most(most(left, 0n) - this.#drawn[use.counts as 'all' | 'money' | 'paid'], 0n)
      room = room === null ? own : least(room, own)
    }
    return room
  }

  #take(step: Step, own: Candidate, drawn: bigint): void {
    sameAmount(`drawn from ${own.source}`, step.drawn, drawn)
    const cap = this.#capRoom(own.category)
    // what a call finishes on its windows with, beyond their room, is no draw of this order
    const ordered = own.class === 'included' ? least(drawn, amount(step.free)) : drawn
    if (cap !== null && ordered > cap)
      throw new Lie(
        `drawn from ${own.source}`,
        step.drawn,
        `at most ${written(cap)} under its caps`,
      )
    this.#needed -= ordered
    this.#drawn.all += ordered
    if (own.category !== null) this.#drawn.money += drawn
    if (own.category === 'paid') this.#drawn.paid += drawn
  }
}

/** Within a class: priority, the soonest end, the lower price for what it is worth, the oldest, the id. */
function compareLots({ terms: a }: Lot, { terms: b }: Lot): number {
  const end = ({ expires_at: at }: LotTerms) => (at === null ? Number.MAX_SAFE_INTEGER : moment(at))
  const basis = amount(a.price_paid) * amount(b.face) - amount(b.price_paid) * amount(a.face)
  return (
    a.priority - b.priority ||
    end(a) - end(b) ||
    (basis < 0n ? -1 : basis > 0n ? 1 : 0) ||
    moment(a.created_at) - moment(b.created_at) ||
    (a.id < b.id ? -1 : 1)
  )
}

/** Each list that is stated has to name the call; a model may end in `*`. */
function inScope({ models, features, clients }: LotTerms['scope'], call: Call): boolean {
  const isModel = (own: string) =>
    own.endsWith('*') ? call.model.startsWith(own.slice(0, -1)) : own === call.model
  if (models && !models.some(isModel)) return false
  if (features && !features.some((own) => call.features.includes(own))) return false
  return !clients || (call.client !== null && clients.includes(call.client))
}

const leftIn = ({ capacity, used, held }: Run): bigint =>
  most(amount(capacity) - amount(used) - amount(held), 0n)

/** What the call could draw by the plan of its time. */
const roomOf = (windows: readonly Run[]): bigint => {
  const rooms = windows.map(({ capacity_then: then, ...own }) =>
    leftIn(then === undefined ? own : { ...own, capacity: then }),
  )
  return rooms.length === 0 ? 0n : rooms.reduce(least)
}

const counts = (use: CapUse, category: string | null): boolean =>
  use.counts === 'all' || (category !== null && (use.counts === 'money' || category === 'paid'))

/** A cap counts what was drawn of the sources that it counts, and is not exceeded. */
export function checkCap(body: Body, use: CapUse): void {
  const { funding = [], hold } = body
  const category = (step: Step): string | null => {
    if (step.class === 'included') return null
    if (step.class === 'before_windows') return step.category ?? null
    return step.class === 'promotional' ? 'promotional' : 'paid'
  }
  const counted = sumOf(
    funding.filter((step) => counts(use, category(step))).map(({ drawn }) => amount(drawn)),
  )
  sameAmount(`counted by cap ${use.id}`, use.drawn, counted)
  if (!isCharge(body)) return
  const reached = amount(use.spent) + amount(use.held) + counted
  const promised = amount(use.promised ?? '0')
  const reserved = hold ? most(amount(hold.worst), amount(hold.money) + amount(hold.included)) : 0n
  if (promised > reserved)
    throw new Lie(`reserved of cap ${use.id}`, use.promised, `at most ${written(reserved)}`)
  if (counted > 0n && reached > amount(use.amount) && counted > promised)
    throw new Lie(`spent under cap ${use.id}`, written(reached), use.amount)
}

/** Every window gives the same; what one has no room for, and what nobody gave, is said apart. */
function checkWindows(
  { windows = [], totals = ZERO_TOTALS, funding = [] }: Body,
  left: bigint,
): void {
  const included = amount(totals.included)
  const step = funding.find((own) => own.class === 'included')
  const ordered = step ? least(amount(step.drawn), amount(step.free)) : 0n
  if (funding.length > 0)
    sameAmount('carried by nobody', totals.absorbed, left - (included - ordered))
  for (const own of windows) {
    const drawn = least(included, leftIn(own))
    sameAmount(`drawn from window ${own.id}`, own.drawn, drawn)
    sameAmount(`beyond window ${own.id}`, own.overshoot, included - drawn)
  }
}

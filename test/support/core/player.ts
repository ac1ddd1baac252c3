import type { OutcomeCode, Result } from '../../../src/core/decisions/index.ts'
import type { Cap } from '../../../src/core/funding/index.ts'
import { planRef } from '../../../src/core/funding/index.ts'
import type { EntryBody } from '../../../src/core/ledger/index.ts'
import type { Nanos } from '../../../src/core/money/index.ts'
import { DAY_MS, type Instant, parseInstant } from '../../../src/core/time/index.ts'
import {
  at,
  book,
  costing,
  DAY,
  NANOS_PER_CENT,
  OPUS_WEEKLY,
  plan,
  plus,
  SESSION,
  TestCatalogue,
  UNIT_BOOK,
  WEEKLY,
} from './fixtures.ts'
import type { Step } from './history.ts'
import { Ledger } from './ledger.ts'
import { show } from './render.ts'
import { Sightings } from './sightings.ts'
import { PAID_PLANS, Subscriber, type SubscriptionStep } from './subscriber.ts'

const PLANS = [
  plan({
    windows: [
      { ...SESSION, capacity: '4' },
      { ...WEEKLY, capacity: '15' },
      { ...OPUS_WEEKLY, capacity: '5' },
    ],
    coverage: [
      { when: { clients: ['other'] }, effect: 'credits_only', reason: 'third-party client' },
    ],
  }),
  plan({
    id: 'max',
    windows: [
      { ...SESSION, capacity: '9' },
      { ...WEEKLY, capacity: '40' },
    ],
  }),
  plan({ id: 'small', windows: [{ ...SESSION, capacity: '1' }], crossing: 'clamp' }),
  plan({
    id: 'monthly',
    windows: [{ id: 'month', shape: 'calendar', length: 'P1M', capacity: '30' }],
  }),
  plan({ id: 'credits', windows: [] }),
  ...PAID_PLANS,
]
/** A paid plan is moved to by a subscription. */
const FREE_PLANS = PLANS.filter((own) => !PAID_PLANS.includes(own))

const cap =
  (id: string, own: Partial<Cap>) =>
  (amount: Nanos): Cap => ({
    id,
    scope: 'account',
    scopeId: null,
    period: 'lifetime',
    counts: 'money',
    ...own,
    amount,
  })
const CAPS = [
  cap('cap_0', { period: 'day' }),
  cap('cap_1', { period: 'cycle', counts: 'paid' }),
  cap('cap_2', { scope: 'member', scopeId: 'm1', period: 'week' }),
  cap('cap_3', { scope: 'model', scopeId: 'op*' }),
  cap('cap_4', { period: 'session' }),
  cap('cap_5', { scope: 'member', scopeId: '*', period: 'day' }),
  cap('cap_6', { period: 'week', counts: 'all' }),
]

const LATER = {
  ...UNIT_BOOK,
  id: 'later',
  rows: [
    ...UNIT_BOOK.rows,
    { model: 'later', kind: 'output', per_mtok: '10000' },
    { model: 'later', kind: 'cache_read', per_mtok: '0.001' },
  ],
}

const choose = <T>(items: readonly T[], pick: number): T | undefined => items[pick % items.length]

/** Plays a history on a ledger, and notes which interesting things happened. */
export class Player {
  readonly ledger = new Ledger({
    catalogue: new TestCatalogue(PLANS),
    anchor: at('2026-10-31T09:00:00Z'),
    paidUse: true,
    overage: '2',
  })
  readonly seen = new Sightings()
  readonly #subscriber = new Subscriber(this.ledger, this.seen)
  readonly #worst = new Map<string, Nanos>()
  readonly #answers: (() => [Result, Result])[] = []
  /** Of raises that were asked for. */
  readonly #ends: number[] = []
  #ids = 0
  #parked = false

  play(steps: readonly Step[]): void {
    for (const step of steps) {
      const { length } = this.ledger.entries
      this.#play(step)
      for (const { body } of this.ledger.entries.slice(length)) this.seen.entry(body, this.ledger)
    }
    this.#finish()
  }

  #id(kind: string): string {
    this.#ids += 1
    return `${kind}_${this.#ids}`
  }

  #play(step: Step): void {
    const { ledger } = this
    switch (step.do) {
      case 'jump':
        this.#jump(step.to, step.by)
        break
      case 'wait':
        ledger.wait(step.ms)
        break
      case 'authorize':
        this.#authorize(step)
        break
      case 'record':
        this.#record(step)
        break
      case 'settle':
        this.#settle(step)
        break
      case 'grant':
      case 'top_up':
        this.#lot(step)
        break
      case 'refund':
        this.#refund(step)
        break
      case 'publish':
        if (ledger.catalogue.books.length === 1) ledger.catalogue.books.push(book(LATER))
        break
      case 'park':
        this.#parked = !this.#parked
        ledger.park(this.#parked ? 'park' : 'unpark')
        break
      default:
        this.#playOther(step)
        break
    }
  }

  #playOther(step: Step): void {
    const { ledger } = this
    switch (step.do) {
      case 'release':
      case 'retry':
      case 'extend':
      case 'expire_hold':
        this.#hold(step.do, step.pick)
        break
      case 'void_lot':
      case 'expire_lot':
        this.#endLot(step.do, step.pick)
        break
      case 'reverse':
        this.#reverse(step.pick)
        break
      case 'complete':
        this.#complete(step.pick)
        break
      case 'repeat':
        this.#repeat(step.pick)
        break
      case 'paid_use':
        ledger.controls({ paidUse: step.on })
        break
      case 'overage':
        ledger.controls({ overageLimit: step.cents === null ? null : dollars(step.cents) })
        break
      case 'cap':
        ledger.controls({ caps: [choose(CAPS, step.which)!(dollars(step.cents))] })
        break
      case 'remove_cap':
        ledger.controls({ removeCaps: [`cap_${step.which}`] })
        break
      case 'raise_cap':
        this.#raise(step)
        break
      case 'change_plan':
        ledger.changePlan(planRef(choose(FREE_PLANS, step.pick)!))
        this.seen.when('plan changed with calls in flight', ledger.holds.size > 0)
        break
      default:
        this.#subscriber.play(step as SubscriptionStep)
    }
  }

  /** Somebody asks for more, and one or two decide: the first decision stands. */
  #raise(step: Extract<Step, { do: 'raise_cap' }>): void {
    const { ledger } = this
    const id = this.#id('capreq')
    const until = step.lives === null ? null : plus(ledger.now, step.lives)
    const whom = step.which === 5 ? 'm1' : null
    const asked = ledger.requestRaise(id, `cap_${step.which}`, dollars(step.cents), {
      until,
      for: whom,
    })
    if (asked.status !== 'posted') return
    const [first, ...others] = step.decisions.map((decision) => ledger.decideRaise(id, decision))
    for (const other of others)
      if (first!.status === 'posted' && other.status === 'posted' && show(first) !== show(other))
        throw new Error('a request was decided twice')
    if (until !== null) this.#ends.push(until)
    this.seen.when('cap raised', first!.status === 'posted' && step.decisions[0] === 'approved')
    this.seen.when(
      'cap raised for a while with calls in flight',
      first!.status === 'posted' && until !== null && ledger.holds.size > 0,
    )
  }

  /** To an edge that is ahead: the end of a window, a lot, a hold, a day, a cycle. */
  #jump(to: number, by: number): void {
    const { ledger } = this
    const state = ledger.state!
    const edges = [
      ...state.windows.map((own) => own.end as number),
      ...state.lots.flatMap((lot) => [lot.effectiveAt, lot.expiresAt ?? 0]),
      ...[...ledger.holds.values()].map((hold) => parseInstant(hold.expires_at)! as number),
      (Math.floor(ledger.now / DAY_MS) + 1) * DAY_MS,
      ...this.#ends,
    ]
    const ahead = [...new Set(edges)].filter((edge) => edge > ledger.now + 1).sort((a, b) => a - b)
    const edge = ahead[Math.min(to, ahead.length - 1)]
    if (edge !== undefined && edge < ledger.now + 40 * DAY) ledger.now = (edge + by) as Instant
  }

  #authorize(step: Extract<Step, { do: 'authorize' }>): void {
    const id = this.#id('call')
    const worst = (dollars(step.cents) + BigInt(step.nanos)) as Nanos
    const options = {
      model: step.model,
      fit: step.fit,
      ttlMs: step.ttlMs,
      ...(step.member && { member: step.member }),
      ...(step.session && { session: step.session }),
      ...(step.client && { client: step.client }),
    }
    const run = () => this.ledger.authorize(id, worst, options)
    const first = run()
    this.#worst.set(id, worst)
    if (first.status === 'admitted') this.seen.when('clamped', first.admission.clamped)
    this.#answers.push(() => [strip(first), strip(run())])
  }

  #settle(step: Extract<Step, { do: 'settle' }>): void {
    const hold = choose([...this.ledger.holds.values()], step.pick)
    if (!hold) return
    const { call_id: id, request_id: requestId } = hold
    const cost = share(this.#worst.get(id) ?? dollars(100), step.percent)
    const used = step.end === 'usage_missing' ? null : costing(cost)
    const outcome = outcomeOf(step.end)
    const run = () => this.ledger.settle(id, used, outcome, requestId)
    const first = run()
    this.#answers.push(() => [first, run()])
  }

  #record(step: Extract<Step, { do: 'record' }>): void {
    const id = this.#id('rec')
    const eventAt = plus(this.ledger.now, -step.lateMs)
    const used = step.end === 'usage_missing' ? null : costing(dollars(step.cents))
    const options = {
      model: step.model,
      eventAt,
      outcome: outcomeOf(step.end),
      ...(step.member && { member: step.member }),
      ...(step.client && { client: step.client }),
    }
    const run = () => this.ledger.record(id, used, options)
    const first = run()
    this.#answers.push(() => [first, run()])
  }

  #lot(step: Extract<Step, { do: 'grant' | 'top_up' }>): void {
    const id = this.#id('lot')
    const { ledger } = this
    const amount = `${step.cents / 100}`
    const expiresAt =
      step.lives === null ? {} : { expiresAt: plus(ledger.now, step.startsMs + step.lives) }
    const options = {
      ...expiresAt,
      priority: step.priority,
      requestId: id,
      ...(step.model && { scope: { models: [step.model] } }),
    }
    if (step.do === 'top_up') ledger.topUp(id, amount, options)
    else
      ledger.grant(id, amount, {
        ...options,
        before: step.before,
        effectiveAt: plus(ledger.now, step.startsMs),
      })
  }

  #hold(what: 'release' | 'retry' | 'extend' | 'expire_hold', pick: number): void {
    const { ledger } = this
    const hold = choose([...ledger.holds.values()], pick)
    if (!hold) return
    const { call_id: id } = hold
    if (what === 'extend') ledger.extend(id, DAY)
    else if (what === 'expire_hold') ledger.expireHold(id)
    else {
      ledger.release(id, 'error_before_output', hold.request_id)
      if (what === 'retry') {
        const { attempt } = hold.call
        ledger.authorize(id, this.#worst.get(id) ?? dollars(100), {
          model: hold.call.model,
          attempt: attempt + 1,
        })
        this.seen.when('second attempt', ledger.holds.has(id))
      }
    }
  }

  #endLot(what: 'void_lot' | 'expire_lot', pick: number): void {
    const lot = choose(this.ledger.state!.lots, pick)
    if (!lot) return
    this.seen.when('ended with calls in flight', lot.held > 0n && lot.voidedAt === null)
    if (what === 'void_lot') this.ledger.voidLot(lot.id)
    else this.ledger.expireLot(lot.id)
  }

  #charges(): EntryBody[] {
    return this.ledger.entries
      .map(({ body }) => body)
      .filter((body) => body.totals && (body.kind === 'settle' || body.kind === 'record'))
  }

  #refund(step: Extract<Step, { do: 'refund' }>): void {
    const body = choose(this.#charges(), step.pick)
    if (!body) return
    const net = this.ledger.auditor.calls.charges.get(body.call!.call_id)!.net as Nanos
    const amount = share(net, step.percent)
    const reason = this.#id('reason')
    const result = this.ledger.refund(body.call!.call_id, amount > 0n ? amount : undefined, reason)
    this.seen.when('refunded', result.status === 'posted')
  }

  #reverse(pick: number): void {
    const all = this.ledger.entries
    const lots = pick % 2 === 0 ? all.filter(({ body }) => body.lot) : []
    const { body } = choose(lots.length > 0 ? lots : all, pick)!
    const result = this.ledger.reverse(body.seq)
    this.seen.when('charge reversed', result.status === 'posted' && body.totals !== undefined)
    this.seen.when('lot reversed', result.status === 'posted' && body.lot !== undefined)
  }

  #complete(pick: number): void {
    const waiting = this.#charges().filter((body) => body.pending)
    const body = choose(waiting, pick)
    if (!body) return
    const usage = body.pending === 'usage_missing' ? costing(dollars(120)) : undefined
    const result = this.ledger.complete(body.call!.call_id, usage)
    this.seen.when('completed', result.status === 'posted')
    this.seen.when(
      'still unpriced',
      result.status === 'refused' && result.refused.code === 'still_unpriced',
    )
  }

  #repeat(pick: number): void {
    const ask = choose(this.#answers, pick)
    if (!ask) return
    const { length } = this.ledger.entries
    const [first, again] = ask()
    if (show(first) !== show(again))
      throw new Error(`a repeat got another answer:\n${show(first)}\n${show(again)}`)
    if (this.ledger.entries.length !== length) throw new Error('a repeat wrote an entry')
    this.seen.when('repeated', true)
  }

  #finish(): void {
    for (const hold of [...this.ledger.holds.values()])
      this.ledger.settle(hold.call_id, costing(dollars(50)), 'succeeded', hold.request_id)
    this.ledger.auditor.checkFold(this.ledger)
    for (const lot of this.ledger.state!.lots)
      if (lot.held !== 0n) throw new Error(`${lot.id} is held by nobody`)
    for (const own of this.ledger.state!.windows)
      if (own.held !== 0n) throw new Error(`${own.windowId} is held by nobody`)
  }
}

const dollars = (cents: number): Nanos => (BigInt(cents) * NANOS_PER_CENT) as Nanos

const share = (amount: Nanos, percent: number): Nanos =>
  ((amount * BigInt(percent)) / 100n) as Nanos

const outcomeOf = (end: string): OutcomeCode =>
  end === 'usage_missing' ? 'succeeded' : (end as OutcomeCode)

/** Whether the hold is still open is not part of the answer. */
const strip = (result: Result): Result =>
  result.status === 'admitted' ? { ...result, hold: null } : result

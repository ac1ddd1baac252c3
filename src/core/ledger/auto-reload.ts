import { add, formatNanos, type Nanos, readNanos, ZERO } from '../money/index.ts'
import { dayContaining, type Instant, instant, periodContaining } from '../time/index.ts'
import type { EntryBody } from './entry.ts'
import { readInstant } from './facts.ts'
import type { AutoReloadFacts, PaymentFacts, ReloadOutcome } from './purchase-facts.ts'
import type { AccountState } from './state.ts'

/** What auto-reload has charged in one day or month. */
interface Charged {
  readonly start: Instant
  /** Tax included. */
  readonly total: Nanos
}

/** Auto-reload of an account: its terms, and what its limits are counted by. */
export interface AutoReload {
  /** `null`: off. */
  readonly terms: AutoReloadFacts | null
  /** The entry of the consent that the terms rest on. */
  readonly consentSeq: number
  /**
   * Something was drawn, or refused for want of funds, since the last change. Settings alone never
   * charge: neither turning paid use on nor setting the terms.
   */
  readonly armed: boolean
  /** Ends with each reload, credited or not. A round is charged once at most: its number is the key. */
  readonly round: number
  readonly lastAt: Instant | null
  readonly day: Charged
  readonly month: Charged
  readonly stopped: { readonly reason: ReloadOutcome; readonly at: Instant } | null
  /** Since when its owner lets it rest; the terms and the consent stay. `null`: it is not paused. */
  readonly pausedAt: Instant | null
}

export const MONTH = { months: 1, milliseconds: 0 } as const

/** The calendar month (UTC) that contains `at`. */
export const monthContaining = (at: Instant) => periodContaining(instant(0), MONTH, at)

const NEVER_CHARGED: Charged = { start: instant(0), total: ZERO }

const BEFORE: AutoReload = {
  terms: null,
  consentSeq: 0,
  armed: false,
  round: 1,
  lastAt: null,
  day: NEVER_CHARGED,
  month: NEVER_CHARGED,
  stopped: null,
  pausedAt: null,
}

/** What an entry means for auto-reload. Also called for refusals: one for want of funds arms it. */
export function foldAutoReload(state: AccountState, body: EntryBody): AccountState {
  const own = body.kind === 'set_auto_reload' ? (state.autoReload ?? BEFORE) : state.autoReload
  if (!own) return state
  const next = body.refused
    ? { ...own, armed: own.armed || body.refused.code === 'funds_exhausted' }
    : foldKind(own, state, body)
  return next === own ? state : { ...state, autoReload: next }
}

function foldKind(own: AutoReload, state: AccountState, body: EntryBody): AutoReload {
  switch (body.kind) {
    case 'set_auto_reload':
      return wasSet(own, body)
    case 'end_reload':
      return ended(own, body)
    case 'top_up':
      return body.payment?.reload ? credited(own, body.payment, readInstant(body.at)) : own
    case 'set_controls':
      return body.controls?.paid_use === undefined ? own : { ...own, armed: false }
    default:
      return state.paidUse && drewMoney(body) ? { ...own, armed: true } : own
  }
}

/** Going on after a pause charges nothing by itself: the next call that draws does. */
function wasSet(own: AutoReload, body: EntryBody): AutoReload {
  if (body.reload_paused !== undefined)
    return { ...own, armed: false, pausedAt: body.reload_paused ? readInstant(body.at) : null }
  return {
    ...own,
    terms: body.auto_reload ?? null,
    consentSeq: body.seq,
    armed: false,
    stopped: null,
    pausedAt: null,
  }
}

const drewMoney = ({ totals }: EntryBody): boolean =>
  totals !== undefined && readNanos(totals.money) > ZERO

function ended(own: AutoReload, body: EntryBody): AutoReload {
  const facts = body.reload_end!
  return {
    ...own,
    round: facts.round + 1,
    armed: false,
    stopped: facts.stops ? { reason: facts.outcome, at: readInstant(body.at) } : own.stopped,
  }
}

function credited(own: AutoReload, payment: PaymentFacts, at: Instant): AutoReload {
  const total = add(readNanos(payment.price), readNanos(payment.tax))
  const { round } = payment.reload!
  return {
    ...own,
    // one that a person had to authenticate is credited after its round has ended
    round: Math.max(own.round, round + 1),
    armed: false,
    lastAt: at,
    day: charge(own.day, dayContaining(at).start, total),
    month: charge(own.month, monthContaining(at).start, total),
  }
}

const charge = (own: Charged, start: Instant, total: Nanos): Charged => ({
  start,
  total: own.start === start ? add(own.total, total) : total,
})

export interface AutoReloadJson {
  terms: AutoReloadFacts | null
  consent_seq: number
  armed: boolean
  round: number
  last_at: number | null
  day: [start: number, total: string]
  month: [start: number, total: string]
  stopped: [reason: ReloadOutcome, at: number] | null
  paused_at?: number
}

export const encodeAutoReload = (own: AutoReload): AutoReloadJson => ({
  terms: own.terms,
  consent_seq: own.consentSeq,
  armed: own.armed,
  round: own.round,
  last_at: own.lastAt,
  day: [own.day.start, formatNanos(own.day.total)],
  month: [own.month.start, formatNanos(own.month.total)],
  stopped: own.stopped && [own.stopped.reason, own.stopped.at],
  ...(own.pausedAt !== null && { paused_at: own.pausedAt }),
})

export const decodeAutoReload = (json: AutoReloadJson): AutoReload => ({
  terms: json.terms,
  consentSeq: json.consent_seq,
  armed: json.armed,
  round: json.round,
  lastAt: json.last_at as Instant | null,
  day: { start: json.day[0] as Instant, total: readNanos(json.day[1]) },
  month: { start: json.month[0] as Instant, total: readNanos(json.month[1]) },
  stopped: json.stopped && { reason: json.stopped[0], at: json.stopped[1] as Instant },
  pausedAt: (json.paused_at ?? null) as Instant | null,
})

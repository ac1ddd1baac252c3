import type { CapFacts, LotFacts } from '../ledger/entry-facts.ts'
import type { Nanos } from '../money/index.ts'
import type { Instant } from '../time/index.ts'

/** A lot by the audit's own sums. */
export interface OwnLot {
  facts: LotFacts
  remaining: Nanos
  voidedAt: Instant | null
  frozen: boolean
  /** Its payment was taken back by the bank: nothing revives it. */
  chargedBack: boolean
}

/** A run of a window. */
export interface OwnRun {
  id: string
  start: Instant
  end: Instant
  capacity: Nanos
  used: Nanos
  /** A change of plan or a reset has moved its end or its capacity. */
  resized: boolean
  /** When something was last drawn from it, given back or resized. */
  touchedAt: Instant
}

/** A call that was charged, as later entries have left it. */
export interface OwnCharge {
  seq: number
  /** When it was decided. */
  at: Instant
  /** Drawn from every source, after what was given back. */
  net: Nanos
  /** Of it, what came from sources after the windows. */
  money: Nanos
  /** The runs from which it drew, or would have; empty for calls that no plan covers. */
  runs: string[]
}

/** The last call that asked the same. */
export interface OwnAsk {
  callId: string
  at: Instant
  /** Its answer did not reach the caller. */
  lost: boolean
}

export interface OwnReload {
  /** The entry of the consent in force; `null`: off. */
  consentSeq: number | null
  amount: Nanos | null
  perDay: Nanos
  perMonth: Nanos
  rounds: number[]
  /** Charged, by the start of the day or month. */
  days: Map<number, Nanos>
  months: Map<number, Nanos>
}

/** An hour of use, for what is usual. */
export interface OwnHour {
  start: number
  cost: Nanos
  calls: number
  misses: number
  /** Equal requests, by their fingerprint. */
  equal: Map<string, number>
}

/**
 * An account as the audit has added it up by itself, entry by entry. No code is shared with the fold that
 * decisions use, so that a fault there does not hide here. It grows with the account's sources and with
 * the calls of `rememberMs`, not with its whole history.
 */
export interface AuditState {
  accountId: string
  currency: string
  anchor: Instant
  seq: number
  lastAt: Instant
  plan: string
  paidUse: boolean
  overageLimit: Nanos | null
  overageUsed: Nanos
  lots: Map<string, OwnLot>
  /** By window and start: `session@2026-11-02T09:00:00.000Z`. */
  runs: Map<string, OwnRun>
  caps: Map<string, CapFacts>
  /** Spent, by cap and bucket. */
  counters: Map<string, Nanos>
  charges: Map<string, OwnCharge>
  /** The provider's ids of charged calls. */
  upstreams: Map<string, { callId: string; at: Instant }>
  asks: Map<string, OwnAsk>
  payments: Map<string, number>
  reload: OwnReload
  hour: OwnHour | null
  /** The mean of the hours before, in nanos, and how many they were. */
  usual: { cost: Nanos; hours: number }
}

export const newReload = (): OwnReload => ({
  consentSeq: null,
  amount: null,
  perDay: 0n as Nanos,
  perMonth: 0n as Nanos,
  rounds: [],
  days: new Map(),
  months: new Map(),
})

export const newState = (accountId: string): AuditState => ({
  accountId,
  currency: '',
  anchor: 0 as Instant,
  seq: 0,
  lastAt: 0 as Instant,
  plan: '',
  paidUse: false,
  overageLimit: null,
  overageUsed: 0n as Nanos,
  lots: new Map(),
  runs: new Map(),
  caps: new Map(),
  counters: new Map(),
  charges: new Map(),
  upstreams: new Map(),
  asks: new Map(),
  payments: new Map(),
  reload: newReload(),
  hour: null,
  usual: { cost: 0n as Nanos, hours: 0 },
})

export const runKey = (id: string, start: string): string => `${id}@${start}`
export const counterKey = (capId: string, bucket: string): string => `${capId}\n${bucket}`

/** The state as JSON, for a job that goes on from where it stopped. */
export const encodeAudit = (state: AuditState): string => JSON.stringify(state, toPlain)

/** Reads what `encodeAudit` has written. */
export const decodeAudit = (text: string): AuditState => JSON.parse(text, fromPlain) as AuditState

function toPlain(_: string, value: unknown): unknown {
  if (typeof value === 'bigint') return { $nanos: value.toString() }
  return value instanceof Map ? { $map: [...value] } : value
}

function fromPlain(_: string, value: unknown): unknown {
  if (typeof value !== 'object' || value === null) return value
  if ('$nanos' in value) return BigInt(value.$nanos as string)
  return '$map' in value ? new Map(value.$map as [string, unknown][]) : value
}

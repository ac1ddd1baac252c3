import type pg from 'pg'
import { type CarriedSums, PlanRun, type PlanSimulation } from '../../core/decisions/index.ts'
import type { Plan } from '../../core/funding/types.ts'
import {
  type AccountState,
  type Known,
  learn,
  letGo,
  readInstant,
} from '../../core/ledger/index.ts'
import { add, ZERO } from '../../core/money/index.ts'
import type { PriceBook } from '../../core/pricing/index.ts'
import type { Instant } from '../../core/time/index.ts'
import { entryBodies, seqAt } from '../../store/reads/history.ts'

const PAGE_ENTRIES = 1_000
/** Entries of the interval that are looked at, at most. */
const ENTRIES_MAX = 50_000

export interface SimulationAsked {
  readonly accountId: string
  readonly from: Instant
  readonly until: Instant
  /** When to end with what is there, as milliseconds since 1970. */
  readonly endsAtMs: number
}

export interface PlanToTry {
  readonly plan: Plan
  readonly isOwnPlan: boolean
}

export interface SimulationFound extends PlanSimulation {
  readonly start: AccountState
  readonly isOwnPlan: boolean
  readonly totals: Totals
  /** Up to where it was looked at. */
  readonly until: Instant
  readonly partial: boolean
}

interface Totals {
  readonly really: CarriedSums
  readonly simulated: CarriedSums
  readonly refused: number
}

/** The account as its journal tells it at a moment, nothing held; before its opening, as it was opened. */
export async function accountAt(
  pool: pg.Pool,
  accountId: string,
  at: Instant,
): Promise<AccountState | null> {
  const throughSeq = Math.max(1, (await seqAt(pool, accountId, at)) ?? 0)
  let known: Known | null = null
  for (;;) {
    const afterSeq: number = known?.state.seq ?? 0
    const bodies = await entryBodies(pool, accountId, { afterSeq, throughSeq, limit: PAGE_ENTRIES })
    for (const body of bodies) known = learn(known, body)
    if (known) known = letGo(known)
    if (bodies.length < PAGE_ENTRIES) return known?.state ?? null
  }
}

/** What a plan would have made of what an account did. Reads only. */
export async function simulatePlan(
  pool: pg.Pool,
  asked: SimulationAsked,
  own: PlanToTry & { readonly start: AccountState; readonly books: readonly PriceBook[] },
  nowMs: () => number,
): Promise<SimulationFound> {
  const { start, isOwnPlan } = own
  const run = new PlanRun(own)
  const throughSeq = (await seqAt(pool, asked.accountId, (asked.until - 1) as Instant)) ?? 0
  let afterSeq = start.seq
  let until = asked.until
  while (afterSeq < throughSeq) {
    if (afterSeq - start.seq >= ENTRIES_MAX || nowMs() >= asked.endsAtMs) break
    const range = { afterSeq, throughSeq, limit: PAGE_ENTRIES }
    const bodies = await entryBodies(pool, asked.accountId, range)
    for (const body of bodies) run.take(body)
    const last = bodies.at(-1)
    if (!last) break
    afterSeq = last.seq
    if (afterSeq < throughSeq) until = readInstant(last.at)
    else until = asked.until
  }
  const found = run.finish()
  const totals = {
    really: sumsOf(found.days.map((day) => day.really)),
    simulated: sumsOf(found.days.map((day) => day.simulated)),
    refused: found.days.reduce((sum, { refused }) => sum + refused, 0),
  }
  return { ...found, ...{ start, isOwnPlan, totals, until }, partial: afterSeq < throughSeq }
}

function sumsOf(days: readonly CarriedSums[]): CarriedSums {
  const sum = (name: 'total' | 'included' | 'promotional' | 'paid' | 'overage' | 'absorbed') =>
    days.reduce((all, day) => add(all, day[name]), ZERO)
  return {
    calls: days.reduce((all, { calls }) => all + calls, 0),
    notAdmitted: days.reduce((all, { notAdmitted }) => all + notAdmitted, 0),
    ...{ total: sum('total'), included: sum('included'), promotional: sum('promotional') },
    ...{ paid: sum('paid'), overage: sum('overage'), absorbed: sum('absorbed') },
  }
}

import { add, type Nanos, subtract, ZERO } from '../money/index.ts'

/** A call as it was priced, and as another book prices it. */
export interface CallImpact {
  readonly accountId: string
  readonly callId: string
  readonly model: string
  readonly plan: string
  /** What its receipt says; `null`: it waits for a price. */
  readonly before: Nanos | null
  /** What the other book says; or what it has no price for. */
  readonly after: Nanos | { readonly missing: readonly string[] }
}

export interface ImpactSum {
  readonly calls: number
  readonly before: Nanos
  readonly after: Nanos
  readonly difference: Nanos
}

export interface NamedSum extends ImpactSum {
  readonly id: string
}

export interface MovedCall extends Pick<CallImpact, 'accountId' | 'callId' | 'model' | 'plan'> {
  readonly before: Nanos
  readonly after: Nanos
  readonly difference: Nanos
}

/** Of calls that have a price in both books, except where it says otherwise. */
export interface Impact {
  readonly totals: ImpactSum & {
    readonly dearer: number
    readonly cheaper: number
    readonly same: number
  }
  readonly byModel: readonly NamedSum[]
  readonly byPlan: readonly NamedSum[]
  /** The accounts and the calls whose price changes most, in either direction. */
  readonly accounts: readonly NamedSum[]
  readonly calls: readonly MovedCall[]
  /** Calls that have a price and would have none. */
  readonly becomeUnpriced: {
    readonly calls: number
    readonly before: Nanos
    readonly missing: readonly { readonly what: string; readonly calls: number }[]
    readonly sample: readonly Pick<CallImpact, 'accountId' | 'callId' | 'model' | 'plan'>[]
  }
  /** Calls that wait for a price and would get one. */
  readonly becomePriced: number
  /** Calls that wait for a price and would go on waiting. */
  readonly stillUnpriced: number
}

const MOVERS = 20

/** What another price book would have made of calls that were made. Nothing of it is charged. */
export function impactOf(calls: readonly CallImpact[]): Impact {
  const moved = calls.flatMap(movedCall)
  const lost = calls.filter(({ before, after }) => before !== null && typeof after !== 'bigint')
  const waiting = calls.filter(({ before }) => before === null)
  const become = waiting.filter(({ after }) => typeof after === 'bigint')
  return {
    totals: {
      ...sumOf(moved),
      dearer: moved.filter(({ difference }) => difference > ZERO).length,
      cheaper: moved.filter(({ difference }) => difference < ZERO).length,
      same: moved.filter(({ difference }) => difference === ZERO).length,
    },
    byModel: sumsBy(moved, ({ model }) => model),
    byPlan: sumsBy(moved, ({ plan }) => plan),
    accounts: movers(sumsBy(moved, ({ accountId }) => accountId)),
    calls: movers(moved),
    becomeUnpriced: {
      calls: lost.length,
      before: lost.reduce((total, { before }) => add(total, before ?? ZERO), ZERO),
      missing: missingIn(lost),
      sample: lost
        .slice(0, MOVERS)
        .map(({ accountId, callId, model, plan }) => ({ accountId, callId, model, plan })),
    },
    becomePriced: become.length,
    stillUnpriced: waiting.length - become.length,
  }
}

function movedCall({ before, after, ...call }: CallImpact): MovedCall[] {
  if (before === null || typeof after !== 'bigint') return []
  return [{ ...call, before, after, difference: subtract(after, before) }]
}

function sumOf(calls: readonly MovedCall[]): ImpactSum {
  let before = ZERO
  let after = ZERO
  for (const call of calls) {
    before = add(before, call.before)
    after = add(after, call.after)
  }
  return { calls: calls.length, before, after, difference: subtract(after, before) }
}

/** By id, so that two runs over the same calls read alike. */
function sumsBy(calls: readonly MovedCall[], idOf: (call: MovedCall) => string): NamedSum[] {
  const groups = new Map<string, MovedCall[]>()
  for (const call of calls) {
    const group = groups.get(idOf(call))
    if (group) group.push(call)
    else groups.set(idOf(call), [call])
  }
  return [...groups]
    .map(([id, own]) => ({ id, ...sumOf(own) }))
    .sort((a, b) => (a.id < b.id ? -1 : 1))
}

const size = ({ difference }: { readonly difference: Nanos }): bigint =>
  difference < ZERO ? -difference : difference

function movers<T extends { readonly difference: Nanos }>(all: readonly T[]): T[] {
  return all
    .filter((own) => size(own) > ZERO)
    .sort((a, b) => (size(a) === size(b) ? 0 : size(a) > size(b) ? -1 : 1))
    .slice(0, MOVERS)
}

function missingIn(calls: readonly CallImpact[]): { what: string; calls: number }[] {
  const counts = new Map<string, number>()
  for (const { after } of calls)
    if (typeof after !== 'bigint')
      for (const what of after.missing) counts.set(what, (counts.get(what) ?? 0) + 1)
  return [...counts]
    .map(([what, own]) => ({ what, calls: own }))
    .sort((a, b) => b.calls - a.calls || (a.what < b.what ? -1 : 1))
    .slice(0, MOVERS)
}

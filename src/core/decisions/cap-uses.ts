import {
  type CallFacts,
  type CapUse,
  capAmountAt,
  capApplies,
  capBucket,
  eachOf,
} from '../funding/index.ts'
import type { AccountState, CapUseFacts } from '../ledger/index.ts'
import { type Nanos, readNanos, ZERO } from '../money/index.ts'
import type { Instant } from '../time/index.ts'
import { timeOf } from './body.ts'
import type { CapChange, Context } from './decision.ts'

const capsOf = (state: AccountState, context: Context) => [
  ...state.caps.filter((own) => !own.removed).map((own) => ({ ...own, beside: false })),
  ...context.scopedCaps.map((own) => ({ ...own, beside: true })),
]

/**
 * The caps that limit a call, each with its counter in the call's own period. The limit is that of the
 * decision's time, whenever the call was.
 */
export function capUses(
  state: AccountState,
  context: Context,
  call: CallFacts,
  at: Instant,
): CapUse[] {
  const now = timeOf(state, context)
  return capsOf(state, context)
    .filter(({ cap }) => capApplies(cap, call))
    .map(({ cap, counters, beside }) => {
      const bucket = capBucket(cap, call, state.anchor, at)
      const amount = capAmountAt(cap, eachOf(cap, call), now)
      // each call begins anew, whatever other calls hold
      if (cap.period === 'call') return { cap, beside, bucket, amount, spent: ZERO, held: ZERO }
      const counter = counters.find((own) => own.bucket === bucket)
      const { spent, held } = counter ?? { spent: ZERO, held: ZERO }
      return { cap, beside, bucket, amount, spent, held }
    })
}

/** The same caps in the same buckets as a hold named, as they stand now. Caps removed since are left out. */
export function capUsesOf(
  state: AccountState,
  context: Context,
  hold: { readonly call: CallFacts; readonly named: readonly CapUseFacts[] },
): CapUse[] {
  const now = timeOf(state, context)
  const all = capsOf(state, context)
  const uses: CapUse[] = []
  for (const use of hold.named) {
    const own = all.find(({ cap, beside }) => cap.id === use.id && beside === (use.beside ?? false))
    if (!own) continue
    const counter = own.counters.find((candidate) => candidate.bucket === use.bucket)
    const fresh = own.cap.period === 'call' || !counter
    uses.push({
      cap: own.cap,
      beside: own.beside,
      bucket: use.bucket,
      amount: capAmountAt(own.cap, eachOf(own.cap, hold.call), now),
      spent: fresh ? ZERO : counter.spent,
      held: fresh ? ZERO : counter.held,
    })
  }
  return uses
}

/** What an entry's caps change in the rows beside the state. */
export function spentCapChanges(caps: readonly CapUseFacts[]): CapChange[] {
  return caps
    .filter((use) => use.drawn !== '0' && use.period !== 'call' && use.beside)
    .map((use) => ({
      capId: use.id,
      bucket: use.bucket,
      spent: readNanos(use.drawn) as Nanos,
      held: ZERO,
    }))
}

/** Adds up changes of the same counter. */
export function mergeCapChanges(changes: readonly CapChange[]): CapChange[] {
  const merged = new Map<string, CapChange>()
  for (const change of changes) {
    const key = `${change.capId}\n${change.bucket}`
    const old = merged.get(key)
    merged.set(
      key,
      old
        ? {
            ...change,
            spent: (old.spent + change.spent) as Nanos,
            held: (old.held + change.held) as Nanos,
          }
        : change,
    )
  }
  return [...merged.values()]
}

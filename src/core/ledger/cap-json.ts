import type { Cap } from '../funding/types.ts'
import { formatNanos, type Nanos, readNanos } from '../money/index.ts'
import type { Instant } from '../time/index.ts'
import type { AccountCap } from './state.ts'

export interface CapJson {
  id: string
  scope: Cap['scope']
  scope_id: string | null
  period: Cap['period']
  amount: string
  counts: Cap['counts']
  raises?: [whom: string | null, to: string, until: number | null][]
  removed?: true
  counters: [bucket: string, spent: string, held: string][]
}

export const encodeCap = ({ cap, counters, removed }: AccountCap): CapJson => ({
  id: cap.id,
  scope: cap.scope,
  scope_id: cap.scopeId,
  period: cap.period,
  amount: formatNanos(cap.amount),
  counts: cap.counts,
  ...(cap.raises?.length && {
    raises: cap.raises.map((own) => [own.for, formatNanos(own.to), own.until]),
  }),
  ...(removed && { removed }),
  counters: counters.map((own) => [own.bucket, formatNanos(own.spent), formatNanos(own.held)]),
})

export const decodeCap = (own: CapJson): AccountCap => ({
  cap: {
    id: own.id,
    scope: own.scope,
    scopeId: own.scope_id,
    period: own.period,
    amount: readNanos(own.amount),
    counts: own.counts,
    ...(own.raises && {
      raises: own.raises.map(([whom, to, until]) => ({
        for: whom,
        to: readNanos(to),
        until: until as Instant | null,
      })),
    }),
  },
  removed: own.removed ?? false,
  counters: own.counters.map(([bucket, spent, held]) => ({
    bucket,
    spent: readNanos(spent),
    held: readNanos(held) as Nanos,
  })),
})

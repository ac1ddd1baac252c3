import type { EntryBody, PostingTuple } from '../../core/ledger/entry.ts'
import { type Nanos, nanos, readNanos, sum, ZERO } from '../../core/money/index.ts'

/** The four places that value of a customer's call can come from. */
export type MovedClass = 'included' | 'promotional' | 'paid' | 'overage'

export interface Movement {
  readonly class: MovedClass
  /** A lot id, `included` or `overage`, as in the funding trace. */
  readonly source: string
  /** Positive: drawn by the call. Negative: given back. */
  readonly drawn: Nanos
}

const CLASS_OF: Readonly<Partial<Record<PostingTuple[0], MovedClass>>> = {
  'included:allowance': 'included',
  'customer:promotional': 'promotional',
  'customer:prepaid': 'paid',
  'customer:overage_receivable': 'overage',
}

/** What an entry drew from (or gave back to) the customer's sources, read from its postings. */
export function movements(body: EntryBody): Movement[] {
  const bySource = new Map<string, Movement>()
  for (const [ledgerAccount, , amount, lotId] of body.postings) {
    const movedClass = CLASS_OF[ledgerAccount]
    if (!movedClass) continue
    const isLot = movedClass === 'promotional' || movedClass === 'paid'
    const source = isLot ? (lotId ?? movedClass) : movedClass
    const before = bySource.get(source)?.drawn ?? ZERO
    bySource.set(source, {
      class: movedClass,
      source,
      drawn: nanos(before - readNanos(amount)),
    })
  }
  return [...bySource.values()].filter((movement) => movement.drawn !== ZERO)
}

export const drawnOf = (moved: readonly Movement[], movedClass: MovedClass): Nanos =>
  sum(moved.filter((movement) => movement.class === movedClass).map(({ drawn }) => drawn))

export const moneyOf = (moved: readonly Movement[]): Nanos =>
  sum(moved.filter((movement) => movement.class !== 'included').map(({ drawn }) => drawn))

export interface DrawnByPostings {
  readonly money: Nanos
  readonly included: Nanos
  readonly bySource: ReadonlyMap<string, Nanos>
}

export function drawnByPostings(body: EntryBody): DrawnByPostings {
  const moved = movements(body)
  return {
    money: moneyOf(moved),
    included: drawnOf(moved, 'included'),
    bySource: new Map(moved.map(({ source, drawn }) => [source, drawn])),
  }
}

/** What the platform carried, read from the postings: positive when it took a loss. */
export const absorbedByPostings = (body: EntryBody): Nanos =>
  sum(
    body.postings
      .filter(([ledgerAccount]) => ledgerAccount === 'house:platform_loss')
      .map(([, , amount]) => nanos(-readNanos(amount))),
  )

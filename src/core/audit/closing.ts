import type { EntryBody } from '../ledger/entry.ts'
import { type Nanos, subtract, sum, ZERO } from '../money/index.ts'
import { amountOf } from './amounts.ts'

/** A sum that does not close: what was stated, and what it is. */
export interface Gap {
  readonly what: 'lines' | 'totals' | 'draws' | 'postings' | 'hold'
  readonly stated: Nanos
  readonly computed: Nanos
}

/** The first sum of an entry that does not close; `null`: all of them do. */
export function gapOf(body: EntryBody): Gap | null {
  return lineGap(body) ?? totalGap(body) ?? postingGap(body) ?? holdGap(body)
}

const gap = (what: Gap['what'], stated: Nanos, computed: Nanos): Gap | null =>
  stated === computed ? null : { what, stated, computed }

function lineGap({ rating }: EntryBody): Gap | null {
  if (rating?.status !== 'priced') return null
  return gap(
    'lines',
    amountOf(rating.total),
    sum(rating.lines.map(({ amount }) => amountOf(amount))),
  )
}

function totalGap({ totals, funding = [] }: EntryBody): Gap | null {
  if (!totals) return null
  const carried = sum([amountOf(totals.money), amountOf(totals.included)])
  return (
    gap('totals', amountOf(totals.total), sum([carried, amountOf(totals.absorbed)])) ??
    gap('draws', carried, sum(funding.map(({ drawn }) => amountOf(drawn))))
  )
}

function postingGap({ postings }: EntryBody): Gap | null {
  const sums = new Map<string, bigint>()
  for (const [, asset, amount] of postings)
    sums.set(asset, (sums.get(asset) ?? 0n) + amountOf(amount))
  for (const left of sums.values()) if (left !== 0n) return gap('postings', ZERO, left as Nanos)
  return null
}

function holdGap({ hold }: EntryBody): Gap | null {
  if (!hold) return null
  const reserved = sum([amountOf(hold.money), amountOf(hold.included)])
  return gap('hold', subtract(reserved, amountOf(hold.released)), amountOf(hold.settled))
}

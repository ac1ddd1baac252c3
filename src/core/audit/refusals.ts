import type { EntryBody } from '../ledger/entry.ts'
import { add, formatNanos, type Nanos, subtractToZero, ZERO } from '../money/index.ts'
import { amountOf, instantOf } from './amounts.ts'
import { barOf, type Drawing, isCovered, roomOf, type SourceFault } from './sources.ts'
import type { OwnLot } from './state.ts'

const FOR_WANT: readonly string[] = ['window_exhausted', 'funds_exhausted', 'paid_use_off']

/** Sources that said they could give no more, and what they could: not those that were not asked. */
const ASKED: readonly (string | null)[] = [null, 'exhausted', 'held', 'cap_reached']

/** A call that was refused for want of funds, although what there was reached; `null`: it did not. */
export function refusalFault(own: Drawing): SourceFault | null {
  const { body } = own
  const { refused } = body
  if (!refused || body.kind !== 'authorize' || !FOR_WANT.includes(refused.code)) return null
  const needed = amountOf(refused.needed)
  if (needed <= ZERO) return null
  const stated = statedFree(body)
  const known = knownFree(own)
  const free = stated >= needed ? stated : known
  if (free < needed) return null
  return {
    rule: 'refused_with_funds',
    amount: ZERO,
    about: '',
    evidence: {
      code: refused.code,
      needed: formatNanos(needed),
      free: formatNanos(free),
      limit: refused.limit?.id ?? null,
    },
  }
}

const statedFree = (body: EntryBody): Nanos =>
  (body.funding ?? []).reduce(
    (sum, { reason, free }) => (ASKED.includes(reason) ? add(sum, amountOf(free)) : sum),
    ZERO,
  )

/**
 * What the audit's sums say was free for certain. Only where nobody else held anything: a hold leaves no
 * entry before it ends, so that a trace that says `held` is taken at its word. Caps are too.
 */
function knownFree(own: Drawing): Nanos {
  const { state, body } = own
  const trace = body.funding ?? []
  if (trace.some(({ reason }) => reason === 'held' || reason === 'cap_reached')) return ZERO
  if ((body.windows ?? []).some(({ held }) => held !== '0')) return ZERO
  let free = isCovered(own) ? (roomOf(own) ?? ZERO) : ZERO
  for (const lot of state.lots.values()) if (isFree(lot, own)) free = add(free, lot.remaining)
  const overage = subtractToZero(state.overageLimit ?? ZERO, state.overageUsed)
  return state.paidUse ? add(free, overage) : free
}

const isFree = (lot: OwnLot, { state, body, call }: Drawing): boolean =>
  (lot.facts.category === 'promotional' || state.paidUse) &&
  !lot.frozen &&
  lot.voidedAt === null &&
  barOf(lot, call, instantOf(body.event_at)) === null

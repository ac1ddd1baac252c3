import type { EntryBody } from '../ledger/entry.ts'
import { add, formatNanos, type Nanos, subtractToZero, ZERO } from '../money/index.ts'
import { amountOf, instantOf } from './amounts.ts'
import { type Drawing, isCovered, isInScope, roomOf, type SourceFault } from './sources.ts'

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
  const { state, body, call } = own
  const trace = body.funding ?? []
  if (trace.some(({ reason }) => reason === 'held' || reason === 'cap_reached')) return ZERO
  if ((body.windows ?? []).some(({ held }) => held !== '0')) return ZERO
  const at = instantOf(body.event_at)
  let free = isCovered(own) ? (roomOf(own) ?? ZERO) : ZERO
  for (const { facts, remaining, voidedAt, frozen } of state.lots.values()) {
    const isOpen =
      instantOf(facts.effective_at) <= at &&
      (facts.expires_at === null || at < instantOf(facts.expires_at))
    if (facts.category === 'paid' && !state.paidUse) continue
    if (!isOpen || voidedAt !== null || frozen) continue
    if (isInScope(facts.scope, call)) free = add(free, subtractToZero(remaining, ZERO))
  }
  const overage = subtractToZero(state.overageLimit ?? ZERO, state.overageUsed)
  return state.paidUse ? add(free, overage) : free
}

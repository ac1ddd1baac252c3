import { type Cap, type CapRaise, isOfEach, raisesInForce } from '../funding/index.ts'
import type { AccountState } from '../ledger/index.ts'
import { max, ZERO } from '../money/index.ts'
import type { Instant } from '../time/index.ts'
import type { Context } from './decision.ts'

/** A cap for each member of a large team may have one raise for each of them. */
export const CAP_RAISES_MAX = 1_000

export function isValidCap(cap: Cap): boolean {
  const raises = cap.raises ?? []
  return (
    cap.amount >= ZERO &&
    (cap.scope === 'account') === (cap.scopeId === null) &&
    raises.length <= CAP_RAISES_MAX &&
    raises.every((raise) => raise.to >= ZERO && fits(cap, raise))
  )
}

/** A raise of a cap on each says for whom; of any other cap there is only one to raise. */
const fits = (cap: Cap, raise: CapRaise): boolean => isOfEach(cap) === (raise.for !== null)

/** The cap that limits calls now; one that was removed limits none. */
export const capById = (state: AccountState, context: Context, id: string): Cap | null =>
  context.scopedCaps.find(({ cap }) => cap.id === id)?.cap ??
  state.caps.find((own) => own.cap.id === id && !own.removed)?.cap ??
  null

const withRaises = ({ raises: _raises, ...cap }: Cap, raises: readonly CapRaise[]): Cap =>
  raises.length === 0 ? cap : { ...cap, raises }

/** A cap that is set anew without a word about raises keeps those in force. */
export function keepingRaises(cap: Cap, before: Cap | null, at: Instant): Cap {
  if (cap.raises !== undefined) return withRaises(cap, cap.raises)
  const kept = before ? raisesInForce(before, at).filter((raise) => fits(cap, raise)) : []
  return withRaises(cap, kept)
}

/** The cap with one more raise; raises that are over, or that this one outdoes, are dropped. */
export function raised(cap: Cap, raise: CapRaise, at: Instant): Cap {
  const others = raisesInForce(cap, at).filter((own) => !outdoes(raise, own))
  if (raise.until === null && raise.for === null)
    return withRaises({ ...cap, amount: max(cap.amount, raise.to) }, others)
  return withRaises(cap, [...others, raise])
}

const outdoes = (raise: CapRaise, own: CapRaise): boolean =>
  raise.for === own.for &&
  raise.to >= own.to &&
  (raise.until === null || (own.until !== null && raise.until >= own.until))

import type { Catalogue } from '../core/decisions/commands.ts'
import { bookAt, rateServed } from '../core/decisions/rating.ts'
import { formatNanos } from '../core/money/index.ts'
import { formatInstant, type Instant, parseInstant } from '../core/time/index.ts'
import type { RunningCall } from '../store/reads/running-calls.ts'

/** What a call in flight would come to if it ended now, at list price. */
export interface SoFar {
  readonly at: string
  readonly tokens: Readonly<Record<string, number>>
  /** `null`: no price is known. */
  readonly amount: string | null
}

interface Around {
  readonly known: Catalogue
  readonly currency: string
}

/**
 * Priced as its settlement will price it: by the book of the moment it was admitted. Before anything was
 * delivered it would cost nothing; `null`: the gateway has not seen the call.
 */
export function soFarOf(
  { hold, progress }: RunningCall,
  { known, currency }: Around,
): SoFar | null {
  if (progress === null) return null
  const at = formatInstant(progress.at)
  const { served } = progress
  if (!served?.usage) return { at, tokens: {}, amount: '0' }
  const { tokens } = served.usage
  const admitted = parseInstant(hold.at) as Instant
  const { tier, speed, region, features, model } = hold.call
  const rating = rateServed(bookAt(known, currency, admitted), {
    call: { model, tier, speed, region, features },
    plan: hold.plan.split('@')[0] ?? hold.plan,
    served,
    at: admitted,
  })
  return {
    at,
    tokens,
    amount: rating.status === 'priced' ? formatNanos(rating.rated.total) : null,
  }
}

import {
  type CapUse,
  type CoverageAnswer,
  capInterval,
  type FundingPlan,
  leastRoom,
  type WindowInstance,
} from '../funding/index.ts'
import type { AccountState, RefusalFacts } from '../ledger/index.ts'
import { formatNanos, type Nanos } from '../money/index.ts'
import { formatInstant, type Instant } from '../time/index.ts'

export interface BlockCase {
  readonly coverage: CoverageAnswer
  readonly funding: FundingPlan
  readonly windows: readonly WindowInstance[]
  readonly caps: readonly CapUse[]
  readonly state: AccountState
  readonly at: Instant
  /** The call's worst case. */
  readonly needed: Nanos
  /** A cap that the worst case does not fit under, although the windows would let the call finish. */
  readonly capId?: string
  /** When this very call would be admitted, if only time passes; `null`: waiting does not help. */
  readonly retryAt: Instant | null
}

/**
 * Names what stopped a call, where it stands, until when, and who can change it. One precedence, for
 * code, pages and tests: plan, cap, window, paid use, funds.
 */
export function blockOf(own: BlockCase): RefusalFacts {
  const needed = formatNanos(own.needed)
  if (own.coverage.effect === 'blocked')
    return {
      code: 'blocked_by_plan',
      limit: { type: 'plan', id: own.state.plan },
      needed,
      changeable_by: 'owner',
      ...(own.coverage.reason !== null && { message: own.coverage.reason }),
      ...(own.coverage.reasons && { messages: own.coverage.reasons }),
    }
  const capped = own.funding.trace.find((step) => step.reason === 'cap_reached')
  const capId = capped?.capId ?? own.capId
  if (capId !== undefined) return capBlock(own, capId, needed)
  if (own.coverage.effect === 'covered' && own.windows.length > 0) return windowBlock(own, needed)
  if (own.funding.trace.some((step) => step.reason === 'switched_off' && step.free > 0n))
    return {
      code: 'paid_use_off',
      limit: { type: 'account', id: 'paid_use' },
      needed,
      changeable_by: 'owner',
    }
  return fundsBlock(own, needed)
}

function capBlock(own: BlockCase, capId: string, needed: string): RefusalFacts {
  const use = own.caps.find(({ cap }) => cap.id === capId)!
  const interval = capInterval(use.cap, own.state.anchor, own.at)
  return {
    code: 'cap_reached',
    limit: {
      type: 'cap',
      id: use.cap.id,
      amount: formatNanos(use.amount),
      used: formatNanos(use.spent),
      held: formatNanos(use.held),
      resets_at: interval && formatInstant(interval.end),
    },
    needed,
    changeable_by: 'owner',
    ...retry(own),
  }
}

const retry = ({ retryAt }: BlockCase) => retryAt !== null && { retry_at: formatInstant(retryAt) }

/** Of several windows that stop the call it names the one that does so longest. */
function windowBlock(own: BlockCase, needed: string): RefusalFacts {
  const last = leastRoom(own.windows.filter(({ end }) => end === own.retryAt)).binding
  const binding = last ?? leastRoom(own.windows).binding!
  return {
    code: 'window_exhausted',
    limit: {
      type: 'window',
      id: binding.windowId,
      amount: formatNanos(binding.capacity),
      used: formatNanos(binding.used),
      held: formatNanos(binding.held),
      resets_at: formatInstant(binding.end),
    },
    needed,
    changeable_by: 'owner',
    ...retry(own),
  }
}

function fundsBlock(own: BlockCase, needed: string): RefusalFacts {
  const free = own.needed - own.funding.short
  const held = own.state.lots.reduce((total, lot) => total + lot.held, 0n)
  return {
    code: 'funds_exhausted',
    limit: {
      type: 'funds',
      id: 'funds',
      amount: formatNanos((free > 0n ? free : 0n) as Nanos),
      held: formatNanos(held as Nanos),
    },
    needed,
    changeable_by: 'owner',
  }
}

import type { FundingFacts, WindowFacts } from '../ledger/entry.ts'
import { formatNanos, min, type Nanos, ZERO } from '../money/index.ts'
import type { Instant } from '../time/index.ts'
import { amountOf, instantOf } from './amounts.ts'
import type { AuditSettings } from './external.ts'
import { type AuditState, runKey } from './state.ts'

/** A hold as the store keeps it. */
export interface OpenHold {
  readonly call_id: string
  readonly at: string
  readonly expires_at: string
  readonly lives_until?: string
  readonly money: string
  readonly included: string
  readonly windows: readonly WindowFacts[]
  readonly funding: readonly FundingFacts[]
}

/** What is wrong with an account that stands still. */
export interface RestFault {
  readonly rule: 'hold_leaked' | 'paid_before_included'
  readonly callId: string
  readonly seq: number | null
  readonly at: Instant
  /** What stays drawn of the call; of a hold what it holds. */
  readonly net: Nanos
  readonly amount: Nanos
  readonly evidence: Readonly<Record<string, unknown>>
}

/** Holds that outlive their end; and paid draws beside windows that have had room for a while. */
export function restFaults(
  state: AuditState,
  holds: readonly OpenHold[],
  { at, settings }: { readonly at: Instant; readonly settings: AuditSettings },
): RestFault[] {
  const leaked = holds.flatMap((hold): RestFault[] => {
    const until = instantOf(hold.lives_until ?? hold.expires_at)
    if (until + settings.holdGraceMs > at) return []
    const amount = (amountOf(hold.money) + amountOf(hold.included)) as Nanos
    const evidence = {
      until: hold.lives_until ?? hold.expires_at,
      money: hold.money,
      included: hold.included,
    }
    return [
      {
        rule: 'hold_leaked',
        callId: hold.call_id,
        seq: null,
        at: instantOf(hold.at),
        net: amount,
        amount,
        evidence,
      },
    ]
  })
  return [...leaked, ...waiting(state, heldOn(holds), at - settings.holdGraceMs)]
}

function heldOn(holds: readonly OpenHold[]): Map<string, bigint> {
  const held = new Map<string, bigint>()
  for (const { id, start, drawn } of holds.flatMap(({ windows }) => windows)) {
    if (start === null) continue
    const key = runKey(id, start)
    held.set(key, (held.get(key) ?? 0n) + amountOf(drawn))
  }
  return held
}

function waiting(state: AuditState, held: Map<string, bigint>, before: number): RestFault[] {
  const found: RestFault[] = []
  for (const [callId, { seq, at, net, money, runs }] of state.charges) {
    if (money <= ZERO || runs.length === 0) continue
    const own = runs.map((key) => state.runs.get(key))
    if (own.some((run) => !run || run.touchedAt > before)) continue
    const rooms = own.map(
      (run, index) => (run!.capacity - run!.used - (held.get(runs[index]!) ?? 0n)) as Nanos,
    )
    const room = rooms.reduce(min)
    if (room <= 0n) continue
    const evidence = { how: 'at_rest', room: formatNanos(room), runs }
    const amount = min(money, room)
    found.push({ rule: 'paid_before_included', callId, seq, at, net, amount, evidence })
  }
  return found
}

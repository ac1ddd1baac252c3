import {
  add,
  formatNanos,
  min,
  type Nanos,
  readNanos,
  subtract,
  sum,
  ZERO,
} from '../money/index.ts'
import type { RefundLine, RefundPlan } from './types.ts'

/** A call that somebody wants something back for. */
export interface ContestedCall {
  readonly callId: string
  /** What is still carried by its sources: the most that can go back. */
  readonly left: Nanos
  /** Findings about it that are not made good yet. */
  readonly findings: readonly {
    readonly key: string
    readonly rule: string
    readonly amount: Nanos
  }[]
}

export interface WantedLine {
  readonly callId: string
  /** `null`: all that is left. */
  readonly amount: Nanos | null
}

export type PlanFault = {
  readonly callId: string
  readonly fault:
    | 'unknown'
    | 'not_in_case'
    | 'nothing_left'
    | 'above_left'
    | 'below_finding'
    | 'twice'
    | 'zero'
}

/**
 * What goes back for each call, by reasons. What a finding says is wrong goes back under its rule, so that
 * it goes back once whoever gives it; the rest under the reason that a person has chosen.
 */
export function planRefund(
  wanted: readonly WantedLine[],
  calls: readonly ContestedCall[],
  reason: string,
): { readonly plan: RefundPlan } | { readonly fault: PlanFault } {
  const lines: RefundLine[] = []
  const seen = new Set<string>()
  for (const { callId, amount: asked } of wanted) {
    const call = calls.find((own) => own.callId === callId)
    const amount = asked ?? call?.left ?? ZERO
    const fault = seen.has(callId) ? 'twice' : faultOf(call, amount)
    if (fault || !call) return { fault: { callId, fault: fault ?? 'unknown' } }
    seen.add(callId)
    lines.push(...linesOf(call, amount, reason))
  }
  return { plan: planOf(lines) }
}

export const planOf = (lines: readonly RefundLine[]): RefundPlan => ({
  lines,
  purchase: null,
  total: formatNanos(sum(lines.map(({ amount }) => readNanos(amount)))),
})

const wrongIn = (call: ContestedCall): Nanos => sum(call.findings.map(({ amount }) => amount))

function faultOf(call: ContestedCall | undefined, amount: Nanos): PlanFault['fault'] | null {
  if (!call) return 'unknown'
  if (call.left === ZERO) return 'nothing_left'
  if (amount <= ZERO) return 'zero'
  if (amount > call.left) return 'above_left'
  return amount < min(wrongIn(call), call.left) ? 'below_finding' : null
}

function linesOf(call: ContestedCall, amount: Nanos, reason: string): RefundLine[] {
  const lines: RefundLine[] = []
  let left = amount
  for (const { key, rule, amount: wrong } of call.findings) {
    const part = min(wrong, left)
    if (part > ZERO) lines.push(line(call.callId, part, rule, key))
    left = subtract(left, part)
  }
  if (left > ZERO) lines.push(line(call.callId, left, reason, null))
  return lines
}

const line = (
  call_id: string,
  amount: Nanos,
  reason: string,
  finding_key: string | null,
): RefundLine => ({ call_id, amount: formatNanos(amount), reason, finding_key })

/** What the findings of some calls say is to go back: the offer to whoever objects. */
export function offerOf(calls: readonly ContestedCall[]): RefundPlan | null {
  const lines = calls.flatMap((call) => linesOf(call, min(wrongIn(call), call.left), ''))
  return lines.length === 0 ? null : planOf(lines)
}

/** What a decision may still give: what was asked and what was given before count together. */
export const inCase = (refunded: Nanos, plan: RefundPlan): Nanos =>
  add(refunded, readNanos(plan.total))

import { add, type Nanos, ZERO } from '../money/index.ts'
import type { ExternalCall, ExternalCharge } from './external.ts'

/** A call with the lines of the bill that are for it, in the order of their time. */
export interface Billed {
  readonly call: ExternalCall
  readonly charges: readonly ExternalCharge[]
  readonly net: Nanos
}

/** Lines by their call; those of no call, and those that are there twice. */
export function matched(
  charges: readonly ExternalCharge[],
  calls: readonly ExternalCall[],
): {
  billed: Billed[]
  orphans: ExternalCharge[]
  repeated: ExternalCharge[]
} {
  const callOf = finder(calls)
  const lines = new Map<ExternalCall, ExternalCharge[]>()
  const [orphans, repeated]: [ExternalCharge[], ExternalCharge[]] = [[], []]
  const seen = new Set<string>()
  for (const charge of charges) {
    const call = callOf(charge)
    const own = call && lines.get(call)
    if (seen.has(charge.id)) repeated.push(charge)
    else if (own) own.push(charge)
    else if (call) lines.set(call, [charge])
    else if (isForACall(charge)) orphans.push(charge)
    seen.add(charge.id)
  }
  const billed = [...lines].map(([call, own]) => ({
    call,
    charges: own.sort((a, b) => a.at - b.at),
    net: own.reduce((sum, { amount }) => add(sum, amount), ZERO),
  }))
  return { billed, orphans, repeated }
}

/** The call of a charge: by its id, else by the provider's. A log that has a call twice has it once. */
function finder(calls: readonly ExternalCall[]): (charge: ExternalCharge) => ExternalCall | null {
  const byId = new Map<string, ExternalCall>()
  const byUpstream = new Map<string, ExternalCall>()
  for (const call of calls) {
    const known = call.upstreamId === null ? undefined : byUpstream.get(call.upstreamId)
    if (!byId.has(call.id)) byId.set(call.id, known ?? call)
    if (call.upstreamId !== null && !known) byUpstream.set(call.upstreamId, call)
  }
  return ({ callId, upstreamId }) =>
    byId.get(callId ?? '') ?? byUpstream.get(upstreamId ?? '') ?? null
}

const isForACall = ({ amount, callId, upstreamId }: ExternalCharge): boolean =>
  amount > ZERO && (callId !== null || upstreamId !== null)

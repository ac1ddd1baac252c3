import { evidenceInstant } from './evidence.ts'
import type { Latency } from './schema.ts'

/**
 * How long its caller waited for the latest attempt of a call, in milliseconds of the gateway's clock, as the
 * evidence of that attempt has it. `null`: not seen, as of a call that was reported afterwards.
 */
export function latencyOf(evidence: Readonly<Record<string, unknown>> | undefined): Latency {
  const received = evidenceInstant(evidence, 'received_at')
  const after = (name: string): number | null => {
    const at = evidenceInstant(evidence, name)
    if (received === null || at === null) return null
    return Math.max(0, Date.parse(at) - Date.parse(received))
  }
  return { first_byte_ms: after('first_byte_at'), last_byte_ms: after('last_byte_at') }
}

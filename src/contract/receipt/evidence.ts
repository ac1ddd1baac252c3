import type { EntryBody } from '../../core/ledger/entry.ts'
import { parseInstant } from '../../core/time/index.ts'

type Evidence = EntryBody['evidence']

/** The provider's HTTP status, where the evidence names one. */
export function upstreamStatus(evidence: Evidence): number | null {
  const status = evidence?.upstream_status ?? evidence?.status
  return typeof status === 'number' && Number.isSafeInteger(status) ? status : null
}

/** A moment that the evidence states (`received_at`, `first_byte_at`, `last_byte_at`). */
export function evidenceInstant(evidence: Evidence, name: string): string | null {
  const at = evidence?.[name]
  return typeof at === 'string' && parseInstant(at) !== undefined ? at : null
}

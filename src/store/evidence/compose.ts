import type { EntryBody } from '../../core/ledger/entry.ts'

/**
 * A body with the evidence that stands beside it, as the decision made it. Bodies of earlier versions
 * have it inside; one whose evidence was removed has the hash only.
 */
export const withEvidence = (body: EntryBody, evidence: string | null): EntryBody =>
  evidence === null
    ? body
    : { ...body, evidence: JSON.parse(evidence) as NonNullable<EntryBody['evidence']> }

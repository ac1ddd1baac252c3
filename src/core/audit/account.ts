import type { EntryBody } from '../ledger/entry.ts'
import { subtract, ZERO } from '../money/index.ts'
import { type Instant, instant } from '../time/index.ts'
import { type AuditRefs, EntryAudit } from './entry-audit.ts'
import { AUDIT_SETTINGS } from './external.ts'
import type { Finding } from './finding.ts'
import { forget } from './fold.ts'
import { type OpenHold, restFaults } from './rest.ts'
import { RULES } from './rules.ts'
import { type AuditState, decodeAudit, encodeAudit, newState } from './state.ts'

export interface AuditedEntry {
  readonly seq: number
  readonly body: EntryBody
}

export interface Audited {
  /** Where the next audit of this account goes on. */
  readonly state: AuditState
  readonly findings: Finding[]
}

/**
 * Looks at the entries of one account that were not looked at yet, in order. `state` is what the last
 * audit of the account has left; `null` from its first entry on. It is not changed.
 */
export function auditAccount(
  state: AuditState | null,
  entries: readonly AuditedEntry[],
  refs: AuditRefs,
): Audited {
  const first = entries[0]
  const own = state ? decodeAudit(encodeAudit(state)) : newState(first?.body.account_id ?? '')
  return { state: own, findings: auditInto(own, entries, refs) }
}

/** The same, and changes the state: for whoever goes on from it again and again. */
export function auditInto(
  own: AuditState,
  entries: readonly AuditedEntry[],
  refs: AuditRefs,
): Finding[] {
  const settings = refs.settings ?? AUDIT_SETTINGS
  const findings: Finding[] = []
  for (const { body } of entries) {
    if (body.seq <= own.seq) continue
    findings.push(...new EntryAudit(own, body, { ...refs, settings }).findings())
  }
  forget(own, instant(own.lastAt - settings.rememberMs), settings.rememberCalls)
  return findings
}

export interface JournalInput extends AuditRefs {
  readonly entries: readonly AuditedEntry[]
  /** What the last audit of this account has left; absent: from its first entry on. */
  readonly state?: AuditState | null
  readonly openHolds: readonly OpenHold[]
  /** The time of the audit: holds that should have ended by then have leaked. */
  readonly at: Instant
}

/** The same, and what can be said of the account as it stands: open holds, paid draws that wait. */
export function auditJournal(input: JournalInput): Audited {
  const { state, findings } = auditAccount(input.state ?? null, input.entries, input)
  const known = new Set(findings.map(({ key }) => key))
  const atRest = auditAtRest(state, input).filter(({ key }) => !known.has(key))
  return { state, findings: [...findings, ...atRest] }
}

/** What can be said of an account as it stands after its last entry. */
export function auditAtRest(
  state: AuditState,
  rest: Pick<JournalInput, 'openHolds' | 'at' | 'settings'>,
): Finding[] {
  const settings = rest.settings ?? AUDIT_SETTINGS
  return restFaults(state, rest.openHolds, { at: rest.at, settings }).map((fault): Finding => {
    const { rule, callId, seq, at, net, amount, evidence } = fault
    const leaks = rule === 'hold_leaked'
    return {
      rule,
      key: `${rule}:${callId}`,
      accountId: state.accountId,
      currency: state.currency,
      calls: [callId],
      seqs: seq === null ? [] : [seq],
      at,
      expected: leaks ? null : subtract(net, amount),
      posted: leaks ? null : net,
      difference: leaks ? ZERO : amount,
      confidence: RULES[rule].confidence,
      evidence,
      remedy: leaks ? { type: 'release_hold', callId } : { type: 'refund', callId, amount },
    }
  })
}

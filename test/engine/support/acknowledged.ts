import type { Result } from '../../../src/core/decisions/index.ts'
import type { JournalRow } from './journal.ts'
import type { Acknowledged } from './script.ts'

export const keyOf = (own: { accountId: string; requestId: string; kind: string }): string =>
  `${own.accountId} ${own.requestId} ${own.kind}`

const holdKey = (own: { accountId: string; requestId: string }): string =>
  `${own.accountId} ${own.requestId}`

/** What an answer says that the journal does not: nothing, one hopes. */
export function contradictions(
  answers: readonly Acknowledged[],
  rows: readonly JournalRow[],
): string[] {
  const stored = new Map(rows.map((row) => [keyOf(row), row]))
  const admissions = storedAdmissions(rows)
  return answers.flatMap((own) => {
    const wrong =
      own.result.status === 'admitted'
        ? otherAdmission(holdKey(own), own.result, admissions)
        : otherEntry(own.result, stored.get(keyOf(own)))
    return wrong === null ? [] : [`${own.node}: ${keyOf(own)}: ${wrong}`]
  })
}

/** Admissions of holds that have ended, as the journal has them. */
function storedAdmissions(rows: readonly JournalRow[]): Map<string, string> {
  const admissions = new Map<string, string>()
  for (const { accountId, body } of rows) {
    if (!body.hold) continue
    const { settled: _settled, released: _released, ...admission } = body.hold
    admissions.set(
      holdKey({ accountId, requestId: admission.request_id }),
      JSON.stringify(admission),
    )
  }
  return admissions
}

/** Every answer about one hold is the same, whoever was asked, and whenever. */
function otherAdmission(
  key: string,
  result: Extract<Result, { status: 'admitted' }>,
  admissions: Map<string, string>,
): string | null {
  const own = JSON.stringify(result.admission)
  const known = admissions.get(key)
  if (known === undefined) admissions.set(key, own)
  return known === undefined || known === own ? null : 'another admission'
}

function otherEntry(result: Result, row: JournalRow | undefined): string | null {
  if (result.status === 'extended' || result.status === 'admitted') return 'nobody asked for that'
  if (result.entry === null) return null
  if (!row) return 'acknowledged, and not in the journal'
  if (row.text !== JSON.stringify(result.entry)) return 'another body'
  return result.status === 'posted' && row.hash !== result.hash ? 'another hash' : null
}

/** Refusals that leave no entry rest on what another request has done: it has to be there. */
export function unfoundedRefusals(
  answers: readonly Acknowledged[],
  rows: readonly JournalRow[],
): Acknowledged[] {
  const kinds = new Set(rows.map((row) => `${row.accountId} ${row.body.call?.call_id} ${row.kind}`))
  const has = (own: Acknowledged, ...asked: string[]) =>
    asked.some((kind) => kinds.has(`${own.accountId} ${own.callId} ${kind}`))
  const founded: Partial<Record<string, (own: Acknowledged) => boolean>> = {
    call_already_settled: (own) => has(own, 'settle', 'record'),
    call_in_flight: (own) => own.kind === 'record',
    hold_released: (own) => has(own, 'settle', 'release'),
    hold_unknown: (own) => has(own, 'authorize', 'record'),
    charge_unknown: (own) => own.kind === 'refund' && !has(own, 'settle', 'record'),
    charge_not_settled: (own) => own.kind === 'refund',
    already_refunded: (own) => own.kind === 'refund',
  }
  return answers.filter(
    (own) =>
      own.result.status === 'refused' &&
      own.result.entry === null &&
      !founded[own.result.refused.code]?.(own),
  )
}

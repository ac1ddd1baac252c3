import type pg from 'pg'
import { expect } from 'vitest'
import { isEnded } from '../../../src/core/cases/index.ts'
import { givenBack } from '../../../src/core/ledger/index.ts'
import { readNanos } from '../../../src/core/money/index.ts'
import { loadCase, type OwnCase } from '../../../src/engine/cases/take-steps.ts'
import type { JournalRow } from '../../engine/support/journal.ts'
import type { Dispute } from './cases.ts'

interface Objected {
  readonly pool: pg.Pool
  readonly disputes: readonly Dispute[]
}

const TOLD_OF = ['received', 'decided', 'posted']

/** No case is stuck; what was decided was posted, once; what was given in between is taken back or counted. */
export async function expectCases(
  { pool, disputes }: Objected,
  rows: readonly JournalRow[],
): Promise<void> {
  for (const { key, caseId } of disputes) expect(caseId, `answer to ${key}`).not.toBeUndefined()
  const { rows: stored } = await pool.query<{ case_id: string }>(
    `select case_id from control.case_file where origin = 'dispute' order by case_id`,
  )
  expect(
    stored.map((own) => own.case_id),
    'cases',
  ).toEqual(disputes.flatMap(({ caseId }) => caseId ?? []).sort())
  for (const { case_id: caseId } of stored) {
    const own = (await loadCase(pool, caseId))!
    expect(isEnded(own.view.state), `${caseId} is ${own.view.state}`).toBe(true)
    expectRefund(own, rows)
    expectProvisional(own, rows)
    await expectTold(pool, own)
  }
}

function expectRefund(own: OwnCase, rows: readonly JournalRow[]): void {
  const { record, view, events } = own
  const { caseId } = record
  const refunds = rows.filter(({ kind, body }) => {
    return kind === 'refund' && !body.refused && body.actor.from === `case ${caseId}`
  })
  const posted = events.flatMap((event) => (event.kind === 'posted' ? [event.facts] : []))
  const isRefund = view.decision?.verdict === 'refund'
  expect(posted.length, `postings of ${caseId}`).toBe(isRefund ? 1 : 0)
  expect(
    refunds.map(({ seq }) => seq),
    `refunds of ${caseId}`,
  ).toEqual(
    posted.flatMap(({ entries }) => entries.map(({ seq }) => seq)).sort((one, two) => one - two),
  )
  const total = refunds.reduce((sum, { body }) => sum + givenBack(body), 0n)
  expect(view.refunded, `refunded by ${caseId}`).toBe(total)
  if (!isRefund) return
  const taken = readNanos(posted[0]!.provisional_used)
  expect(taken, `taken off by ${caseId}`).toBeLessThanOrEqual(view.provisional?.used ?? 0n)
  const decided = readNanos(view.decision?.plan?.total ?? '0')
  expect(total + taken, `given by ${caseId}`).toBeLessThanOrEqual(decided)
  // what was given back in another way meanwhile is left out, in whole or in part
  if (posted[0]!.skipped.length > 0 || isGivenByOthers(own, rows)) return
  const used = view.provisional?.used ?? 0n
  expect(total, `what ${caseId} gave of what was decided`).toBe(
    decided > used ? decided - used : 0n,
  )
}

const GIVING = ['refund', 'rerate', 'reverse']

/** Something of the calls of the plan came back in another way, maybe before it was posted. */
function isGivenByOthers({ record, view }: OwnCase, rows: readonly JournalRow[]): boolean {
  const calls = view.decision?.plan?.lines.map(({ call_id: id }) => id) ?? []
  return rows.some(
    ({ kind, body, accountId }) =>
      GIVING.includes(kind) &&
      !body.refused &&
      accountId === record.accountId &&
      body.actor.from !== `case ${record.caseId}` &&
      calls.includes(body.call?.call_id ?? ''),
  )
}

function expectProvisional({ record, view, events }: OwnCase, rows: readonly JournalRow[]): void {
  const { caseId, accountId } = record
  const grants = rows.filter((own) => {
    const isGrant = own.kind === 'grant' && !own.body.refused
    return isGrant && own.accountId === accountId && own.requestId.startsWith(`case:${caseId}#`)
  })
  expect(grants.length, `provisional credits of ${caseId}`).toBe(view.provisional ? 1 : 0)
  const ended = events.flatMap((event) => (event.kind === 'provisional_ended' ? [event.facts] : []))
  expect(ended.length, `ends of the provisional credit of ${caseId}`).toBe(grants.length)
  for (const { taken_back, used } of ended)
    expect(readNanos(taken_back) + readNanos(used), `provisional credit of ${caseId}`).toBe(
      readNanos(view.provisional?.amount ?? '0'),
    )
}

async function expectTold(pool: pg.Pool, { record, events }: OwnCase): Promise<void> {
  const { caseId, told, steps } = record
  expect(told, `told of ${caseId}`).toBe(steps)
  const { rows } = await pool.query<{ kind: string }>(
    `select kind from accounts.notification
     where account_id = $1::text and kind in ('case_received', 'case_decided', 'case_refunded')
       and body #>> '{facts,case_id}' = $2::text
     order by at, kind desc`,
    [record.accountId, caseId],
  )
  const news = events.filter(({ kind }) => TOLD_OF.includes(kind)).length
  expect(rows.length, `news of ${caseId}`).toBe(news)
}

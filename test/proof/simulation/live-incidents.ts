import type pg from 'pg'
import { expect } from 'vitest'
import { goodwillCampaignId, incidentReason } from '../../../src/core/incidents/index.ts'
import { givenBack } from '../../../src/core/ledger/index.ts'
import { readNanos } from '../../../src/core/money/index.ts'
import { readIncident } from '../../../src/store/incidents/incidents.ts'
import type { JournalRow } from '../../engine/support/journal.ts'
import { CREDIT_MAX, type MadeGood, SHARE_PERCENT } from './incidents.ts'

interface MadeGoodIn {
  readonly pool: pg.Pool
  readonly incidents: readonly MadeGood[]
}

interface CallRow {
  readonly account_id: string
  readonly call_id: string
  readonly state: string
  readonly drawn: string
  readonly given: string
}

/** Clocks differ by less: what was settled so long before the calls were looked for was found. */
const DRIFT_MS = 10_000

/** What an incident promises was given once to each, beside whatever others gave for the same calls. */
export async function expectIncidents(
  { pool, incidents }: MadeGoodIn,
  rows: readonly JournalRow[],
): Promise<void> {
  for (const own of incidents) {
    const record = await readIncident(pool, own.id)
    expect(record?.state, own.id).toBe(own.isEmpty ? 'measured' : 'done')
    const { rows: calls } = await pool.query<CallRow>(
      `select account_id, call_id, state, drawn::text as drawn, given::text as given
       from accounts.incident_call where incident_id = $1::text order by account_id, call_id`,
      [own.id],
    )
    expectFound(own, { calls, measuredAt: record!.measuredAt!, rows })
    if (own.gives === 'charge') for (const call of calls) expectGiven(own, call, rows)
    if (!own.isEmpty) await expectFinished(pool, own, calls)
    if (own.gives === 'credit') expectCredits(own, calls, rows)
  }
}

const isCharge = ({ kind, body }: JournalRow): boolean =>
  (kind === 'settle' || kind === 'record') && !body.refused

const drawnIn = ({ body: { totals } }: JournalRow): bigint =>
  readNanos(totals?.money ?? '0') + readNanos(totals?.included ?? '0')

interface Found {
  readonly calls: readonly CallRow[]
  readonly measuredAt: number
  readonly rows: readonly JournalRow[]
}

function expectFound(own: MadeGood, { calls, measuredAt, rows }: Found): void {
  const found = new Set(calls.map(({ account_id: id, call_id: call }) => `${id} ${call}`))
  for (const row of rows) {
    const { accountId, body } = row
    const eventAt = Date.parse(body.event_at)
    const isIn = eventAt >= own.fromMs && eventAt < own.untilMs && own.accounts.includes(accountId)
    if (!isCharge(row) || !isIn || drawnIn(row) === 0n) continue
    if (Date.parse(body.at) > measuredAt - DRIFT_MS) continue
    const name = `${accountId} ${body.call?.call_id}`
    expect(found.has(name), `${own.id} finds ${name}`).toBe(true)
  }
}

/** All that the call has drawn went back, by whomever, and no more. */
function expectGiven(own: MadeGood, call: CallRow, rows: readonly JournalRow[]): void {
  const name = `${call.call_id} of ${own.id}`
  expect(['given', 'nothing'], `state of ${name}`).toContain(call.state)
  const ofAccount = rows.filter(({ accountId }) => accountId === call.account_id)
  const charged = ofAccount.filter((row) => {
    return isCharge(row) && row.body.call?.call_id === call.call_id
  })
  const seqs = new Set(charged.map(({ seq }) => seq))
  const back = ofAccount.filter(({ kind, body }) => {
    return kind === 'refund' && !body.refused && seqs.has(body.ref_seq ?? -1)
  })
  const left = [...charged, ...back].reduce((sum, row) => sum + drawnIn(row), 0n)
  expect(left, `what is left of ${name}`).toBe(0n)
  const given = back.filter(({ body }) => body.reason === incidentReason(own.id))
  expect(
    given.map(({ body }) => givenBack(body)),
    `given for ${name}`,
  ).toEqual(call.given === '0' ? [] : [BigInt(call.given)])
}

async function expectFinished(
  pool: pg.Pool,
  { id }: MadeGood,
  calls: readonly CallRow[],
): Promise<void> {
  const { rows: accounts } = await pool.query<{ account_id: string; is_finished: boolean }>(
    `select account_id, finished_at is not null as is_finished from accounts.incident_account
     where incident_id = $1::text order by account_id`,
    [id],
  )
  const affected = [...new Set(calls.map((own) => own.account_id))].sort()
  expect(
    accounts.filter((own) => own.is_finished).map((own) => own.account_id),
    `accounts of ${id}`,
  ).toEqual(affected)
  const { rows: told } = await pool.query<{ account_id: string; money: string; included: string }>(
    `select account_id, body #>> '{facts,money}' as money, body #>> '{facts,included}' as included
     from accounts.notification where alert_key = $1::text order by account_id`,
    [`incident_remedied:${id}`],
  )
  const given = affected.map((account) => {
    const own = calls.filter(({ account_id: one }) => one === account)
    return [account, own.reduce((sum, call) => sum + BigInt(call.given), 0n)]
  })
  expect(
    told.map((own) => [own.account_id, readNanos(own.money) + readNanos(own.included)]),
    `told of ${id}`,
  ).toEqual(given)
}

/** Claimed once by whoever may, and as much as the rule says. */
function expectCredits(
  { id }: MadeGood,
  calls: readonly CallRow[],
  rows: readonly JournalRow[],
): void {
  const granted = rows.filter(({ kind, requestId, body }) => {
    return kind === 'grant' && !body.refused && requestId.includes(goodwillCampaignId(id))
  })
  const accounts = granted.map(({ accountId }) => accountId)
  expect(new Set(accounts).size, `claims of ${id}`).toBe(accounts.length)
  for (const { accountId, body } of granted) {
    const lost = calls
      .filter((own) => own.account_id === accountId)
      .reduce((sum, own) => sum + BigInt(own.drawn), 0n)
    const share = (lost * SHARE_PERCENT) / 100n
    const most = readNanos(CREDIT_MAX)
    const credit = share < most ? share : most
    expect(readNanos(body.lot?.face ?? '0'), `credit of ${accountId} for ${id}`).toBe(credit)
  }
}

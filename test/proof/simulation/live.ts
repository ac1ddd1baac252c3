import type pg from 'pg'
import { expect } from 'vitest'
import { readNanos } from '../../../src/core/money/index.ts'
import { type AnyPayment, isFee, totalMinor } from '../../../src/payments/order.ts'
import type { PaymentProvider } from '../../../src/payments/provider.ts'
import type { SimulatedProcessor } from '../../../src/payments/simulated/processor.ts'
import { verify } from '../../../src/store/verify/index.ts'
import { type JournalRow, journal } from '../../engine/support/journal.ts'
import type { Post } from './alerts.ts'
import type { Billing } from './billing.ts'
import { CAMPAIGN, CAP, type Purchase, type Withdrawal } from './buyers.ts'
import type { Call } from './calls.ts'
import type { Dispute } from './cases.ts'
import type { MadeGood } from './incidents.ts'
import { expectAlerts } from './live-alerts.ts'
import { expectInvoices, expectStatements, transferred } from './live-billing.ts'
import { expectCases } from './live-cases.ts'
import { expectIncidents } from './live-incidents.ts'
import { INPUT_TOKENS, isCharged, PIECE_TOKENS, PIECES } from './provider.ts'
import { states } from './safe.ts'
import { CLAIMS_MAX, RELOAD } from './setup.ts'
import type { World } from './world.ts'

/** Of a written time, as much as names it. */
const [DAY, MONTH] = ['2026-11-26'.length, '2026-11'.length]

export interface Lived {
  readonly world: World
  readonly pool: pg.Pool
  readonly calls: readonly Call[]
  readonly purchases: readonly Purchase[]
  readonly withdrawals: readonly Withdrawal[]
  readonly billing: Billing
  readonly disputes: readonly Dispute[]
  readonly incidents: readonly MadeGood[]
  readonly capped: readonly string[]
  readonly post: Post
  readonly processor: SimulatedProcessor
  readonly provider: PaymentProvider
  /** What the processor owed the house before anybody bought anything. */
  readonly clearingBefore: bigint
}

interface PaymentRow {
  readonly payment_id: string
  readonly account_id: string
  readonly kind: AnyPayment['kind']
  readonly phase: AnyPayment['phase']
  readonly ordered: AnyPayment['ordered']
}

/** What has to hold once nothing goes wrong any more and all has come to rest. @returns the journal */
export async function expectLive(lived: Lived): Promise<readonly JournalRow[]> {
  const { pool, calls, purchases, withdrawals } = lived
  const rows = await journal(pool)
  for (const call of calls) expectCall(call, rows)
  const { rows: holds } = await pool.query('select call_id from accounts.hold')
  expect(holds, 'holds that nobody ended').toEqual([])
  for (const { phase } of purchases) expect(phase, 'purchase').not.toBeNull()
  for (const { phase } of withdrawals) expect(phase, 'refund').not.toBeNull()
  const { rows: payments } = await pool.query<PaymentRow>(
    'select payment_id, account_id, kind, phase, ordered from control.payment order by payment_id',
  )
  expectPayments(lived, payments, rows)
  expectReloads(rows)
  expectRenewals(payments, rows)
  expectClaims(rows)
  await expectStatements(lived, rows)
  await expectInvoices(lived, rows)
  await expectCases(lived, rows)
  await expectIncidents(lived, rows)
  await expectAlerts(lived, rows)
  await expectMoney(lived)
  await expectStates(lived)
  expect((await verify(pool)).first).toBeNull()
  return rows
}

/** What the account holder has paid for it, after what came back; what the house absorbs is none of it. */
const charge = ({ body: { totals } }: JournalRow): bigint =>
  readNanos(totals?.money ?? '0') + readNanos(totals?.included ?? '0')

/** Charged once at most, for what was delivered; what was charged wrongly has come back. */
function expectCall(call: Call, rows: readonly JournalRow[]): void {
  const own = rows.filter(({ accountId, body }) => {
    const id = body.call?.call_id ?? ''
    return accountId === call.account && id.replace(/_again\d+$/, '') === call.callId
  })
  const charged = own.filter((row) => row.kind === 'settle' && charge(row) > 0n)
  expect(charged.length, `charges of ${call.callId}`).toBeLessThanOrEqual(1)
  const seqs = new Set(charged.map(({ seq }) => seq))
  const back = rows.filter(
    ({ accountId, kind, body }) =>
      accountId === call.account && kind === 'refund' && seqs.has(body.ref_seq ?? -1),
  )
  const net = [...charged, ...back].reduce((sum, row) => sum + charge(row), 0n)
  expect(net >= 0n, `more came back than was charged: ${call.callId}`).toBe(true)
  if (!isCharged(call.fate)) expect(net, `${call.callId} ${call.fate}`).toBe(0n)
  for (const { body } of charged) {
    const { input = 0, output = 0 } = body.usage?.tokens ?? {}
    expect(input, `input of ${call.callId}`).toBeLessThanOrEqual(INPUT_TOKENS)
    // who waits for the answer of one that has left is given the whole of it
    const pieces = body.outcome?.code === 'client_aborted' ? call.pieces : PIECES
    expect(output, `output of ${call.callId}`).toBeLessThanOrEqual(pieces * PIECE_TOKENS)
  }
  const told = call.costs.map(readNanos).filter((cost) => cost > 0n)
  const posted = charged.map(charge)
  for (const cost of told) expect(posted, `what ${call.callId} was told`).toContain(cost)
}

/** What was credited was charged once, to the cent; what has failed was not; each is one entry. */
function expectPayments(
  { processor }: Lived,
  payments: readonly PaymentRow[],
  entries: readonly JournalRow[],
): void {
  for (const payment of payments) {
    const { payment_id: id, phase, ordered } = payment
    expect(['credited', 'failed', 'returned'], `payment ${id}`).toContain(phase)
    const kept = processor.charges().filter(({ metadata }) => metadata.everycent_payment === id)
    const total = phase === 'failed' ? [] : [Number(totalMinor(ordered))]
    expect(
      kept.map(({ amount }) => amount),
      `charged for ${id}`,
    ).toEqual(total)
    if (isFee(payment as never)) continue
    const credits = entries.filter(({ kind, requestId, body }) => {
      return kind === 'top_up' && requestId === id && !body.refused
    })
    expect(credits.length, `credits of ${id}`).toBe(phase === 'failed' ? 0 : 1)
  }
}

/**
 * Of a person, whatever happened: no day and no month above the limits that were agreed to. What counts is when the
 * credit was entered, whatever the clocks of the server and of the processor said before.
 */
function expectReloads(entries: readonly JournalRow[]): void {
  const sums = new Map<string, bigint>()
  for (const { accountId, body } of entries) {
    const { at, payment, lot, refused } = body
    if (refused || !payment?.reload || !lot) continue
    for (const length of [DAY, MONTH]) {
      const key = `${accountId} ${at.slice(0, length)}`
      const total = readNanos(payment.price) + readNanos(payment.tax)
      sums.set(key, (sums.get(key) ?? 0n) + total)
    }
  }
  for (const [key, total] of sums) {
    const isDay = key.split('-').length === 3
    const most = readNanos(isDay ? RELOAD.max_per_day : RELOAD.max_per_month)
    expect(total <= most, `reloaded by ${key}: ${total} of ${most}`).toBe(true)
  }
}

/** Each renewal was paid once; a fee that paid for none went back. */
function expectRenewals(payments: readonly PaymentRow[], entries: readonly JournalRow[]): void {
  const renewed = entries.filter(({ kind, body }) => {
    return kind === 'renew_subscription' && !body.refused && body.fee
  })
  const paid = payments.filter(({ kind, phase }) => kind === 'fee' && phase === 'credited')
  expect(paid.map((own) => own.account_id).sort(), 'fees of renewals').toEqual(
    renewed.map((own) => own.accountId).sort(),
  )
  const lapsed = entries.filter(({ kind }) => kind === 'lapse_subscription')
  const isLapsed = (account: string): boolean => lapsed.some((own) => own.accountId === account)
  const back = payments.filter(({ kind, phase }) => kind === 'fee' && phase === 'returned')
  // a plan that had lapsed by the time that its fee was paid is the only reason
  expect(
    back.filter((own) => !isLapsed(own.account_id)).map((own) => own.payment_id),
    'fees that went back',
  ).toEqual([])
  const periods = renewed.map(({ accountId, body }) => `${accountId} ${body.subscription?.index}`)
  expect(new Set(periods).size, 'periods that were renewed').toBe(periods.length)
}

function expectClaims(entries: readonly JournalRow[]): void {
  const granted = entries.filter(({ kind, requestId, body }) => {
    return kind === 'grant' && requestId.includes(CAMPAIGN) && !body.refused
  })
  const accounts = granted.map(({ accountId }) => accountId)
  expect(new Set(accounts).size, 'claims of an account').toBe(accounts.length)
  expect(granted.length, 'claims').toBeLessThanOrEqual(CLAIMS_MAX)
}

export async function clearing(pool: pg.Pool): Promise<bigint> {
  const { rows } = await pool.query<{ sum: string }>(
    `select coalesce(sum(amount), 0)::text as sum from accounts.posting
     where ledger_account = 'house:processor_clearing'`,
  )
  return BigInt(rows[0]!.sum)
}

/** Money in is money out: what the books have with the processor is what the processor has, to the cent. */
async function expectMoney({ world, pool, provider, ...own }: Lived): Promise<void> {
  let moved = 0n
  for await (const own of provider.movements({ fromMs: 0, untilMs: world.nowMs + 60_000 }))
    if (own.type !== 'payout') moved += own.amount
  const booked = own.clearingBefore - (await clearing(pool)) - transferred(own.billing)
  expect(booked, 'with the processor').toBe(moved)
}

/** What has ended is closed, what was capped is capped. */
async function expectStates({ world, pool, capped }: Lived): Promise<void> {
  for (const { accountId, lots, caps, parked } of await states(pool)) {
    expect(parked, `${accountId} parked`).toBeNull()
    const ended = lots.filter(({ expiresAt }) => expiresAt !== null && expiresAt < world.nowMs)
    expect(
      ended.filter(({ remaining }) => remaining > 0n).map(({ id }) => id),
      'lots that have ended',
    ).toEqual([])
    if (!capped.includes(accountId)) continue
    const own = caps.filter(({ cap, removed }) => cap.id === CAP && !removed)
    expect(own.length, `cap of ${accountId}`).toBe(1)
  }
}

import type pg from 'pg'
import { expect } from 'vitest'
import { readNanos } from '../../../src/core/money/index.ts'
import type { PaymentOrder } from '../../../src/payments/order.ts'
import { totalMinor } from '../../../src/payments/order.ts'
import type { SimulatedProcessor } from '../../../src/payments/simulated/processor.ts'
import { verify } from '../../../src/store/verify/index.ts'
import { type JournalRow, journal, stateOf } from '../../engine/support/journal.ts'
import type { Call, Purchase } from './clients.ts'
import { isCharged } from './upstream.ts'

/** What has to hold after every step, cheap enough for it: nothing below zero, no call charged twice. */
export async function expectSafe(pool: pg.Pool): Promise<void> {
  const { rows } = await pool.query<{ what: string }>(
    `select 'below zero: ' || account_id || ' ' || (lot ->> 'id') as what
     from accounts.account, json_array_elements(state -> 'lots') lot
     where (lot ->> 'remaining')::numeric < 0
       or (lot ->> 'remaining')::numeric > (lot ->> 'face')::numeric
     union all
     select 'charged twice: ' || min(request_id) from accounts.entry
     where kind = 'settle' and body ->> 'refused' is null
     group by account_id, body -> 'call' ->> 'call_id' having count(*) > 1`,
  )
  expect(rows.map(({ what }) => what)).toEqual([])
}

/** What the account holder has paid for it; what the house absorbs is none of it. */
const charge = ({ body: { totals } }: JournalRow): bigint =>
  readNanos(totals?.money ?? '0') + readNanos(totals?.included ?? '0')

/** Each call that was asked for has one answer, and was charged as the provider's answer has it. */
function expectCall(call: Call, own: readonly JournalRow[]): void {
  expect(new Set(call.answers).size, `answers of ${call.callId}`).toBe(1)
  const charged = own.filter((row) => row.kind === 'settle' && charge(row) > 0n)
  expect(charged.length, `charges of ${call.callId}`).toBeLessThanOrEqual(1)
  if (!isCharged(call.kind))
    expect(
      charged.map(({ requestId }) => requestId),
      `${call.callId} ${call.kind}`,
    ).toEqual([])
  const [posted] = call.answers.map((text) => JSON.parse(text) as unknown)
  if (!Array.isArray(posted) || posted[0] !== 'posted') return
  const rows = own.filter(({ body }) => body.seq === posted[1].seq)
  expect(rows.length, `acknowledged ${call.callId}`).toBe(1)
}

export async function expectLive(
  pool: pg.Pool,
  own: {
    readonly calls: readonly Call[]
    readonly purchases: readonly Purchase[]
    readonly processor: SimulatedProcessor
  },
): Promise<readonly JournalRow[]> {
  const rows = await journal(pool)
  for (const call of own.calls)
    expectCall(
      call,
      rows.filter(({ accountId, body }) => {
        const id = body.call?.call_id ?? ''
        return accountId === call.account && id.replace(/_again\d+$/, '') === call.callId
      }),
    )
  const { rows: holds } = await pool.query('select call_id from accounts.hold')
  expect(holds).toEqual([])
  for (const purchase of own.purchases) expect(purchase.phase).not.toBeNull()
  await expectMoneyAgrees(pool, rows, own.processor)
  expect((await verify(pool)).first).toBeNull()
  return rows
}

/** What the processor has kept is what the payments say, and each is one lot in the ledger, to the cent. */
async function expectMoneyAgrees(
  pool: pg.Pool,
  entries: readonly JournalRow[],
  processor: SimulatedProcessor,
): Promise<void> {
  const { rows } = await pool.query<{
    payment_id: string
    account_id: string
    phase: string
    ordered: PaymentOrder
  }>('select payment_id, account_id, phase, ordered from control.payment order by payment_id')
  for (const { payment_id: id, account_id, phase, ordered } of rows) {
    expect(['credited', 'failed'], `payment ${id}`).toContain(phase)
    const kept = processor.charges().filter(({ metadata }) => metadata.everycent_payment === id)
    const lots = (await stateOf(pool, account_id)).lots.filter((lot) => lot.id === ordered.lot_id)
    const isPaid = phase === 'credited'
    const total = isPaid ? [Number(totalMinor(ordered))] : []
    expect(
      kept.map(({ amount }) => amount),
      `charged for ${id}`,
    ).toEqual(total)
    const faces = isPaid ? [readNanos(ordered.face)] : []
    expect(
      lots.map((lot) => readNanos(lot.face)),
      `lot of ${id}`,
    ).toEqual(faces)
  }
  const credited = rows.filter(({ phase }) => phase === 'credited').length
  expect(processor.charges().length).toBe(credited)
  const topUps = entries.filter(({ kind, requestId, body }) => {
    return kind === 'top_up' && !body.refused && rows.some((row) => row.payment_id === requestId)
  })
  expect(topUps.length).toBe(credited)
}

import { beforeAll, describe, expect, it } from 'vitest'
import type { Command, TopUp } from '../../src/core/decisions/index.ts'
import { decodeState } from '../../src/core/ledger/index.ts'
import { formatNanos, type Nanos, readNanos, sum, ZERO } from '../../src/core/money/index.ts'
import { baseDateEnd, depositOf, lastBaseDate } from '../../src/core/tax/index.ts'
import { type Instant, instant } from '../../src/core/time/index.ts'
import { openStatement } from '../../src/engine/billing/build.ts'
import { closeCycles } from '../../src/engine/billing/close.ts'
import type { Engine } from '../../src/engine/index.ts'
import { sweepDue } from '../../src/jobs/sweep.ts'
import { breakageBetween, liabilityAt, unusedAt } from '../../src/store/billing/reports.ts'
import { createPlan, movePlan } from '../../src/store/control/index.ts'
import { grant, record, refund } from '../engine/support/commands.ts'
import { funded, post, stateOf } from '../engine/support/journal.ts'
import { nodeAt, SetClock } from '../engine/support/set-clock.ts'
import { openAccount, paidUse, seedCatalogue, topUp } from '../engine/support.ts'
import { freshDatabase, type TestDatabase } from '../support/database.ts'

const at = (text: string): Instant => instant(Date.parse(text))

let database: TestDatabase
let clock: SetClock
let engine: Engine

const yen = (id: string, amount: string, more: Partial<TopUp> = {}): Command =>
  ({ ...topUp('jp', amount, id), ...more }) as Command
const JP = { facts: { policy: 'JP@1', tax_rate: '0.10' } }

/** One history, looked at from several moments. */
beforeAll(async () => {
  database = await freshDatabase()
  await seedCatalogue(database)
  const plan = { id: 'yen', version: 1, name: 'Yen', currency: 'JPY', windows: [], coverage: [] }
  await createPlan(database.pool, plan, at('2026-01-01T00:00:00Z'))
  await movePlan(database.pool, { planId: 'yen', version: 1 }, 'published')
  clock = new SetClock('2026-06-01T00:00:00Z')
  const node = await nodeAt(database, clock)
  engine = node.engine
  await funded(engine, 'us', '20')
  await post(engine, grant('us', 'spring', '5', Date.parse('2026-07-01T00:00:00Z')))
  await post(engine, record('us', 'c1', clock.now(), { output: 100_000 }))
  await post(engine, { ...openAccount('jp', 'yen@1'), currency: 'JPY' } as Command)
  await post(
    engine,
    yen('long', '9000000', { ...JP, expiresAt: null }),
    yen('year', '2000000', { ...JP, expiresAt: at('2027-06-01T00:00:00Z') }),
    yen('short', '500000', { ...JP, expiresAt: at('2026-11-01T00:00:00Z') }),
    yen('hand', '1', { expiresAt: null }),
    yen('foreign', '7', { facts: { policy: 'DE@1' }, expiresAt: null }),
  )
  clock.set('2026-07-02T00:00:00Z')
  await sweepDue(database.pool, engine, clock.now())
  clock.set('2026-08-01T00:00:00Z')
  // the credit that had ended lives on: its refund gives it thirty days
  await post(engine, refund('us', 'c1', 'goodwill', '0.25'), paidUse('us', false))
  for (const id of ['us', 'jp']) await closeCycles({ pool: database.pool, engine }, id, clock.now())
  await node.close()
})

const liability = async (text: string) =>
  (await liabilityAt(database.pool, at(text))).map((own) => [
    own.currency,
    own.category,
    own.month,
    formatNanos(BigInt(own.amount) as Nanos),
  ])

describe('credit outstanding', () => {
  it('is what it was at that moment, by the end that lots had then', async () => {
    expect(await liability('2026-05-31T23:59:59Z')).toEqual([])
    const before = await liability('2026-07-01T00:00:00Z')
    expect(before.slice(3)).toEqual([
      ['USD', 'paid', null, '20'],
      ['USD', 'promotional', '2026-07', '3.999'],
    ])
    expect((await liability('2026-07-31T00:00:00Z')).slice(3)).toEqual([
      ['USD', 'paid', null, '20'],
    ])
    expect((await liability('2026-08-01T00:00:00Z')).slice(3)).toEqual([
      ['USD', 'paid', null, '20'],
      ['USD', 'promotional', '2026-08', '0.25'],
    ])
  })

  it('is what the statements of all accounts say', async () => {
    const statements = await Promise.all(
      ['us', 'jp'].map(async (id) =>
        openStatement(database.pool, decodeState(await stateOf(database.pool, id))),
      ),
    )
    const rows = await liabilityAt(database.pool, clock.now())
    for (const own of statements)
      for (const [category, source] of [
        ['paid', 'prepaid'],
        ['promotional', 'promotional'],
      ] as const) {
        const found = rows.filter(
          (row) => row.currency === own.currency && row.category === category,
        )
        expect(formatNanos(sum(found.map(({ amount }) => BigInt(amount) as Nanos)))).toBe(
          own.balances[source].closing,
        )
      }
  })
})

describe('breakage', () => {
  it('is by the month in which it was posted, and nothing else', async () => {
    const interval = { from: at('2026-06-01T00:00:00Z'), to: at('2026-09-01T00:00:00Z') }
    expect(await breakageBetween(database.pool, interval)).toEqual([
      {
        month: '2026-07',
        currency: 'USD',
        category: 'promotional',
        why: 'expired',
        lots: '1',
        amount: '3999000000',
      },
    ])
    const later = { from: at('2026-07-02T00:00:01Z'), to: at('2026-09-01T00:00:00Z') }
    expect(await breakageBetween(database.pool, later)).toEqual([])
  })
})

describe('unused credit at a Japanese base date', () => {
  it('counts what lives for six months or more, and says what it leaves out', async () => {
    const rows = await unusedAt(database.pool, {
      at: instant(baseDateEnd('2026-09-30')! - 1),
      policies: ['JP@1'],
      currency: 'JPY',
    })
    expect(rows).toEqual([
      {
        currency: 'JPY',
        standing: 'counted',
        lots: '3',
        amount: '11000001000000000',
        paid: '11000001000000000',
      },
      {
        currency: 'JPY',
        standing: 'valid_less_than_six_months',
        lots: '1',
        amount: '500000000000000',
        paid: '500000000000000',
      },
    ])
  })

  it.each([
    ['10000000', false, '0'],
    ['10000000.000000001', true, '5000000.000000001'],
    ['11000001', true, '5500000.5'],
  ])('of %s yen: exceeds %s, deposit %s', (unused, exceeds, atLeast) => {
    expect(depositOf(readNanos(unused))).toEqual({ exceeds, atLeast })
    expect(depositOf(ZERO).exceeds).toBe(false)
  })

  it.each([
    ['2027-03-31T14:59:59.999Z', '2026-09-30'],
    ['2027-03-31T15:00:00Z', '2027-03-31'],
    ['2026-12-31T15:00:00Z', '2026-09-30'],
    ['2027-09-30T15:00:00Z', '2027-09-30'],
  ])('the last one at %s is %s', (now, date) => {
    expect(lastBaseDate(at(now))).toBe(date)
  })
})

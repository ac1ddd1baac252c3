import { beforeAll, describe, expect, it } from 'vitest'
import type { Command } from '../../src/core/decisions/index.ts'
import type { PlanDocument } from '../../src/core/funding/plan-document.ts'
import { type EntryBody, GENESIS_HASH } from '../../src/core/ledger/index.ts'
import { readNanos } from '../../src/core/money/index.ts'
import { instant } from '../../src/core/time/index.ts'
import { chainHash } from '../../src/store/chain-hash.ts'
import { createPlan, movePlan } from '../../src/store/control/index.ts'
import { verify } from '../../src/store/verify/index.ts'
import { callOf, record } from '../engine/support/commands.ts'
import { journal, post } from '../engine/support/journal.ts'
import { node } from '../engine/support/nodes.ts'
import { seedCatalogue } from '../engine/support.ts'
import { freshDatabase, type TestDatabase } from '../support/database.ts'

const ID = 'sub'
const window = { id: 'session', shape: 'anchored' as const, length: 'PT5H', capacity: '1' }
const plan = (id: string, more: Partial<PlanDocument>): PlanDocument => ({
  ...{ id, version: 1, name: id, currency: 'USD', coverage: [], windows: [window] },
  ...more,
})

let database: TestDatabase
/** The number of the entry that each step wrote. */
const seqs = new Map<string, number>()

const common = (requestId: string) => ({
  accountId: ID,
  requestId,
  actor: { type: 'operator', id: 'op_test' } as const,
})
const change = (requestId: string, to: string, paymentId: string | null): Command => ({
  kind: 'change_subscription',
  ...common(requestId),
  plan: to,
  payment: paymentId === null ? null : { paymentId, tax: readNanos('2'), collected: false },
})
const reset = (requestId: string): Command => ({
  kind: 'grant_reset',
  ...common(requestId),
  resetId: `reset_${requestId}`,
  name: 'Sorry',
  windowId: 'session',
  expiresAt: instant(Date.parse('2099-01-01T00:00:00Z')),
})

beforeAll(async () => {
  database = await freshDatabase()
  await seedCatalogue(database)
  const plans = [
    plan('free', {}),
    plan('basic', { price: '20', fallback: 'free' }),
    plan('max', { price: '100', fallback: 'free', windows: [{ ...window, capacity: '9' }] }),
  ]
  for (const document of plans) {
    await createPlan(database.pool, document, instant(Date.parse('2026-01-01T00:00:00Z')))
    await movePlan(database.pool, { planId: document.id, version: 1 }, 'published')
  }
  const { engine } = await node(database)
  const steps: [string, Command][] = [
    [
      'open',
      { kind: 'open_account', ...common('open'), name: ID, currency: 'USD', plan: 'free@1' },
    ],
    [
      'grant',
      {
        ...{ kind: 'grant', ...common('gift'), lotId: 'lot_gift', name: 'Gift', origin: 'gift' },
        ...{ amount: readNanos('7'), expiresAt: null, scope: {}, position: 'after_windows' },
        priority: 0,
      },
    ],
    ['start', change('start', 'basic@1', 'pi_1')],
    ['upgrade', change('up', 'max@1', 'pi_2')],
    ['call', record(ID, 'c1', Date.now() + 2_000, { call: callOf('c1', {}) })],
    ['cancel', { kind: 'cancel_subscription', ...common('cancel'), when: 'now', payment: null }],
    ['again', change('again', 'basic@1', null)],
    ['first reset', reset('first')],
    ['second reset', reset('second')],
  ]
  for (const [name, command] of steps) {
    const [entry] = await post(engine, command)
    seqs.set(name, entry?.seq ?? 0)
  }
})

const TABLES = ['account', 'entry', 'posting']

/** Does something, looks at what `verify` says, and puts everything back as it was. */
async function verdictOn(forge: () => Promise<void>) {
  const { pool } = database
  for (const table of TABLES)
    await pool.query(`create table public.${table} as table accounts.${table}`)
  try {
    await forge()
    return await verify(pool)
  } finally {
    for (const table of TABLES) {
      await pool.query(`truncate accounts.${table}`)
      await pool.query(`insert into accounts.${table} table public.${table}`)
      await pool.query(`drop table public.${table}`)
    }
  }
}

/**
 * Writes another body for an entry, its postings with it, and a hash chain that is whole again: what a
 * program with a mistake would have written, and no hash can show.
 */
async function forge(name: string, other: (body: EntryBody) => EntryBody): Promise<void> {
  const { pool } = database
  let hash = GENESIS_HASH
  for (const row of await journal(pool, ID)) {
    const body = row.seq === seqs.get(name) ? other(row.body) : row.body
    const text = JSON.stringify(body)
    hash = chainHash(hash, text)
    await pool.query(
      `update accounts.entry set body = $3::json, hash = decode($4::text, 'hex')
       where account_id = $1::text and seq = $2::bigint`,
      [ID, row.seq, text, hash],
    )
    await pool.query('delete from accounts.posting where account_id = $1 and seq = $2', [
      ID,
      row.seq,
    ])
    for (const [line, [account, asset, amount, lot]] of body.postings.entries())
      await pool.query('insert into accounts.posting values ($1, $2, $3, $4, $5, $6, $7)', [
        ...[ID, row.seq, line, account, asset, readNanos(amount), lot ?? null],
      ])
  }
  await pool.query(
    `update accounts.account set state = jsonb_set(state::jsonb, '{hash}', to_jsonb($2::text))::json
     where account_id = $1::text`,
    [ID, hash],
  )
}

type Fee = NonNullable<EntryBody['fee']>
const withFee = (body: EntryBody, other: Partial<Fee>): EntryBody => ({
  ...body,
  fee: { ...(body.fee as Fee), ...other },
})
const withCredit = (body: EntryBody, credit: string): EntryBody => ({
  ...body,
  subscription: { ...body.subscription!, credit },
})
/** Another amount on one account, evened out on another. */
const moved = (body: EntryBody, from: string, to: string): EntryBody => {
  const amount = body.postings.find(([own]) => own === from)
  if (!amount) throw new Error(`nothing is posted to ${from}`)
  return {
    ...body,
    postings: body.postings.map((own) =>
      own === amount ? ([to, own[1], own[2]] as unknown as typeof own) : own,
    ),
  }
}

type Case = [what: string, at: string, other: (body: EntryBody) => EntryBody, says: RegExp]

const FORGED: Case[] = [
  [
    'a fee that is not its lines',
    'upgrade',
    (body) => withFee(body, { net: '1' }),
    /lines of the fee add up to/,
  ],
  [
    'a fee that is posted to another account',
    'start',
    (body) => moved(body, 'house:revenue', 'house:refund_expense'),
    /house:revenue is posted 0 for the fee, not 20000000000/,
  ],
  [
    'a payment that is less than the fee',
    'start',
    (body) => ({ ...body, payment: { ...body.payment!, price: '19' } }),
    /the payment is 19000000000/,
  ],
  [
    'a fee that nothing paid',
    'start',
    ({ payment: _, ...body }) => body,
    /is due and nothing paid it/,
  ],
  [
    'tax that was not paid',
    'start',
    (body) => withFee(body, { tax: '3' }),
    /the tax of the fee is 3/,
  ],
  [
    'credit for fees that was not posted',
    'cancel',
    (body) => withCredit(body, '500'),
    /credit for plan fees is 500000000000/,
  ],
  [
    'credit for fees that is posted as revenue',
    'cancel',
    (body) => moved(body, 'customer:plan_credit', 'house:tax_payable'),
    /credit for plan fees is 9\d+, 0 was posted to it/,
  ],
  [
    'credit for fees that was used and is still there',
    'again',
    (body) => withCredit(body, '100'),
    /credit for plan fees is 100000000000/,
  ],
  [
    'credit for fees without a fee',
    'grant',
    (body) => moved(body, 'house:promotion_expense', 'customer:plan_credit'),
    /credit for plan fees is 0|is posted to without a fee/,
  ],
  [
    'a lot that a transition forgets',
    'upgrade',
    (body) => ({ ...body, transition: { ...body.transition!, lots_kept: [] } }),
    /keeps the lots none; there are lot_gift 7/,
  ],
  [
    'a lot that a transition changes',
    'upgrade',
    (body) => ({
      ...body,
      transition: { ...body.transition!, lots_kept: [{ id: 'lot_gift', remaining: '6' }] },
    }),
    /keeps the lots lot_gift 6; there are lot_gift 7/,
  ],
  [
    'a transition that posts to a lot',
    'upgrade',
    (body) => ({
      ...body,
      postings: body.postings.map((own) =>
        own[0] === 'house:tax_payable' ? [own[0], own[1], own[2], 'lot_gift'] : own,
      ),
    }),
    /posts to the lot lot_gift/,
  ],
  [
    'a reset that is given twice',
    'second reset',
    (body) => ({ ...body, reset: { ...body.reset!, id: 'reset_first' } }),
    /reset_first is given twice/,
  ],
]

describe('verify of what subscriptions post', () => {
  it('finds nothing wrong with what is right', async () => {
    expect(await verify(database.pool)).toMatchObject({ ok: true, entries: seqs.size })
  })

  it.each(FORGED)('names %s, though every hash fits', async (_what, at, other, says) => {
    const report = await verdictOn(() => forge(at, other))
    expect(report.ok).toBe(false)
    expect(report.first).toMatchObject({ account_id: ID, seq: seqs.get(at) })
    expect(report.first?.message).toMatch(says)
    expect(report.checks.find(({ invariant }) => invariant === 3)?.failed).toBe(0)
  })

  it('names a reset that was never given, or had ended', async () => {
    const gone = await verdictOn(() =>
      forge('second reset', ({ reset: _, ...body }) => ({
        ...body,
        kind: 'grant_reset',
        reset_id: 'reset_never',
      })),
    )
    expect(gone.first?.message).toBe('the reset reset_never is used, but is not there')
    const late = await verdictOn(() =>
      forge('second reset', ({ reset: _, ...body }) => ({
        ...body,
        at: '2099-02-01T00:00:00.000Z',
        reset_id: 'reset_first',
      })),
    )
    expect(late.first?.message).toBe('the reset reset_first is used after its end')
  })

  it.each([
    ['a subscription that is gone from the state', "state::jsonb - 'subscription'"],
    ['a period that moved', "jsonb_set(state::jsonb, '{subscription,index}', '5')"],
    ['seats that nobody ordered', "jsonb_set(state::jsonb, '{subscription,seats}', '9')"],
    ['credit that nobody gave', `jsonb_set(state::jsonb, '{subscription,credit}', '"999"')`],
    ['resets that are gone from the state', "state::jsonb - 'resets'"],
    ['a reset that is gone from the state', "state::jsonb #- '{resets,0}'"],
    [
      'a reset that lives longer',
      `jsonb_set(state::jsonb, '{resets,0,expires_at}', '"2100-01-01T00:00:00.000Z"')`,
    ],
  ])('names %s', async (_what, sql) => {
    const report = await verdictOn(async () => {
      const { rowCount } = await database.pool.query(
        `update accounts.account set state = (${sql})::json where account_id = '${ID}'`,
      )
      expect(rowCount).toBe(1)
    })
    expect(report.first).toMatchObject({ account_id: ID, seq: seqs.size, invariant: 2 })
    expect(report.first?.message).toMatch(/^(subscription|resets) is /)
  })

  it('nothing once everything is as it was', async () => {
    expect((await verify(database.pool)).first).toBeNull()
  })
})

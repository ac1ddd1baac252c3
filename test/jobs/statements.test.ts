import { createHash } from 'node:crypto'
import { beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { publishTermsFolder } from '../../src/cli/serve/terms-folder.ts'
import { alertMessage, type Occasion } from '../../src/contract/alerts/index.ts'
import type { Command } from '../../src/core/decisions/index.ts'
import { decodeState, GENESIS_HASH, openingAfter } from '../../src/core/ledger/index.ts'
import { readNanos } from '../../src/core/money/index.ts'
import { instant } from '../../src/core/time/index.ts'
import { openStatement } from '../../src/engine/billing/build.ts'
import { type ClosingStep, closeCycles } from '../../src/engine/billing/close.ts'
import type { Engine } from '../../src/engine/index.ts'
import { closeStatements } from '../../src/jobs/statements.ts'
import { changeParty } from '../../src/store/billing/owed.ts'
import { listStatements, readStatement } from '../../src/store/billing/statements.ts'
import { verify } from '../../src/store/verify/index.ts'
import { grant, record, refund } from '../engine/support/commands.ts'
import { funded, journal, post, stateOf } from '../engine/support/journal.ts'
import { clockedNode } from '../engine/support/nodes.ts'
import { SetClock } from '../engine/support/set-clock.ts'
import { openAccount, paidUse, seedCatalogue, topUp } from '../engine/support.ts'
import { freshDatabase, type TestDatabase } from '../support/database.ts'
import { TERMS_DIR } from '../support/terms.ts'

const START = '2026-10-31T12:00:00Z'
const DAY_MS = 86_400_000
/** The first month of an account that was opened on the 31st is cut at the end of November. */
const FIRST_END = Date.parse('2026-11-30T12:00:00Z')
const SECOND_END = Date.parse('2026-12-31T12:00:00Z')

let database: TestDatabase
let clock: SetClock
let engine: Engine
let other: Engine
beforeAll(async () => {
  database = await freshDatabase()
  await seedCatalogue(database)
  await publishTermsFolder(database.pool, TERMS_DIR, Date.parse(START))
})
beforeEach(async () => {
  clock = new SetClock(START)
  engine = (await clockedNode(database, clock)).engine
  other = (await clockedNode(database, clock)).engine
})

const round = (own: Engine, after?: (step: ClosingStep) => void) =>
  closeStatements({ pool: database.pool, engine: own, ...(after && { after }) }, clock.now())
const to = (ms: number): void => clock.advance(ms - clock.now())
const statement = async (accountId: string, number: number | null = null) =>
  (await readStatement(database.pool, accountId, number))!
const preview = async (accountId: string) =>
  openStatement(database.pool, decodeState(await stateOf(database.pool, accountId)))
const closings = async (accountId: string) =>
  (await journal(database.pool, accountId)).filter((row) => row.kind === 'close_statement')
const soundness = async (accountId: string) => (await verify(database.pool, { accountId })).first
const told = async (accountId: string) => {
  const { rows } = await database.pool.query<{ alert_key: string }>(
    `select alert_key from accounts.notification
     where account_id = $1::text and kind = 'statement_ready' order by alert_key`,
    [accountId],
  )
  return rows.map((row) => row.alert_key)
}
const workLeft = async () =>
  (await database.pool.query('select account_id from accounts.statement_work')).rows

/** A look at the open statement over a pool that counts the entries it reads. */
function counting() {
  const counted = { entries: 0 }
  const query = async (...given: Parameters<typeof database.pool.query>) => {
    const result = await (
      database.pool.query as (...own: unknown[]) => Promise<{ rows: unknown[] }>
    )(...given)
    const [{ name }] = given as unknown as [{ name?: string }]
    if (name === 'read-statement-entries') counted.entries += result.rows.length
    return result
  }
  const pool = { query } as unknown as typeof database.pool
  const look = async (accountId: string) =>
    openStatement(pool, decodeState(await stateOf(database.pool, accountId)))
  return { counted, look }
}

describe('an open statement', () => {
  it('goes on from where it was, reads what came since, and is what it would be from the beginning', async () => {
    await funded(engine, 'open', '20')
    for (let day = 0; day < 5; day += 1)
      await post(engine, record('open', `c${day}`, clock.now(), { output: 1_000 + day }))
    const { counted, look } = counting()
    const first = await look('open')
    expect(counted.entries).toBe(first.entries.count)
    const told = structuredClone(first)
    await post(
      engine,
      grant('open', 'gift', '5', FIRST_END),
      refund('open', 'c1', 'goodwill', '0.001'),
    )
    const whole = await counting().look('open')
    expect(await look('open')).toEqual(whole)
    expect(counted.entries).toBe(first.entries.count + 2)
    // of several at once one goes on, and the others begin anew or go on after it
    expect(await Promise.all([look('open'), look('open'), look('open')])).toEqual(
      Array(3).fill(whole),
    )
    expect(first).toEqual(told)
  })

  it('is not that of a state that is younger, nor of a journal that is another', async () => {
    await funded(engine, 'turned', '20')
    const before = decodeState(await stateOf(database.pool, 'turned'))
    await post(engine, record('turned', 'c1', clock.now()))
    const { counted, look } = counting()
    const whole = await look('turned')
    expect((await openStatement(database.pool, before)).entries.last_seq).toBe(before.seq)
    await database.pool.query(
      `update accounts.entry set hash = '\\x00' where account_id = 'turned' and seq = $1::bigint`,
      [whole.entries.last_seq],
    )
    counted.entries = 0
    expect(await look('turned')).toMatchObject({ hash: '00', entries: whole.entries })
    expect(counted.entries).toBe(whole.entries.count)
  })
})

describe('a cycle that has ended', () => {
  it('is closed once, with two nodes at it at once, and the account is told once', async () => {
    await funded(engine, 'two', '20')
    await post(engine, record('two', 'c1', clock.now(), { output: 100_000 }))
    expect(await round(engine)).toBe(0)
    to(FIRST_END - 1)
    expect(await round(engine)).toBe(0)
    to(FIRST_END)
    await Promise.all([engine, other, engine, other].map((own) => round(own)))
    expect(await closings('two')).toHaveLength(1)
    const own = await statement('two')
    expect(own).toMatchObject({
      number: 1,
      label: 'S-two-0001',
      status: 'closed',
      start: '2026-10-31T12:00:00.000Z',
      end: '2026-11-30T12:00:00.000Z',
      plan: 'payg@1',
      entries: { count: 4, first_seq: 1, last_seq: 4 },
      previous_hash: GENESIS_HASH,
      closed: { seq: 5, at: '2026-11-30T12:00:00.000Z' },
      balances: { prepaid: { opening: '0', closing: '18.999' } },
      purchases: [{ seq: 2, payment_id: 'pay_two_first', face: '20', price: '20' }],
      usage: [
        { model: 'small', source: 'paid', amount: '1.001', entries: 1, first_seq: 4, last_seq: 4 },
      ],
    })
    expect(own.hash).toBe((await journal(database.pool, 'two'))[3]!.hash)
    expect(await told('two')).toEqual(['statement:1'])
    expect(await workLeft()).toEqual([])
    expect(await round(engine)).toBe(0)
    expect(await soundness('two')).toBeNull()
  })

  it('begins where the one before ended, gap-free, also when closings come late', async () => {
    await funded(engine, 'late', '20')
    await post(engine, grant('late', 'gift', '5', Date.parse('2026-12-10T00:00:00Z')))
    to(FIRST_END + 5)
    await post(engine, record('late', 'c1', FIRST_END - DAY_MS))
    to(SECOND_END + DAY_MS)
    await post(engine, record('late', 'c2', clock.now()))
    expect(await closeCycles({ pool: database.pool, engine }, 'late', clock.now())).toBe(2)
    const [second, first, ...more] = await listStatements(database.pool, 'late', {
      before: null,
      limit: 10,
    })
    expect(more).toEqual([])
    expect([first!.number, second!.number]).toEqual([1, 2])
    expect(second!.start).toBe(first!.end)
    expect(second!.end).toBe('2026-12-31T12:00:00.000Z')
    expect(second!.entries.first_seq).toBe(first!.entries.last_seq + 1)
    expect(openingAfter(first!).balances.prepaid).toBe(second!.balances.prepaid.opening)
    // what was reported late is on the statement of the cycle in which it was posted, and said to be late
    expect(first!.usage).toEqual([])
    expect(second!.late).toEqual({
      entries: 1,
      first_seq: 5,
      last_seq: 5,
      earliest: '2026-11-29T12:00:00.000Z',
    })
    // only the last one is news
    expect(await told('late')).toEqual(['statement:2'])
    expect((await preview('late')).entries).toEqual({ count: 3, first_seq: 6, last_seq: 8 })
    expect(await soundness('late')).toBeNull()
  })

  it('counts a refund of an earlier charge as a credit note to its statement', async () => {
    await funded(engine, 'note', '20')
    await post(engine, record('note', 'c1', clock.now(), { output: 100_000 }))
    to(FIRST_END)
    await round(engine)
    await post(engine, refund('note', 'c1', 'goodwill', '0.5'))
    expect((await preview('note')).corrections).toEqual([
      {
        what: 'usage_refund',
        reason: 'goodwill',
        model: 'small',
        source: 'paid',
        statement: 1,
        amount: '-0.5',
        entries: 1,
        first_seq: 6,
        last_seq: 6,
      },
    ])
  })

  it('is closed for accounts in which nothing happened, and nobody is told', async () => {
    await post(engine, openAccount('quiet'))
    to(FIRST_END)
    await round(engine)
    expect(await statement('quiet')).toMatchObject({ number: 1, entries: { count: 1 } })
    to(SECOND_END)
    await round(engine)
    expect(await statement('quiet')).toMatchObject({ number: 2, entries: { count: 1 } })
    expect(await told('quiet')).toEqual([])
  })
})

describe.each<ClosingStep>(['taken', 'closed', 'stored', 'invoiced', 'told'])(
  'a server that dies after the step "%s"',
  (step) => {
    it('leaves what the next one finishes, to the byte', async () => {
      const id = `crash-${step}`
      await funded(engine, id, '20')
      await post(engine, record(id, 'c1', clock.now(), { output: 50_000 }))
      to(FIRST_END)
      const expected = await preview(id)
      await expect(
        closeCycles(
          {
            pool: database.pool,
            engine,
            after: (reached) => {
              if (reached === step) throw new Error('killed')
            },
          },
          id,
          clock.now(),
        ),
      ).rejects.toThrow('killed')
      clock.advance(60_000)
      await Promise.all([round(other), round(other)])
      expect(await closings(id)).toHaveLength(1)
      const own = await statement(id)
      const { closed: _c, status: _s, ...rest } = own
      const { closed: _d, status: _t, ...before } = expected
      expect(rest).toEqual(before)
      expect(await told(id)).toEqual(['statement:1'])
      expect(await workLeft()).toEqual([])
      expect(await soundness(id)).toBeNull()
    })
  },
)

describe('a closed statement', () => {
  it('never changes, whatever is posted later or asked again', async () => {
    await funded(engine, 'fixed', '20')
    to(FIRST_END)
    await round(engine)
    const { rows } = await database.pool.query<{ text: string }>(
      `select document::text as text from accounts.statement where account_id = 'fixed'`,
    )
    await post(engine, topUp('fixed', '5', 'second'))
    await preview('fixed')
    await closeCycles({ pool: database.pool, engine: other }, 'fixed', clock.now())
    const after = await database.pool.query<{ text: string }>(
      `select document::text as text from accounts.statement where account_id = 'fixed'`,
    )
    expect(after.rows).toEqual(rows)
  })

  it('can be checked: its hash is that of the chain over its entries', async () => {
    await funded(engine, 'chain', '20')
    to(FIRST_END)
    await round(engine)
    const own = await statement('chain')
    let hash = own.previous_hash
    for (const { text, seq } of await journal(database.pool, 'chain'))
      if (seq >= own.entries.first_seq && seq <= own.entries.last_seq)
        hash = createHash('sha256').update(Buffer.from(hash, 'hex')).update(text).digest('hex')
    expect(hash).toBe(own.hash)
  })
})

describe('verify', () => {
  let tampered = 0
  it.each([
    ["set hash = decode(repeat('00', 32), 'hex')", 'hash is not that of its last entry'],
    ['set first_seq = 2', 'does not begin after 0'],
    ['set number = 2', 'statement 1 is missing'],
    ['set last_seq = 99', 'where the journal has no entry'],
    [
      `set document = jsonb_set(document::jsonb, '{balances,prepaid,closing}', '"21"')::json`,
      'prepaid is 21, the journal says 20',
    ],
  ])('tells of a statement that somebody changed: %s', async (change, message) => {
    tampered += 1
    const id = `tampered-${tampered}`
    await funded(engine, id, '20')
    to(FIRST_END)
    await closeCycles({ pool: database.pool, engine }, id, clock.now())
    expect(await soundness(id)).toBeNull()
    await database.pool.query(`update accounts.statement ${change} where account_id = $1::text`, [
      id,
    ])
    const first = await soundness(id)
    expect(first).toMatchObject({ account_id: id, invariant: 19 })
    expect(first!.message).toContain(message)
  })
})

describe('what a closed statement leaves to be paid', () => {
  const owing = async (id: string) => {
    await post(
      engine,
      openAccount(id),
      paidUse(id),
      { ...paidUse(id), requestId: 'line', overageLimit: readNanos('50') } as Command,
      record(id, 'c1', clock.now(), { output: 1_000_000 }),
    )
    to(FIRST_END)
  }
  const issued = async (id: string) =>
    (await journal(database.pool, id)).filter((row) => row.kind === 'issue_invoice')
  const at = instant(0)

  it('waits until somebody issues invoices, and is then invoiced once, by policy', async () => {
    await owing('owes')
    await round(engine)
    expect(await issued('owes')).toEqual([])
    await changeParty(database.pool, 'issuer', { document: { name: 'Acme' }, at })
    await changeParty(database.pool, 'account:owes', {
      document: { name: '株式会社髙橋', jurisdiction: 'JP', reference: 'PO-7' },
      at,
    })
    to(SECOND_END)
    await Promise.all([engine, other, engine].map((own) => round(own)))
    const [invoice, ...more] = await issued('owes')
    expect(more).toEqual([])
    expect(invoice!.body.invoice).toMatchObject({
      number: 1,
      statement: 2,
      overage: '10',
      tax: '1',
      total: '11',
      tax_name: '消費税',
      policy: 'JP@1',
      due_at: '2027-01-30T12:00:00.000Z',
      issuer: { name: 'Acme' },
      bill_to: { name: '株式会社髙橋', reference: 'PO-7' },
    })
    const { rows } = await database.pool.query<{ body: { facts: unknown } }>(
      `select body from accounts.notification
       where account_id = 'owes' and alert_key = 'statement:2'`,
    )
    expect(rows[0]!.body.facts).toMatchObject({ invoice: { total: '11' } })
    expect(await soundness('owes')).toBeNull()
  })

  it('is invoiced once although the server dies right before and right after', async () => {
    await changeParty(database.pool, 'issuer', { document: { name: 'Acme' }, at })
    await owing('twice')
    for (const step of ['stored', 'invoiced'] as const) {
      const after = (reached: ClosingStep) => {
        if (reached === step) throw new Error('killed')
      }
      const parts = { pool: database.pool, engine, after }
      await expect(closeCycles(parts, 'twice', clock.now())).rejects.toThrow('killed')
    }
    clock.advance(60_000)
    await round(other)
    expect(await issued('twice')).toHaveLength(1)
    const { rows } = await database.pool.query<{ body: { facts: object } }>(
      `select body from accounts.notification where account_id = 'twice'`,
    )
    const { body } = rows[0]!
    expect(body.facts).toMatchObject({ owed: '10.001', invoice: { total: '10' } })
    const told = (lang: 'en' | 'ja') =>
      alertMessage(body as unknown as Occasion, { lang, timeZone: 'UTC' })
    expect(told('en').title).toBe('Your statement S-twice-0001 is ready')
    expect(told('en').lines).toContain('$10.00 of overage was owed.')
    expect(told('en').lines.join(' ')).toMatch(/Its invoice is over \$10\.00, due on .*30 Dec/)
    expect(told('ja').title).toBe('ご利用明細S-twice-0001ができました')
    expect(told('ja').lines.join('')).toContain('お支払い期限')
    expect(await soundness('twice')).toBeNull()
  })
})

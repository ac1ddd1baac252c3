import type pg from 'pg'
import { expect } from 'vitest'
import {
  type AccountState,
  cycleOf,
  type Flow,
  GENESIS_HASH,
  invoiceViews,
  MONEY_SOURCES,
  overageNotInvoiced,
  type StatementDocument,
} from '../../../src/core/ledger/index.ts'
import { readNanos } from '../../../src/core/money/index.ts'
import { formatInstant, type Instant } from '../../../src/core/time/index.ts'
import { owedEntries } from '../../../src/store/billing/owed.ts'
import { listStatements } from '../../../src/store/billing/statements.ts'
import type { JournalRow } from '../../engine/support/journal.ts'
import { type Billing, INVOICED } from './billing.ts'
import { states } from './safe.ts'
import type { World } from './world.ts'

const CENT = 10_000_000n
const INPUT_TOKENS = 1_000n
/** In nanos. */
const PER_INPUT_TOKEN = 1_000n
const PER_OUTPUT_TOKEN = 10_000n
const STATEMENTS_MAX = 100

interface Billed {
  readonly world: World
  readonly pool: pg.Pool
  readonly billing: Billing
}

/** Every cycle that has ended is closed once, and the statements are one chain. */
export async function expectStatements(
  { world, pool }: Billed,
  rows: readonly JournalRow[],
): Promise<void> {
  for (const state of await states(pool)) {
    const { accountId: id } = state
    const cycle = cycleOf(state)
    expect(cycle.end > world.nowMs, `${id} has a cycle that has ended and is not closed`).toBe(true)
    const numbers = Array.from({ length: cycle.number - 1 }, (_, index) => index + 1)
    const closings = rows.filter((own) => {
      return own.accountId === id && own.kind === 'close_statement' && !own.body.refused
    })
    expect(
      closings.map(({ body }) => body.cycle?.number),
      `closings of ${id}`,
    ).toEqual(numbers)
    const page = { before: null, limit: STATEMENTS_MAX }
    const statements = (await listStatements(pool, id, page)).reverse()
    expect(
      statements.map(({ number }) => number),
      `statements of ${id}`,
    ).toEqual(numbers)
    expectChain(state, statements)
  }
  const { rows: left } = await pool.query('select account_id from accounts.statement_work')
  expect(left, 'closings that nobody finished').toEqual([])
  const last = cycleOf((await states(pool)).find(({ accountId }) => accountId === INVOICED)!).number
  const { rows: told } = await pool.query<{ alert_key: string }>(
    `select alert_key from accounts.notification
     where account_id = $1::text and kind = 'statement_ready' order by at desc limit 1`,
    [INVOICED],
  )
  expect(told, 'told of its last statement').toEqual([{ alert_key: `statement:${last - 1}` }])
}

function expectChain(state: AccountState, statements: readonly StatementDocument[]): void {
  let before: StatementDocument | null = null
  for (const own of statements) {
    const name = own.label
    expect(own.start, `start of ${name}`).toBe(before?.end ?? formatInstant(state.openedAt))
    expect(own.previous_hash, `chain of ${name}`).toBe(before?.hash ?? GENESIS_HASH)
    expect(own.entries.first_seq, `entries of ${name}`).toBe((before?.entries.last_seq ?? 0) + 1)
    for (const source of MONEY_SOURCES) {
      const opening = before?.balances[source].closing ?? '0'
      expectFlow(own.balances[source], opening, `${source} of ${name}`)
    }
    for (const lot of own.lots) {
      const known: string | undefined = before?.lots.find(
        (one) => one.lot_id === lot.lot_id,
      )?.closing
      expectFlow(lot, known ?? '0', `lot ${lot.lot_id} of ${name}`)
    }
    before = own
  }
}

function expectFlow({ opening, movements, closing }: Flow, before: string, what: string): void {
  expect(opening, `opening of ${what}`).toBe(before)
  const moved = movements.reduce((sum, { amount }) => sum + readNanos(amount), 0n)
  expect(readNanos(opening) + moved, `sum of ${what}`).toBe(readNanos(closing))
}

/** What was used is on one invoice or on none yet, to the nano; and what was paid is what was transferred. */
export async function expectInvoices(own: Billed, rows: readonly JournalRow[]): Promise<void> {
  const { world, pool, billing } = own
  const state = (await states(pool)).find(({ accountId }) => accountId === INVOICED)!
  const invoices = invoiceViews(await owedEntries(pool, INVOICED), world.nowMs as Instant)
  const live = invoices.filter(({ status }) => status !== 'void')
  const billed = live.reduce((sum, { overage, credit }) => {
    return sum + readNanos(overage) - readNanos(credit)
  }, 0n)
  expect(billed + overageNotInvoiced(state), 'what is invoiced and what is not').toBe(
    owing(billing, rows) - drawnOfCredit(state, rows),
  )
  const statements = await listStatements(pool, INVOICED, { before: null, limit: STATEMENTS_MAX })
  for (const { number, not_invoiced: left } of statements) {
    const cents = readNanos(left.overage) / CENT
    expect(
      invoices.filter(({ statement }) => statement === number).map(({ net }) => readNanos(net)),
      `invoices of statement ${number}`,
    ).toEqual(cents > 0n ? [cents * CENT] : [])
  }
  for (const { invoice_id: id, net, tax, status, paid } of invoices) {
    // a tenth, half a cent up
    const due = ((readNanos(net) / CENT + 5n) / 10n) * CENT
    expect(readNanos(tax), `tax of ${id}`).toBe(due)
    expect(status, `invoice ${id}`).toBe(billing.takenBack.has(id) ? 'void' : 'paid')
    const transfers = billing.transfers.filter(({ invoiceId }) => invoiceId === id)
    const sum = transfers.reduce((all, { amount }) => all + amount, 0n)
    expect(readNanos(paid), `paid of ${id}`).toBe(sum)
  }
}

/** What the uses cost by their tokens, after what came back of them. */
function owing({ uses }: Billing, rows: readonly JournalRow[]): bigint {
  const own = rows.filter(({ accountId, body }) => accountId === INVOICED && !body.refused)
  let sum = 0n
  for (const { callId, outputTokens } of uses) {
    const charged = own.filter(({ kind, body }) => {
      return kind === 'record' && body.call?.call_id === callId
    })
    expect(charged.length, `charges of ${callId}`).toBe(1)
    sum += INPUT_TOKENS * PER_INPUT_TOKEN + BigInt(outputTokens) * PER_OUTPUT_TOKEN
  }
  const back = own.filter(({ kind }) => kind === 'refund')
  return back.reduce((all, { body }) => all + readNanos(body.totals?.money ?? '0'), sum)
}

/** Credit pays before anything is owed: what was given, less what ended unused and what is left. */
function drawnOfCredit({ accountId, lots }: AccountState, rows: readonly JournalRow[]): bigint {
  const given = rows
    .filter((own) => own.accountId === accountId && ['grant', 'expire_lot'].includes(own.kind))
    .flatMap(({ body }) => body.postings)
    .filter(([account]) => account === 'customer:promotional')
    .reduce((sum, [, , amount]) => sum + readNanos(amount), 0n)
  return given - lots.reduce((sum, { remaining }) => sum + remaining, 0n)
}

/** What came in by transfer, and through no processor. */
export const transferred = ({ transfers }: Billing): bigint =>
  transfers.reduce((sum, { amount }) => sum + amount, 0n)

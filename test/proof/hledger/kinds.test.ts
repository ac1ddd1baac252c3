import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, describe, expect, test } from 'vitest'
import { hledgerHead, hledgerTransaction } from '../../../src/cli/views/hledger.ts'
import {
  ENTRY_KINDS,
  type EntryBody,
  type EntryKind,
  LEDGER_ACCOUNTS,
  MOVEMENTS,
} from '../../../src/core/ledger/index.ts'
import { movementOf } from '../../../src/core/ledger/statement/movements.ts'
import { readNanos, sum } from '../../../src/core/money/index.ts'
import { temporaryFolder } from '../../cli/support/run.ts'
import { ACCOUNT, type Ledger } from '../../support/core/ledger.ts'
import { balances, hledger, isThere } from './hledger.ts'
import { chance, STORIES, statementOf } from './stories.ts'

/*
 * Every kind of entry that can move an amount, on every account of the chart, before the second book-keeper:
 * what the books of the demo have of it is what people happened to do. What has to occur is asked of the
 * statement's own table, so that a new kind of entry has to come here too.
 */

const HISTORIES = process.env.PROOF === 'full' ? 60 : 4
const BOOKS_MS = process.env.PROOF === 'full' ? 1_200_000 : 60_000

/** Whether the statement has a name for what an entry of this kind moves. */
function canMove(kind: EntryKind): boolean {
  try {
    movementOf({ kind, seq: 0, postings: [] as readonly [] } as unknown as EntryBody)
    return true
  } catch {
    return false
  }
}

const bodiesOf = ({ entries }: Ledger): EntryBody[] => entries.map(({ body }) => body)
const moving = (bodies: readonly EntryBody[]): EntryBody[] =>
  bodies.filter(({ postings }) => postings.length > 0)

/** What of all that can move did not. */
function missing(bodies: readonly EntryBody[]): string[] {
  const seen = new Set<string>(
    moving(bodies).flatMap((body) => [
      body.kind,
      `movement ${movementOf(body)}`,
      ...body.postings.map(([account]) => account),
    ]),
  )
  return [
    ...ENTRY_KINDS.filter(canMove),
    ...MOVEMENTS.map((movement) => `movement ${movement}`),
    ...LEDGER_ACCOUNTS,
  ].filter((what) => !seen.has(what))
}

type Entry = Parameters<typeof hledgerTransaction>[0]

function written(ledger: Ledger): string {
  const file = join(temporaryFolder(), 'books.journal')
  const transactions = ledger.entries.flatMap(
    ({ body, hash }) => hledgerTransaction({ ...body, hash } as unknown as Entry) ?? [],
  )
  writeFileSync(file, `${[hledgerHead(ACCOUNT), ...transactions].join('\n')}\n`)
  return file
}

/** What is in each lot, as the account has it; nothing is in one that it no longer keeps. */
const inLots = ({ state }: Ledger): Map<string, bigint> =>
  new Map(
    state!.lots.filter(({ remaining }) => remaining > 0n).map((lot) => [lot.id, lot.remaining]),
  )

/** The customer's accounts and the tax, as our statement and our state have them; signed as in the journal. */
function ours(ledger: Ledger): Record<string, bigint> {
  const state = ledger.state!
  const { balances: own, tax } = statementOf(bodiesOf(ledger))
  const remaining = (category: string): bigint =>
    sum(state.lots.filter((lot) => lot.category === category).map((lot) => lot.remaining))
  expect(readNanos(own.prepaid.closing)).toBe(remaining('paid'))
  expect(readNanos(own.promotional.closing)).toBe(remaining('promotional'))
  expect(readNanos(own.overage.closing)).toBe(state.overage.used)
  return {
    'customer:prepaid': remaining('paid'),
    'customer:promotional': remaining('promotional'),
    'customer:overage_receivable': -state.overage.used,
    'customer:invoice_receivable': -readNanos(own.invoiced.closing),
    'customer:plan_credit': state.subscription?.credit ?? 0n,
    'house:tax_payable': sum(
      tax.flatMap(({ charged, reversed }) => [readNanos(charged), readNanos(`-${reversed}`)]),
    ),
  }
}

const tried: Record<string, number> = { books: 0, transactions: 0, balances: 0 }
const count = (what: string, often: number): void => {
  tried[what] = (tried[what] ?? 0) + often
}
afterAll(() => {
  if (isThere) console.log(`proof hledger kinds ${JSON.stringify(tried)}`)
})

function agree(ledger: Ledger): void {
  const file = written(ledger)
  hledger(file, 'check')
  const theirs = balances(file, 'USD')
  for (const [account, amount] of Object.entries(ours(ledger)))
    expect([account, theirs.get(account) ?? 0n]).toEqual([account, amount])
  expect([...theirs.values()].reduce((total, amount) => total + amount, 0n)).toBe(0n)
  const lots = balances(file, 'USD', 'acct:^customer:(prepaid|promotional)$', '--pivot', 'lot')
  expect(new Map([...lots].filter(([, amount]) => amount !== 0n))).toEqual(inLots(ledger))
  count('books', 1)
  count('balances', theirs.size + lots.size)
  for (const { kind } of moving(bodiesOf(ledger))) {
    count('transactions', 1)
    count(kind, 1)
  }
}

const told = new Map<string, Ledger>()
const ledgerOf = (name: string, tell: () => Ledger): Ledger => {
  const ledger = told.get(name) ?? tell()
  told.set(name, ledger)
  return ledger
}
const all = (): EntryBody[] => STORIES.flatMap(([name, tell]) => bodiesOf(ledgerOf(name, tell)))

describe.runIf(isThere)('hledger', () => {
  test.each(STORIES)('agrees on %s', (name, tell) => agree(ledgerOf(name, tell)))

  test(
    'agrees on whatever else happens',
    () => {
      for (const ledger of chance(HISTORIES)) agree(ledger)
    },
    BOOKS_MS,
  )
})

test('all that can be posted is: every kind of entry, every movement, every account', () => {
  expect(missing(all())).toEqual([])
})

test('of which each would be missed', () => {
  const bodies = all()
  for (const kind of ENTRY_KINDS.filter(canMove))
    expect(missing(bodies.filter((body) => body.kind !== kind))).toContain(kind)
})

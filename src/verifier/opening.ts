import { Account } from './account.ts'
import { compare, moment, same } from './amounts.ts'
import type { PublishedBook } from './book.ts'
import type { Head } from './file.ts'
import type { Statement } from './statement.ts'

/** What a file leaves behind, for the file of the next statement. */
export interface Closing {
  readonly statement: Statement
  readonly account: Account
  readonly notInvoiced: Readonly<Record<'overage' | 'fees', string>>
  readonly books: readonly PublishedBook[]
}

const GENESIS = '0'.repeat(64)

/** What can be said of the opening by itself. */
export function checkOpening({ statement, opening, account_id }: Head): Account {
  same('account', statement.account_id, account_id)
  const { first_seq: first, last_seq: last, count } = statement.entries
  same('number of entries', count, last - first + 1)
  const numbers = opening.statements.map(({ number }) => number)
  compare(
    'statements before',
    numbers,
    [...Array(statement.number - 1).keys()].map((own) => own + 1),
  )
  const before = opening.statements.at(-1)?.last_seq ?? 0
  same('first entry', first, before + 1)
  if (before === 0) {
    same('hash before the first entry', statement.previous_hash, GENESIS)
    for (const name of ['lots', 'windows', 'caps'] as const)
      same(`${name} before the first entry`, opening[name].length, 0)
    for (const [name, own] of Object.entries(statement.balances))
      same(`opening of ${name}`, own.opening, '0')
    const { paid_use, overage_limit, overage_used, not_invoiced } = opening
    const nothing = { paid_use: false, overage_limit: null, overage_used: '0' }
    compare('opening', { paid_use, overage_limit, overage_used }, nothing)
    compare('opening.not_invoiced', not_invoiced, { overage: '0', fees: '0' })
  }
  return new Account(opening)
}

/** The opening has to be what the statement before ended with. */
export function follow(
  { statement: before, account, notInvoiced, books }: Closing,
  head: Head,
): void {
  const { statement, opening } = head
  same('account of the statement before', before.account_id, statement.account_id)
  same('number of the statement before', before.number, statement.number - 1)
  same('hash before the statement', statement.previous_hash, before.hash)
  same('first entry', statement.entries.first_seq, before.entries.last_seq + 1)
  const now = new Account(opening)
  for (const name of ['plan', 'paidUse', 'overageLimit', 'overageUsed'] as const)
    same(`opening: ${name}`, now[name], account[name])
  compare('opening.not_invoiced', opening.not_invoiced, notInvoiced)
  for (const name of ['plan_credit', 'invoiced'])
    same(`opening of ${name}`, statement.balances[name]?.opening, closingOf(before, name))
  followSources(account, now, { start: statement.start, first: before.start })
  for (const { document } of head.price_books) {
    const known = books.find((own) => own.document.id === document.id)
    if (known)
      same(`price book ${document.id}`, JSON.stringify(document), JSON.stringify(known.document))
  }
}

function followSources(before: Account, now: Account, start: Times): void {
  for (const id of new Set([...now.lots.keys(), ...before.lots.keys()])) {
    const [lot, was] = [now.lots.get(id), before.lots.get(id)]
    // one that is used up need not be carried on
    const isUsedUp = (!lot && was?.left === 0n) || (!was && lot?.left === 0n)
    if (!isUsedUp) compare(`opening: ${id}`, lot, was)
  }
  followRuns(before, now, start)
  for (const key of new Set([...now.spent.keys(), ...before.spent.keys()])) {
    const [spent, was] = [now.spent.get(key) ?? 0n, before.spent.get(key) ?? 0n]
    const stated = now.spent.has(key) && before.spent.has(key)
    // counters of one member, key or session are stated where they are needed
    if (stated || !(isBeside(key) || isOld(key, start.start)))
      same(`opening: spent of cap ${key}`, spent, was)
  }
}

/** Longer than any period of a cap. */
const COUNTED_MS = 40 * 86_400_000

/** The period of the counter was over long ago, so that nothing counts in it any more. */
function isOld(key: string, start: string): boolean {
  const began = Date.parse(`${(JSON.parse(key) as readonly unknown[])[1]}`)
  return !Number.isNaN(began) && began + COUNTED_MS <= moment(start)
}

const isBeside = (key: string): boolean => (JSON.parse(key) as readonly unknown[])[2] === true

/** Runs that are open are there; others are those of before, or older than all that is known of them. */
function followRuns(before: Account, now: Account, { start, first }: Times): void {
  for (const key of new Set([...now.runs.keys(), ...before.runs.keys()])) {
    const [run, was] = [now.runs.get(key), before.runs.get(key)]
    const isOlder = run && !was && moment(run.end) <= moment(first)
    const isOver = was && !run && moment(was.end) <= moment(start)
    if (!isOlder && !isOver) compare(`opening: window ${key}`, run ?? null, was ?? null)
  }
}

interface Times {
  readonly start: string
  /** When the statement before began. */
  readonly first: string
}

const closingOf = (statement: Statement, name: string): unknown =>
  (statement.balances[name] as { readonly closing?: unknown } | undefined)?.closing

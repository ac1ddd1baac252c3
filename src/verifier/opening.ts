import { Account } from './account.ts'
import { compare, same } from './amounts.ts'
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
  followSources(account, now)
  for (const { document } of head.price_books) {
    const known = books.find((own) => own.document.id === document.id)
    if (known)
      same(`price book ${document.id}`, JSON.stringify(document), JSON.stringify(known.document))
  }
}

function followSources(before: Account, now: Account): void {
  for (const id of new Set([...now.lots.keys(), ...before.lots.keys()])) {
    const [lot, was] = [now.lots.get(id), before.lots.get(id)]
    // one that is used up need not be carried on
    const isUsedUp = (!lot && was?.left === 0n) || (!was && lot?.left === 0n)
    if (!isUsedUp) compare(`opening: ${id}`, lot, was)
  }
  for (const [key, run] of now.runs) {
    const was = before.runs.get(key)
    if (was) compare(`opening: window ${key}`, run, was)
  }
  for (const [key, spent] of now.spent) {
    const was = before.spent.get(key)
    if (was !== undefined) same(`opening: spent of cap ${key}`, spent, was)
  }
}

const closingOf = (statement: Statement, name: string): unknown =>
  (statement.balances[name] as { readonly closing?: unknown } | undefined)?.closing

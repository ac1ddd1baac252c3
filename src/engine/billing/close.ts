import type pg from 'pg'
import {
  type AccountState,
  cycleOf,
  type InvoiceFacts,
  type StatementDocument,
} from '../../core/ledger/index.ts'
import { type Instant, instant } from '../../core/time/index.ts'
import { owedEntries } from '../../store/billing/owed.ts'
import { endWork, takeWork } from '../../store/billing/statements.ts'
import { enterNotifications } from '../../store/notifications/alerts.ts'
import { newNotification } from '../../store/notifications/new-notification.ts'
import { readAccount } from '../../store/reads/account-state.ts'
import type { Engine } from '../types.ts'
import { storeClosed } from './build.ts'
import { issueFor } from './invoice.ts'

/*
 * A cycle is closed in steps, each of which can be done again: the work is noted, the journal closes the cycle
 * (a command whose request id is the cycle's, so that it happens once), the statement is made from the journal
 * and stored, what it left to be paid becomes an invoice, the account is told, and the note goes. Whoever finds the note later does the rest.
 */

export interface ClosingParts {
  readonly pool: pg.Pool
  readonly engine: Engine
  /** Called after each step that is durable; tests stop the program there. */
  readonly after?: (step: ClosingStep) => void
}

export type ClosingStep = 'taken' | 'closed' | 'stored' | 'invoiced' | 'told'

const ACTOR = { type: 'system', id: 'statements' } as const

/** Closes every cycle of an account that has ended, and does what a closing brings. Returns how many. */
export async function closeCycles(
  parts: ClosingParts,
  accountId: string,
  nowMs: number,
): Promise<number> {
  const { pool } = parts
  const at = instant(nowMs)
  await takeWork(pool, accountId, at)
  parts.after?.('taken')
  let closed = 0
  let state = await stateOf(pool, accountId)
  while (cycleOf(state).end <= nowMs && (await closeOne(parts, state))) {
    closed += 1
    parts.after?.('closed')
    state = await stateOf(pool, accountId)
  }
  const last = await storeClosed(pool, state)
  parts.after?.('stored')
  if (last && last.number === cycleOf(state).number - 1) await followUp(parts, state, last, at)
  await endWork(pool, accountId, at)
  return closed
}

async function stateOf(pool: pg.Pool, accountId: string): Promise<AccountState> {
  const state = await readAccount(pool, accountId)
  if (!state) throw new Error(`account ${accountId} has a cycle and no state`)
  return state
}

/** `false`: another node has closed it, or the database's clock is not there yet. */
async function closeOne({ engine }: ClosingParts, state: AccountState): Promise<boolean> {
  const { number } = cycleOf(state)
  const { result } = await engine.execute({
    kind: 'close_statement',
    accountId: state.accountId,
    requestId: `statement:${number}`,
    actor: ACTOR,
    number,
  })
  return result.status === 'posted'
}

/** What comes with the last closed statement. Of earlier ones that were closed late nobody is told. */
async function followUp(
  parts: ClosingParts,
  state: AccountState,
  last: StatementDocument,
  at: Instant,
): Promise<void> {
  await issueFor(parts, state, last)
  parts.after?.('invoiced')
  const invoice = await invoiceOf(parts.pool, last)
  if (invoice || !isQuiet(last)) await tell(parts.pool, state, { own: last, invoice }, at)
  parts.after?.('told')
}

/** Nothing happened that anybody would want to read about. */
const isQuiet = (own: StatementDocument): boolean =>
  own.usage.length + own.corrections.length === 0 &&
  Object.values(own.balances).every(({ movements }) => movements.length === 0)

async function tell(
  pool: pg.Pool,
  state: AccountState,
  { own, invoice }: { readonly own: StatementDocument; readonly invoice: InvoiceDue | null },
  at: Instant,
): Promise<void> {
  const about = {
    account_id: state.accountId,
    account_name: state.name,
    currency: state.currency,
    as_of: own.closed!.at,
    seq: own.closed!.seq,
  }
  const facts = {
    kind: 'statement_ready',
    number: own.number,
    label: own.label,
    start: own.start,
    end: own.end,
    prepaid: own.balances.prepaid.closing,
    promotional: own.balances.promotional.closing,
    owed: own.balances.overage.closing,
    invoice,
  } as const
  await enterNotifications(pool, [
    newNotification(about, { key: `statement:${own.number}`, facts }, at),
  ])
}

type InvoiceDue = Pick<InvoiceFacts, 'invoice_id' | 'total' | 'due_at'>

/** What is to be paid for it, as it is on the invoice. */
async function invoiceOf(pool: pg.Pool, own: StatementDocument): Promise<InvoiceDue | null> {
  const issued = (await owedEntries(pool, own.account_id)).find(
    ({ kind, invoice }) => kind === 'issue_invoice' && invoice?.statement === own.number,
  )?.invoice
  return issued
    ? { invoice_id: issued.invoice_id, total: issued.total, due_at: issued.due_at }
    : null
}

import fc from 'fast-check'
import type { Command } from '../../../src/core/decisions/index.ts'
import { type Plan, periodNow } from '../../../src/core/funding/index.ts'
import {
  cycleOf,
  type EntryBody,
  invoiceAmounts,
  openingAfter,
  type StatementContent,
  StatementFold,
} from '../../../src/core/ledger/index.ts'
import { ZERO } from '../../../src/core/money/index.ts'
import { taxOn } from '../../../src/core/tax/index.ts'
import {
  at,
  book,
  costing,
  DAY,
  HOUR,
  plan,
  plus,
  SESSION,
  TestCatalogue,
  UNIT_BOOK,
  usd,
} from '../../support/core/fixtures.ts'
import { history } from '../../support/core/history.ts'
import { ACCOUNT, Ledger, postedEntry } from '../../support/core/ledger.ts'
import { Player } from '../../support/core/player.ts'

/* Books in which everything happens that can move an amount. */

const START = at('2026-11-01T00:00:00Z')
const PAID: Plan = {
  ...plan({ id: 'paid', windows: [SESSION] }),
  price: usd('30'),
  fallback: 'free',
}
const PLANS = [
  plan({ id: 'free', windows: [SESSION] }),
  PAID,
  { ...PAID, id: 'billed', price: usd('100'), billing: 'invoiced' as const },
]
/** The book that is right, where the first one was too dear. */
const CHEAPER = {
  ...UNIT_BOOK,
  id: 'cheaper',
  rows: UNIT_BOOK.rows.map((row) => ({
    ...row,
    per_mtok: row.kind === 'output' ? '4000' : row.per_mtok,
  })),
}
const PAYMENT = { price: '9', tax: '0.9' }

/** What an account's own entries come to, reckoned by the statement. */
export function statementOf(entries: readonly EntryBody[]): StatementContent {
  const fold = new StatementFold({
    opening: openingAfter(null),
    startsAt: 0,
    statementOf: () => null,
  })
  for (const body of entries) fold.add(body)
  return fold.content()
}

const openLedger = (): Ledger =>
  new Ledger({
    catalogue: new TestCatalogue(PLANS),
    ...{ at: START, anchor: START, paidUse: true, overage: '500' },
  })

/** Carries an order out; one that is refused tells no story. */
function order(ledger: Ledger, own: Record<string, unknown>): EntryBody {
  const requestId = `order_${ledger.entries.length}`
  const actor = { type: 'operator', id: 'op_test' } as const
  return postedEntry(
    ledger.run({ accountId: ACCOUNT, actor, requestId, ...own } as unknown as Command),
  )
}

/** Calls on every source, and everything that gives back what they drew. */
function calls(): Ledger {
  const ledger = openLedger()
  ledger.grant('gift', '3', { before: true, expiresAt: plus(ledger.now, 2 * DAY) })
  ledger.topUp('bought', '10', PAYMENT)
  ledger.authorize('held', usd('4'))
  ledger.record('beside', usd('14'))
  ledger.settle('held', usd('1.25'))
  ledger.record('lost', usd('1'), { outcome: 'upstream_failed_mid_stream' })
  ledger.record('silent', null)
  ledger.complete('silent', costing(usd('0.7')))
  ledger.record('again', usd('5'))
  ledger.refund('again', usd('1.25'))
  ledger.record('wrong', usd('2'))
  ledger.reverse(ledger.entry('wrong').seq)
  ledger.record('dear', usd('3'))
  ledger.catalogue.books.push(book(CHEAPER))
  order(ledger, {
    ...{ kind: 'rerate', requestId: 'dear#rerate:price', callId: 'dear' },
    ...{ book: 'cheaper', reason: 'price' },
  })
  return ledger
}

/** Credit that is given, ends, is given in error, and is taken back as if it had never been. */
function credit(): Ledger {
  const ledger = openLedger()
  ledger.grant('short', '3', { expiresAt: plus(ledger.now, HOUR) })
  ledger.grant('error', '2')
  ledger.grant('mistake', '1')
  ledger.topUp('doubled', '10', PAYMENT)
  ledger.voidLot('error')
  for (const lotId of ['mistake', 'doubled'])
    ledger.reverse(ledger.entries.find(({ body }) => body.lot?.id === lotId)!.body.seq)
  ledger.wait(DAY)
  ledger.expireLot('short')
  return ledger
}

/** Purchases that are paid back, that the processor does not pay back, and that a bank takes back. */
function purchases(): Ledger {
  const ledger = openLedger()
  for (const lotId of ['unused', 'unpaid', 'disputed', 'won']) ledger.topUp(lotId, '10', PAYMENT)
  for (const lotId of ['unused', 'unpaid'])
    order(ledger, {
      ...{ kind: 'refund_purchase', requestId: `rfnd_${lotId}`, lotId, paymentId: `pay_${lotId}` },
      ...{ basis: 'operator', withdrawalUntil: null, taxPaid: usd('0.9'), reason: 'asked for' },
      refunded: { price: ZERO, tax: ZERO },
    })
  order(ledger, { kind: 'undo_refund_purchase', requestId: 'rfnd_unpaid', reason: 'unpaid' })
  ledger.record('used', usd('17'))
  for (const lotId of ['disputed', 'won'])
    order(ledger, { kind: 'freeze_lot', ...dispute(lotId), requestId: `dp_${lotId}` })
  order(ledger, { kind: 'unfreeze_lot', ...dispute('won') })
  order(ledger, {
    ...{ kind: 'charge_back', ...dispute('disputed') },
    ...{ price: usd('9'), tax: usd('0.9') },
  })
  return ledger
}

const dispute = (lotId: string) => ({
  lotId,
  disputeId: `dp_${lotId}`,
  paymentId: `pay_${lotId}`,
})

/** Fees that are paid at once, from credit, and by invoice; overage that is invoiced, taken back and paid. */
function fees(): Ledger {
  const ledger = openLedger()
  const payment = (paymentId: string) => ({ paymentId, tax: usd('3'), collected: true })
  const subscribe = { kind: 'change_subscription', when: 'now', fallback: 'free@1' }
  order(ledger, { ...subscribe, plan: 'paid@1', payment: payment('pay_first') })
  ledger.wait(10 * DAY)
  order(ledger, {
    ...{ kind: 'return_fee', requestId: 'late#pay_late', paymentId: 'pay_late' },
    ...{ price: usd('30'), tax: usd('3'), code: 'plan_unchanged' },
  })
  order(ledger, { kind: 'cancel_subscription', when: 'now', payment: null })
  order(ledger, { ...subscribe, plan: 'billed@1', payment: null })
  ledger.record('owed', usd('42.123456789'))
  order(ledger, { kind: 'pay_overage', amount: usd('1.5'), invoiceId: null })
  closeCycle(ledger)
  const first = issueInvoice(ledger, 1)
  order(ledger, {
    ...{ kind: 'void_invoice', requestId: `${first}#void` },
    ...{ invoiceId: first, reason: 'wrong' },
  })
  ledger.now = periodNow(ledger.state!.subscription!)!.end
  order(ledger, { kind: 'renew_subscription', payment: null })
  closeCycle(ledger)
  order(ledger, {
    ...{ kind: 'pay_overage', amount: usd('50'), invoiceId: issueInvoice(ledger, 2) },
  })
  return ledger
}

function closeCycle(ledger: Ledger): void {
  const { number, end } = cycleOf(ledger.state!)
  if (ledger.now < end) ledger.now = end
  order(ledger, { kind: 'close_statement', requestId: `statement:${number}`, number })
}

/** Of all that is owed and on no invoice. */
function issueInvoice(ledger: Ledger, statement: number): string {
  const amounts = invoiceAmounts(
    statementOf(ledger.entries.map(({ body }) => body)).not_invoiced,
    'USD',
  )
  if (!amounts) throw new Error('nothing is owed')
  return order(ledger, {
    ...{ kind: 'issue_invoice', requestId: `inv_${statement}`, statement, ...amounts },
    tax: taxOn(amounts.net, '0.10', 'USD'),
    terms: {
      ...{ taxName: 'tax', taxRate: '0.10', policy: 'XX@1', dueAt: plus(ledger.now, DAY) },
      ...{ issuer: { name: 'I' }, billTo: { name: 'B' } },
    },
  }).invoice!.invoice_id
}

/** Stories of their own, each with what it is about; together they post everything that can be posted. */
export const STORIES: readonly (readonly [string, () => Ledger])[] = [
  ['calls and what is given back of them', calls],
  ['credit and its ends', credit],
  ['purchases and disputes', purchases],
  ['fees, overage and invoices', fees],
]

const STEPS = 120
const SEED = 20_261_127

/** Whatever else may happen to an account, in any order; the same each time. */
export const chance = (histories: number): Ledger[] =>
  fc.sample(history(STEPS), { numRuns: histories, seed: SEED }).map((steps) => {
    const player = new Player()
    player.play(steps)
    return player.ledger
  })

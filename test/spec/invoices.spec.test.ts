import { describe, expect, test } from 'vitest'
import type { Plan } from '../../src/core/funding/index.ts'
import {
  cycleOf,
  invoiceAmounts,
  invoiceItems,
  invoiceViews,
  openingAfter,
  readInstant,
  type StatementContent,
  type StatementDocument,
  StatementFold,
} from '../../src/core/ledger/index.ts'
import { formatNanos, readNanos, sum } from '../../src/core/money/index.ts'
import { taxOn } from '../../src/core/tax/index.ts'
import { at, DAY, plan, plus, usd } from '../support/core/fixtures.ts'
import { ACCOUNT, Ledger, postedEntry, refused } from '../support/core/ledger.ts'
import { useStories } from './stories.ts'

useStories()

const START = at('2026-11-01T00:00:00Z')
const ACTOR = { type: 'operator', id: 'op_test' } as const
const FREE = plan({ id: 'free', windows: [] })
const ENTERPRISE: Plan = {
  ...plan({ id: 'enterprise', windows: [] }),
  price: usd('1000'),
  billing: 'invoiced',
  fallback: 'free',
}
const common = (requestId: string) => ({ accountId: ACCOUNT, requestId, actor: ACTOR })

/** An account that is billed by invoice: cycles are closed, and each statement is invoiced. */
class Billed {
  readonly ledger = new Ledger({
    plans: [FREE, ENTERPRISE],
    at: START,
    anchor: START,
    paidUse: true,
    overage: '500',
  })
  readonly statements: StatementContent[] = []

  /** Ends the open cycle, and issues what it left to be paid. */
  close(): StatementContent {
    const { ledger } = this
    const cycle = cycleOf(ledger.state!)
    ledger.now = cycle.end
    const { number } = cycle
    postedEntry(ledger.run({ kind: 'close_statement', ...common(`statement:${number}`), number }))
    const own = this.#fold()
    this.statements.push(own)
    return own
  }

  issue(own = this.statements.at(-1)!) {
    const amounts = invoiceAmounts(own.not_invoiced, 'USD')
    if (!amounts) return null
    const statement = this.statements.indexOf(own) + 1
    return this.ledger.run({
      kind: 'issue_invoice',
      ...common(`inv_${statement}`),
      statement,
      ...amounts,
      tax: taxOn(amounts.net, '0.10', 'USD'),
      terms: {
        taxName: 'tax',
        taxRate: '0.10',
        policy: 'XX@1',
        dueAt: plus(this.ledger.now, 30 * DAY),
        issuer: { name: 'Issuer' },
        billTo: { name: 'Buyer' },
      },
    })
  }

  pay(paymentId: string, amount: string, invoiceId: string | null = null) {
    return this.ledger.run({
      kind: 'pay_overage',
      ...common(paymentId),
      amount: usd(amount),
      invoiceId,
    })
  }

  takeBack(invoiceId: string) {
    const requestId = `${invoiceId}#void`
    return this.ledger.run({
      kind: 'void_invoice',
      ...common(requestId),
      invoiceId,
      reason: 'wrong',
    })
  }

  #fold(): StatementContent {
    const before = this.statements.at(-1) ?? null
    const { state, entries } = this.ledger
    const fold = new StatementFold({
      opening: openingAfter(before),
      startsAt: 0,
      statementOf: () => null,
    })
    for (const { body } of entries.slice(before?.entries.last_seq ?? 0))
      if (readInstant(body.at) < cycleOf(state!).start) fold.add(body)
    return fold.content()
  }

  get invoices() {
    return invoiceViews(
      this.ledger.entries.map(({ body }) => body),
      this.ledger.now,
    )
  }
}

const owes = (own: Billed) => {
  const { overage, invoices } = own.ledger.state!
  return [formatNanos(overage.used), (invoices?.open ?? []).length]
}

describe('an invoice', () => {
  test('is for overage in whole minor units, with tax on it; the rest is carried on', () => {
    const own = new Billed()
    own.ledger.record('c1', usd('41.0079'))
    const statement = own.close()
    expect(statement.not_invoiced).toEqual({ overage: '41.0079', fees: '0' })
    const entry = postedEntry(own.issue()!)
    expect(entry.postings).toEqual([
      ['customer:invoice_receivable', 'USD', '-4.1'],
      ['house:tax_payable', 'USD', '4.1'],
    ])
    expect(entry.invoice).toMatchObject({
      number: 1,
      statement: 1,
      overage: '41',
      net: '41',
      tax: '4.1',
      total: '45.1',
    })
    expect(invoiceItems(entry.invoice!, statement as StatementDocument)).toEqual([
      {
        what: 'usage',
        name: 'unit',
        statement: null,
        seq: statement.usage[0]!.first_seq,
        amount: '41.0079',
      },
      { what: 'carried', name: '', statement: null, seq: null, amount: '-0.0079' },
    ])
    expect(statement.usage[0]!.last_seq).toBe(statement.usage[0]!.first_seq)
    own.ledger.record('c2', usd('0.0079'))
    expect(own.close().not_invoiced).toEqual({ overage: '0.0158', fees: '0' })
    expect(invoiceAmounts({ overage: '0.0158', fees: '0' }, 'USD')).toMatchObject({
      overage: usd('0.01'),
    })
  })

  test('is paid: the receivable goes down, and the credit line has room again', () => {
    const own = new Billed()
    own.ledger.record('c1', usd('500'))
    expect(refused(own.ledger.authorize('c2', usd('1'), { fit: 'refuse' })).code).toBe(
      'funds_exhausted',
    )
    own.close()
    own.issue()
    // an unpaid receivable counts against the line in the next cycle too
    expect(refused(own.ledger.authorize('c3', usd('1'), { fit: 'refuse' })).code).toBe(
      'funds_exhausted',
    )
    const part = postedEntry(own.pay('wire_1', '100', 'inv_1'))
    expect(part.owed_payment).toMatchObject({ amount: '100', invoiced: '50', overage: '50' })
    expect(own.invoices).toMatchObject([{ status: 'open', paid: '100', left: '450' }])
    expect(own.ledger.authorize('c4', usd('1'), { fit: 'refuse' }).status).toBe('admitted')
    own.ledger.release('c4')
    const rest = postedEntry(own.pay('wire_2', '450', 'inv_1'))
    expect(rest.postings).toEqual([
      ['customer:overage_receivable', 'USD', '450'],
      ['house:processor_clearing', 'USD', '-450'],
    ])
    expect(own.invoices).toMatchObject([{ status: 'paid', left: '0' }])
    expect(owes(own)).toEqual(['0', 0])
    expect(own.close().not_invoiced).toEqual({ overage: '0', fees: '0' })
  })

  test('is overdue when its due date is over and something is left', () => {
    const own = new Billed()
    own.ledger.record('c1', usd('5'))
    own.close()
    own.issue()
    own.ledger.wait(30 * DAY)
    expect(own.invoices[0]!.status).toBe('open')
    own.ledger.wait(1)
    expect(own.invoices[0]!.status).toBe('overdue')
    own.pay('wire_1', '5.5', 'inv_1')
    expect(own.invoices[0]!.status).toBe('paid')
  })

  test('has the fees of invoiced plans', () => {
    const own = new Billed()
    own.ledger.run({
      kind: 'change_subscription',
      ...common('start'),
      plan: 'enterprise@1',
      fallback: 'free@1',
      payment: null,
    })
    own.ledger.record('c1', usd('20'))
    const statement = own.close()
    const { invoice } = postedEntry(own.issue()!)
    expect(invoice).toMatchObject({ fees: '1000', overage: '20', net: '1020', tax: '102' })
    const items = invoiceItems(invoice!, statement as StatementDocument)
    expect(items.map(({ what, amount }) => [what, amount])).toEqual([
      ['fee', '1000'],
      ['usage', '20'],
    ])
    const [fee] = statement.fees
    expect(items[0]?.seq).toBe(fee!.seq)
    expect(own.ledger.entries.find(({ body }) => body.seq === fee!.seq)!.body.fee!.net).toBe('1000')
    expect(formatNanos(sum(items.map(({ amount }) => readNanos(amount))))).toBe(invoice!.net)
  })
})

describe('what was given back after it was invoiced', () => {
  test('is taken off the next invoice, tax and all', () => {
    const own = new Billed()
    own.ledger.record('c1', usd('40'))
    own.close()
    own.issue()
    own.ledger.refund('c1', usd('15'))
    own.ledger.record('c2', usd('20'))
    expect(own.close().not_invoiced).toEqual({ overage: '5', fees: '0' })
    expect(postedEntry(own.issue()!).invoice).toMatchObject({ overage: '5', tax: '0.5' })
    own.pay('wire_1', '44', 'inv_1')
    own.pay('wire_2', '5.5', 'inv_2')
    expect(owes(own)).toEqual(['0', 0])
  })

  test('is carried on while it is more than is owed, and pays fees first', () => {
    const own = new Billed()
    own.ledger.record('c1', usd('40'))
    own.close()
    own.issue()
    own.ledger.refund('c1', usd('40'))
    expect(own.close().not_invoiced).toEqual({ overage: '-40', fees: '0' })
    expect(own.issue()).toBeNull()
    own.ledger.run({
      kind: 'change_subscription',
      ...common('start'),
      plan: 'enterprise@1',
      fallback: 'free@1',
      payment: null,
    })
    own.close()
    const entry = postedEntry(own.issue()!)
    expect(entry.invoice).toMatchObject({ fees: '1000', credit: '40', net: '960', total: '1056' })
    expect(entry.postings).toEqual([
      ['customer:overage_receivable', 'USD', '-40'],
      ['customer:invoice_receivable', 'USD', '-56'],
      ['house:tax_payable', 'USD', '96'],
    ])
    own.pay('wire_1', '44', 'inv_1')
    own.pay('wire_2', '1056', 'inv_3')
    expect(owes(own)).toEqual(['0', 0])
    const last = own.close()
    expect(last.not_invoiced).toEqual({ overage: '0', fees: '0' })
    expect([last.balances.overage.closing, last.balances.invoiced.closing]).toEqual(['0', '0'])
  })
})

describe('a payment for what is owed', () => {
  test('is recorded once by its id, never beyond what is owed, and never also as a top-up', () => {
    const own = new Billed()
    own.ledger.record('c1', usd('10'))
    const first = own.pay('wire_1', '4')
    expect(own.pay('wire_1', '4')).toEqual(first)
    expect(refused(own.pay('wire_1', '5'))).toMatchObject({
      code: 'request_conflict',
      field: 'amount',
    })
    expect(refused(own.pay('wire_2', '6.000000001'))).toMatchObject({
      code: 'payment_exceeds_owed',
      limit: { amount: '6' },
    })
    expect(refused(own.ledger.topUp('lot', '4', { requestId: 'wire_1' })).code).toBe('payment_used')
    own.ledger.topUp('lot', '4', { requestId: 'wire_3' })
    expect(refused(own.pay('wire_3', '1')).code).toBe('payment_used')
    expect(refused(own.pay('wire_4', '1', 'inv_9')).code).toBe('invoice_unknown')
    expect(refused(own.pay('wire_4', '0')).code).toBe('amount_invalid')
    expect(owes(own)).toEqual(['6', 0])
  })
})

describe('an invoice that is taken back', () => {
  test('undoes its tax, and what it was for is on the next one', () => {
    const own = new Billed()
    own.ledger.record('c1', usd('40'))
    own.close()
    own.issue()
    const back = postedEntry(own.takeBack('inv_1'))
    expect(back.postings).toEqual([
      ['customer:invoice_receivable', 'USD', '4'],
      ['house:tax_payable', 'USD', '-4'],
    ])
    expect(own.invoices).toMatchObject([{ status: 'void', left: '0', voided: { reason: 'wrong' } }])
    expect(refused(own.pay('wire_1', '1', 'inv_1')).code).toBe('invoice_unknown')
    own.ledger.record('c2', usd('2'))
    const next = own.close()
    expect(next.not_invoiced).toEqual({ overage: '42', fees: '0' })
    expect(postedEntry(own.issue()!).invoice).toMatchObject({ number: 2, overage: '42' })
  })

  test('is refused once somebody has paid of it, or where there is none', () => {
    const own = new Billed()
    own.ledger.record('c1', usd('40'))
    own.close()
    own.issue()
    own.pay('wire_1', '1', 'inv_1')
    expect(refused(own.takeBack('inv_1')).code).toBe('invoice_closed')
    expect(refused(own.takeBack('inv_2')).code).toBe('invoice_unknown')
  })
})

describe('an invoice that comes too late', () => {
  test('is not made: the next statement has it, and it would be billed twice', () => {
    const own = new Billed()
    own.ledger.record('c1', usd('40'))
    const first = own.close()
    own.ledger.now = cycleOf(own.ledger.state!).end
    expect(refused(own.issue(first)!).code).toBe('statement_not_due')
    const second = own.close()
    expect(refused(own.issue(first)!).code).toBe('statement_not_due')
    expect(second.not_invoiced).toEqual({ overage: '40', fees: '0' })
    postedEntry(own.issue(second)!)
    expect(own.invoices).toMatchObject([{ statement: 2, overage: '40' }])
  })
})

describe('the cycle of a statement', () => {
  test('is not closed before its end, nor twice', () => {
    const own = new Billed()
    const { ledger } = own
    const close = (number: number) =>
      ledger.run({ kind: 'close_statement', ...common(`statement:${number}`), number })
    ledger.now = plus(cycleOf(ledger.state!).end, -1)
    expect(refused(close(1)).code).toBe('statement_not_due')
    ledger.wait(1)
    const first = close(1)
    expect(close(1)).toEqual(first)
    expect(refused(close(2)).code).toBe('statement_not_due')
    expect(refused(close(3)).code).toBe('statement_not_due')
  })

  test.each([
    ['a subscription that begins in the middle ends it there', 12 * DAY, [12, 42]],
    ['one that begins on the first day takes the day along', DAY - 1, [30.99, 61.99]],
    ['one that begins with it is it', 0, [30, 61]],
  ])('%s', (_name, afterMs, ends) => {
    const { ledger } = new Billed()
    ledger.wait(afterMs)
    ledger.run({
      kind: 'change_subscription',
      ...common('start'),
      plan: 'enterprise@1',
      fallback: 'free@1',
      payment: null,
    })
    const found: number[] = []
    for (const number of [1, 2]) {
      const { end } = cycleOf(ledger.state!)
      found.push(Math.floor(((end - START) / DAY) * 100) / 100)
      ledger.now = end
      if (ledger.state!.subscription)
        ledger.run({ kind: 'close_statement', ...common(`statement:${number}`), number })
    }
    expect(found).toEqual(ends)
  })
})

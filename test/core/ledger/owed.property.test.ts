import fc from 'fast-check'
import { expect, test } from 'vitest'
import type { Plan } from '../../../src/core/funding/index.ts'
import {
  cycleOf,
  invoiceAmounts,
  invoicesOf,
  leftOf,
  MONEY_SOURCES,
  openingAfter,
  overageNotInvoiced,
  readInstant,
  type StatementContent,
  StatementFold,
} from '../../../src/core/ledger/index.ts'
import { add, formatNanos, type Nanos, readNanos, sum } from '../../../src/core/money/index.ts'
import { taxOn } from '../../../src/core/tax/index.ts'
import { at, DAY, plan, plus, usd } from '../../support/core/fixtures.ts'
import { ACCOUNT, Ledger } from '../../support/core/ledger.ts'

const PLANS: Plan[] = [
  plan({ id: 'free', windows: [] }),
  {
    ...plan({ id: 'invoiced', windows: [] }),
    price: usd('100'),
    billing: 'invoiced',
    fallback: 'free',
  },
]

const step = fc.oneof(
  {
    weight: 4,
    arbitrary: fc.record({
      do: fc.constant('use' as const),
      nanos: fc.bigInt(1n, 20_000_000_000n),
    }),
  },
  {
    weight: 2,
    arbitrary: fc.record({
      do: fc.constant('refund' as const),
      pick: fc.nat(),
      percent: fc.integer({ min: 1, max: 100 }),
    }),
  },
  {
    weight: 3,
    arbitrary: fc.record({
      do: fc.constant('pay' as const),
      pick: fc.nat(),
      percent: fc.integer({ min: 1, max: 100 }),
      invoice: fc.boolean(),
    }),
  },
  { weight: 1, arbitrary: fc.record({ do: fc.constant('void' as const), pick: fc.nat() }) },
  {
    weight: 1,
    arbitrary: fc.record({
      do: fc.constantFrom('subscribe' as const, 'cancel' as const, 'renew' as const),
    }),
  },
  { weight: 3, arbitrary: fc.record({ do: fc.constant('close' as const), issue: fc.boolean() }) },
  {
    weight: 2,
    arbitrary: fc.record({
      do: fc.constant('wait' as const),
      ms: fc.integer({ min: 1, max: 20 * DAY }),
    }),
  },
)
type Step = typeof step extends fc.Arbitrary<infer T> ? T : never

/** An account on a credit line, run as the closing job runs it, or does not. */
class Account {
  readonly ledger = new Ledger({
    plans: PLANS,
    at: at('2026-10-31T10:00:00Z'),
    paidUse: true,
    overage: '1000000',
  })
  readonly statements: StatementContent[] = []
  #requests = 0

  #common(requestId?: string) {
    this.#requests += 1
    const actor = { type: 'operator', id: 'op_test' } as const
    return { accountId: ACCOUNT, requestId: requestId ?? `req_${this.#requests}`, actor }
  }

  play(own: Step): void {
    const { ledger } = this
    switch (own.do) {
      case 'use':
        ledger.record(this.#common().requestId, own.nanos as Nanos)
        break
      case 'refund': {
        const calls = ledger.entries.filter(({ body }) => body.kind === 'record')
        const call = calls[own.pick % Math.max(1, calls.length)]?.body
        if (!call) break
        const part = (readNanos(call.totals!.money) * BigInt(own.percent)) / 100n
        if (part > 0n)
          ledger.refund(call.call!.call_id, part as Nanos, `r${this.#common().requestId}`)
        break
      }
      case 'pay':
        this.#pay(own)
        break
      case 'wait':
        ledger.wait(own.ms)
        break
      case 'close':
        this.close(own.issue)
        break
      default:
        this.#other(own)
    }
  }

  #pay(own: Extract<Step, { do: 'pay' }>): void {
    const { open } = invoicesOf(this.ledger.state!)
    const invoice = own.invoice ? open[own.pick % Math.max(1, open.length)] : undefined
    const owed = invoice ? leftOf(invoice) : overageNotInvoiced(this.ledger.state!)
    const amount = ((owed * BigInt(own.percent)) / 100n) as Nanos
    this.ledger.run({
      kind: 'pay_overage',
      ...this.#common(),
      amount,
      invoiceId: invoice?.id ?? null,
    })
  }

  #other(own: Extract<Step, { do: 'void' | 'subscribe' | 'cancel' | 'renew' }>): void {
    const { ledger } = this
    if (own.do === 'void') {
      const { open } = invoicesOf(ledger.state!)
      const invoice = open[own.pick % Math.max(1, open.length)]
      if (!invoice) return
      const requestId = `${invoice.id}#void`
      ledger.run({
        kind: 'void_invoice',
        ...this.#common(requestId),
        invoiceId: invoice.id,
        reason: 'test',
      })
    } else if (own.do === 'subscribe')
      ledger.run({
        kind: 'change_subscription',
        ...this.#common(),
        plan: 'invoiced@1',
        fallback: 'free@1',
        payment: null,
      })
    else if (own.do === 'cancel')
      ledger.run({ kind: 'cancel_subscription', ...this.#common(), when: 'now', payment: null })
    else ledger.run({ kind: 'renew_subscription', ...this.#common(), payment: null })
  }

  /** Closes the open cycle, waiting for its end, and issues its invoice unless the server is down. */
  close(issue: boolean): void {
    const { ledger } = this
    const { number, end } = cycleOf(ledger.state!)
    if (ledger.now < end) ledger.now = end
    ledger.run({ kind: 'close_statement', ...this.#common(`statement:${number}`), number })
    const own = this.#fold()
    this.statements.push(own)
    const amounts = issue ? invoiceAmounts(own.not_invoiced, 'USD') : null
    if (!amounts) return
    ledger.run({
      kind: 'issue_invoice',
      ...this.#common(`inv_${number}`),
      statement: number,
      ...amounts,
      tax: taxOn(amounts.net, '0.08', 'USD'),
      terms: {
        taxName: 'tax',
        taxRate: '0.08',
        policy: 'XX@1',
        dueAt: plus(ledger.now, DAY),
        issuer: { name: 'I' },
        billTo: { name: 'B' },
      },
    })
  }

  #fold(): StatementContent {
    const before = this.statements.at(-1) ?? null
    const fold = new StatementFold({
      opening: openingAfter(before),
      startsAt: 0,
      statementOf: () => null,
    })
    const { start } = cycleOf(this.ledger.state!)
    for (const { body } of this.ledger.entries.slice(before?.entries.last_seq ?? 0)) {
      if (readInstant(body.at) >= start) break
      fold.add(body)
    }
    return fold.content()
  }
}

/**
 * Whatever is used, refunded, paid, taken back, and however late closings come: what is owed is either on
 * an open invoice or on none, each once; and nobody is ever asked for more than was used and is not paid.
 */
test('what is owed is billed once, and statements chain and end at the state', () => {
  let issued = 0
  let paid = 0
  fc.assert(
    fc.property(fc.array(step, { minLength: 30, maxLength: 60 }), (steps) => {
      const own = new Account()
      for (const one of steps) own.play(one)
      // two closings: all that was posted so far is on a statement
      own.close(true)
      own.close(true)
      const { state, entries } = own.ledger
      own.statements.forEach((statement, index) => {
        const before = own.statements[index - 1]
        for (const source of MONEY_SOURCES) {
          const { opening, movements, closing } = statement.balances[source]
          expect(opening).toBe(before?.balances[source].closing ?? '0')
          const moved = sum(movements.map(({ amount }) => readNanos(amount)))
          expect(formatNanos(add(readNanos(opening), moved))).toBe(closing)
        }
      })
      const last = new StatementFold({
        opening: openingAfter(own.statements.at(-1)!),
        startsAt: 0,
        statementOf: () => null,
      })
      for (const { body } of entries.slice(own.statements.at(-1)!.entries.last_seq)) last.add(body)
      const { balances, not_invoiced: rest } = last.content()
      expect(balances.overage.closing).toBe(formatNanos(state!.overage.used))
      expect(balances.plan_credit.closing).toBe(
        formatNanos(state!.subscription?.credit ?? (0n as Nanos)),
      )
      expect(rest.overage).toBe(formatNanos(overageNotInvoiced(state!)))
      const open = invoicesOf(state!).open
      const invoiced = sum(open.map((invoice) => invoice.invoiced))
      expect(balances.invoiced.closing).toBe(formatNanos(add(invoiced, readNanos(rest.fees))))
      for (const invoice of open) expect(leftOf(invoice) > 0n && invoice.overage >= 0n).toBe(true)
      issued += entries.filter(({ body }) => body.kind === 'issue_invoice').length
      paid += entries.filter(({ body }) => body.owed_payment?.invoice_id).length
    }),
    { numRuns: 150, interruptAfterTimeLimit: 40_000 },
  )
  // dull histories would prove nothing
  expect(issued).toBeGreaterThan(150)
  expect(paid).toBeGreaterThan(30)
}, 60_000)

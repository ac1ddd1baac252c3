import { type Account, type Opening, posted } from './account.ts'
import { amount, compare, Lie, moment, sameAmount, written } from './amounts.ts'
import { type Body, isCharge, isCorrection, type LotTerms, type Step } from './body.ts'
import { Flow, Sum, Sums } from './tally.ts'

/** The statement computed once more from the entries, and compared with the one that is stated. */

export interface Statement {
  readonly account_id: string
  readonly currency: string
  readonly number: number
  readonly start: string
  readonly end: string
  readonly previous_hash: string
  readonly hash: string
  readonly closed: { readonly seq: number; readonly at: string } | null
  readonly entries: {
    readonly count: number
    readonly first_seq: number
    readonly last_seq: number
  }
  readonly balances: Readonly<Record<string, { readonly opening: string }>>
  readonly lots: readonly { readonly lot_id: string }[]
}

const MOVEMENTS: Readonly<Record<string, string>> = {
  top_up: 'purchase',
  grant: 'grant',
  settle: 'usage',
  record: 'usage',
  complete: 'usage',
  refund: 'usage_refund',
  reverse: 'usage_reversal',
  rerate: 'usage_refund',
  reattribute: 'moved_to_plan',
  expire_lot: 'expiry',
  void_lot: 'void',
  refund_purchase: 'purchase_refund',
  undo_refund_purchase: 'purchase_refund_undone',
  charge_back: 'charge_back',
  change_subscription: 'fee',
  cancel_subscription: 'fee',
  renew_subscription: 'fee',
  lapse_subscription: 'fee',
  issue_invoice: 'invoice',
  void_invoice: 'invoice_void',
  pay_overage: 'payment',
}

function movement(body: Body): string {
  if (body.kind === 'reverse' && !body.call)
    return body.postings.some(([name]) => name === 'customer:prepaid')
      ? 'purchase_reversal'
      : 'grant_reversal'
  const what = MOVEMENTS[body.kind]
  if (what === undefined) throw new Lie('postings', body.kind, 'a kind of entry that moves money')
  return what
}

/** Which balance a ledger account is, and whether it is what the customer owes. */
const BALANCES: Readonly<Record<string, readonly [balance: string, owed: boolean]>> = {
  'customer:prepaid': ['prepaid', false],
  'customer:promotional': ['promotional', false],
  'customer:overage_receivable': ['overage', true],
  'customer:invoice_receivable': ['invoiced', true],
  'customer:plan_credit': ['plan_credit', false],
}

const SEQ = /^(?:refund_purchase|undo_refund_purchase|charge_back)$/
const ENDS: readonly string[] = ['settle', 'record', 'release', 'expire_hold']

const sourceOf = ({ class: kind, category }: Step): string => {
  if (kind === 'before_windows') return category ?? 'promotional'
  return kind
}

/** Adds the entries of a statement up. */
export class Recount {
  readonly #opening: Opening
  readonly #startsAt: number
  readonly #firstSeq: number
  readonly #balances = new Map<string, Flow>()
  readonly #lots = new Map<string, { terms: LotTerms; readonly flow: Flow }>()
  readonly #sums = Object.fromEntries(
    ['usage', 'corrections', 'absorbed', 'not_billed', 'refused'].map((name) => [name, new Sums()]),
  ) as Record<'usage' | 'corrections' | 'absorbed' | 'not_billed' | 'refused', Sums>
  readonly #windows = new Map<string, { used: bigint; overshoot: bigint; runs: Set<string> }>()
  readonly #tax = new Map<string, { charged: bigint; reversed: bigint }>()
  readonly #lists: Record<
    'purchases' | 'grants' | 'paid_back' | 'fees' | 'invoices' | 'payments',
    object[]
  > = { purchases: [], grants: [], paid_back: [], fees: [], invoices: [], payments: [] }
  readonly #late = new Sum()
  readonly #owed: { overage: bigint; fees: bigint }
  #earliest: string | null = null

  constructor(opening: Opening, stated: Statement, account: Account) {
    this.#opening = opening
    this.#startsAt = moment(stated.start)
    this.#firstSeq = stated.entries.first_seq
    const { overage, fees } = opening.not_invoiced
    this.#owed = { overage: amount(overage), fees: amount(fees) }
    for (const [name] of Object.values(BALANCES))
      this.#balances.set(name, new Flow(amount(stated.balances[name]?.opening)))
    for (const [id, { terms, left }] of account.lots)
      this.#lots.set(id, { terms, flow: new Flow(left) })
    for (const [name, own] of [
      ['prepaid', account.leftOf('paid')],
      ['promotional', account.leftOf('promotional')],
      ['overage', account.overageUsed],
    ] as const)
      sameAmount(`opening of ${name}`, stated.balances[name]?.opening, own)
  }

  add(body: Body): void {
    this.#addCall(body)
    if (body.refused) return
    for (const terms of [body.lot, ...(body.restored_lots ?? [])]) {
      if (!terms) continue
      const flow = this.#lots.get(terms.id)?.flow ?? new Flow(0n)
      this.#lots.set(terms.id, { terms, flow })
    }
    for (const [name, , text, lot] of body.postings) {
      const [balance, owed] = BALANCES[name] ?? []
      if (balance === undefined) continue
      const own = owed ? -amount(text) : amount(text)
      this.#balances.get(balance)?.move(movement(body), own, body.seq)
      if (lot !== undefined) this.#lots.get(lot)?.flow.move(movement(body), own, body.seq)
    }
    this.#list(body)
    this.#addTax(body)
    this.#addOwed(body)
  }

  #addCall(body: Body): void {
    const { seq, refused, call } = body
    if (refused) this.#sums.refused.of(refused.code).add(seq)
    if (refused || !call) return
    if (moment(body.event_at) < this.#startsAt) {
      this.#late.add(seq)
      if (this.#earliest === null || body.event_at < this.#earliest) this.#earliest = body.event_at
    }
    this.#addDraws(body, body.served?.model ?? call.model)
    this.#addWindows(body)
    this.#addUnbilled(body)
  }

  #addWindows({ windows = [] }: Body): void {
    for (const { id, start, drawn, overshoot } of windows) {
      if (start === null || (drawn === '0' && overshoot === '0')) continue
      const own = this.#windows.get(id) ?? { used: 0n, overshoot: 0n, runs: new Set() }
      this.#windows.set(id, own)
      own.used += amount(drawn)
      own.overshoot += amount(overshoot)
      own.runs.add(start)
    }
  }

  #addUnbilled({ seq, kind, totals, outcome, pending, absorbed_reason: reason }: Body): void {
    const absorbed = amount(totals?.absorbed ?? '0')
    if (absorbed > 0n) this.#sums.absorbed.of(reason ?? 'unknown').add(seq, absorbed)
    if (!ENDS.includes(kind)) return
    const free = outcome?.customer_pays === 'nothing' ? outcome.code : null
    if ((pending ?? free) !== null) this.#sums.not_billed.of(pending ?? free).add(seq)
  }

  #addDraws(body: Body, model: string): void {
    for (const step of body.funding ?? []) {
      if (step.drawn === '0') continue
      const source = sourceOf(step)
      const own = amount(step.drawn)
      if (isCharge(body)) this.#sums.usage.of({ model, source }).add(body.seq, own)
      if (!isCorrection(body)) continue
      const what = movement(body)
      const reason = body.reason ?? null
      const statement = this.#statementOf(body.ref_seq)
      this.#sums.corrections.of({ what, reason, model, source, statement }).add(body.seq, own)
    }
  }

  #statementOf(seq: number | undefined): number | null {
    if (seq === undefined || seq >= this.#firstSeq) return null
    return this.#opening.statements.find(({ last_seq: last }) => seq <= last)?.number ?? null
  }

  #list(body: Body): void {
    const { seq, at, kind, lot, payment, fee, invoice } = body
    const lists = this.#lists
    if (kind === 'top_up' && lot && payment)
      lists.purchases.push({
        ...{ seq, at, payment_id: payment.payment_id, lot_id: lot.id, name: lot.name },
        ...{ face: lot.face, price: payment.price, tax: payment.tax },
        ...{ tax_rate: payment.tax_rate ?? null, policy: payment.policy ?? null },
        auto_reload: payment.reload !== undefined,
      })
    if (kind === 'grant' && lot)
      lists.grants.push({
        ...{ seq, at, lot_id: lot.id, name: lot.name, origin: lot.origin },
        ...{ amount: lot.face, expires_at: lot.expires_at },
      })
    if (SEQ.test(kind))
      lists.paid_back.push({
        ...{ seq, at, what: movement(body) },
        payment_id: body.purchase_refund?.payment_id ?? body.dispute?.payment_id ?? '',
        lot_id: body.lot_id ?? '',
        credit: written(-posted(body, 'customer:prepaid')),
        paid_back: written(posted(body, 'house:processor_clearing')),
        tax: written(-posted(body, 'house:tax_payable')),
      })
    if (fee && fee.lines.length > 0)
      lists.fees.push({
        ...{ seq, at, what: body.transition?.type, plan: body.transition?.to_plan },
        ...fee,
        payment_id: payment?.payment_id ?? null,
      })
    if (body.owed_payment) lists.payments.push({ seq, at, ...body.owed_payment })
    if (!invoice) return
    const { invoice_id, number, statement, net, tax, total } = invoice
    const what = kind === 'void_invoice' ? 'invoice_void' : 'invoice'
    lists.invoices.push({ seq, at, what, invoice_id, number, statement, net, tax, total })
  }

  #addTax(body: Body): void {
    const own = posted(body, 'house:tax_payable')
    if (own === 0n) return
    const { policy = null, tax_rate: rate = null } = body.invoice ?? body.payment ?? {}
    const key = JSON.stringify([policy, rate])
    const sums = this.#tax.get(key) ?? { charged: 0n, reversed: 0n }
    this.#tax.set(key, sums)
    if (own > 0n) sums.charged += own
    else sums.reversed -= own
  }

  #addOwed(body: Body): void {
    const { invoice, owed_payment: paid, kind } = body
    this.#owed.overage -= posted(body, 'customer:overage_receivable')
    this.#owed.fees -= posted(body, 'customer:invoice_receivable')
    const on = (sign: bigint, overage: bigint, rest: bigint): void => {
      this.#owed.overage -= sign * overage
      this.#owed.fees -= sign * rest
    }
    if (invoice) {
      const overage = amount(invoice.overage)
      on(kind === 'void_invoice' ? -1n : 1n, overage, amount(invoice.total) - overage)
    }
    if (paid && paid.invoice_id !== null) on(-1n, amount(paid.overage), amount(paid.invoiced))
  }

  /** What is owed and on no invoice, at the end. */
  get notInvoiced() {
    return { overage: written(this.#owed.overage), fees: written(this.#owed.fees) }
  }

  /** Compares all that is stated, but what only names things. */
  compare(stated: Statement, plan: string): void {
    const { usage, corrections, absorbed, not_billed, refused } = this.#sums
    const byKey = <T>(own: ReadonlyMap<string, T>): [string, T][] =>
      [...own].sort(([a], [b]) => (a < b ? -1 : 1))
    const lots = [...this.#lots.values()].filter(({ flow }) => !flow.isEmpty)
    const computed = {
      plan,
      balances: Object.fromEntries([...this.#balances].map(([name, own]) => [name, own.flow()])),
      not_invoiced: this.notInvoiced,
      lots: lots.map(lotLine).sort(byLot),
      ...this.#lists,
      usage: usage.lines((key: object) => key),
      corrections: corrections.lines((key: object) => key),
      windows: byKey(this.#windows).map(([window_id, own]) => ({
        ...{ window_id, runs: own.runs.size, used: written(own.used) },
        overshoot: written(own.overshoot),
      })),
      tax: byKey(this.#tax).map(([key, own]) => {
        const [policy, rate] = JSON.parse(key) as string[]
        return { policy, rate, charged: written(own.charged), reversed: written(own.reversed) }
      }),
      absorbed: absorbed.lines((reason: string) => ({ reason })),
      not_billed: not_billed.counted(),
      refused: refused.counted(),
      late: this.#earliest && { ...this.#late.range(), earliest: this.#earliest },
    }
    compare('statement', { ...stated, lots: [...stated.lots].sort(byLot) }, computed)
  }
}

const byLot = (a: { readonly lot_id: string }, b: { readonly lot_id: string }): number =>
  a.lot_id < b.lot_id ? -1 : 1

const lotLine = ({ terms, flow }: { readonly terms: LotTerms; readonly flow: Flow }) => ({
  lot_id: terms.id,
  name: terms.name,
  category: terms.category,
  origin: terms.origin,
  face: terms.face,
  price_paid: terms.price_paid,
  expires_at: terms.expires_at,
  created_at: terms.created_at,
  ...flow.flow(),
})

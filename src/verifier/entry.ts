import { createHash } from 'node:crypto'
import { type Account, posted } from './account.ts'
import { amount, compare, Lie, least, same, sameAmount, sumOf, written } from './amounts.ts'
import { type Body, CHARGING, CORRECTING, isCharge, isCorrection } from './body.ts'

/** What every entry has to add up to by itself. */

/** One link of the chain: sha256 of the previous hash's bytes and the body's bytes, as they were written. */
export const link = (previous: string, body: string): string =>
  createHash('sha256').update(previous, 'hex').update(body, 'utf8').digest('hex')

export function checkSums(body: Body, account: Account, currency: string): void {
  if (!KINDS.has(body.kind)) throw new Lie('kind of the entry', body.kind, 'one that is known')
  same('currency', body.currency, currency)
  const other = body.postings.find(([name]) => !ACCOUNTS.has(name))
  if (other) throw new Lie('ledger account', other[0], 'one that is known')
  const assets = new Set(body.postings.map(([, asset]) => asset))
  for (const asset of assets) {
    const own = body.postings.filter(([, of]) => of === asset)
    sameAmount(`postings of ${asset}`, '0', sumOf(own.map(([, , text]) => amount(text))))
  }
  if (body.refused) {
    same('postings of a refusal', body.postings.length, 0)
    return
  }
  checkLots(body, account)
  checkUntouched(body)
  checkTotals(body)
  const { hold } = body
  if (hold)
    sameAmount(
      'what was held',
      written(amount(hold.settled) + amount(hold.released)),
      amount(hold.money) + amount(hold.included),
    )
  checkFee(body)
  checkNewLot(body)
  checkPurchase(body)
  checkInvoice(body)
}

/** Of another kind no verifier can say what it does. */
export const KINDS: ReadonlySet<string> = new Set([
  ...CHARGING,
  ...CORRECTING,
  ...['open_account', 'change_plan', 'set_controls', 'request_raise', 'decide_raise'],
  ...['grant', 'top_up', 'void_lot', 'expire_lot', 'freeze_lot', 'unfreeze_lot', 'charge_back'],
  ...['authorize', 'release', 'expire_hold', 'park', 'unpark'],
  ...['change_subscription', 'cancel_subscription', 'renew_subscription', 'lapse_subscription'],
  ...['fee_unpaid', 'return_fee', 'grant_reset', 'redeem_reset', 'set_auto_reload', 'end_reload'],
  ...['refund_purchase', 'undo_refund_purchase'],
  ...['close_statement', 'issue_invoice', 'pay_overage', 'void_invoice'],
])
const ACCOUNTS = new Set([
  ...['prepaid', 'promotional', 'overage_receivable', 'invoice_receivable', 'plan_credit'].map(
    (name) => `customer:${name}`,
  ),
  ...['included:allowance', 'included:consumed'],
  ...['revenue', 'promotion_expense', 'refund_expense', 'breakage', 'platform_loss'].map(
    (name) => `house:${name}`,
  ),
  ...['house:tax_payable', 'house:processor_clearing'],
])

/** Only charges and what corrects them move windows and caps. */
function checkUntouched(body: Body): void {
  if (isCharge(body) || isCorrection(body)) return
  for (const { id, drawn, overshoot } of body.windows ?? []) {
    same(`drawn from window ${id}`, drawn, '0')
    same(`beyond window ${id}`, overshoot, '0')
  }
  for (const { id, drawn } of body.caps ?? []) same(`counted by cap ${id}`, drawn, '0')
}

/** Of each lot the postings say what the sources say, on the account of its kind. */
function checkLots(body: Body, account: Account): void {
  const lots = new Set(body.postings.map(([, , , id]) => id).filter((id) => id !== undefined))
  for (const { class: kind, source } of body.funding ?? [])
    if (kind !== 'included' && kind !== 'overage') lots.add(source)
  if (body.lot) lots.add(body.lot.id)
  for (const id of lots) checkLot(id, body, account)
  for (const [name, , , id] of body.postings)
    if (['customer:prepaid', 'customer:promotional'].includes(name) && id === undefined)
      throw new Lie('credit that moves', name, 'the credit that it is')
}

function checkLot(id: string, body: Body, account: Account): void {
  const { postings, funding = [], lot } = body
  const begins = lot?.id === id ? lot : null
  const terms = begins ?? account.lots.get(id)?.terms
  if (!terms) throw new Lie('credit that moves', id, 'no such credit')
  const own = postings.filter(([, , , of]) => of === id)
  const moved = sumOf(own.map(([, , text]) => amount(text)))
  const drawn = funding.filter(({ source }) => source === id).map((step) => amount(step.drawn))
  sameAmount(`posted to ${id}`, written(moved), amount(begins?.face ?? '0') - sumOf(drawn))
  const kind = terms.position === 'before_windows' ? 'before_windows' : terms.category
  for (const step of funding) if (step.source === id) same(`class of ${id}`, step.class, kind)
  if (body.lot_id !== undefined && own.length > 0) same('credit of the entry', body.lot_id, id)
  const on = terms.category === 'paid' ? 'customer:prepaid' : 'customer:promotional'
  for (const [name] of own) same(`account of ${id}`, name, on)
}

function checkTotals(body: Body): void {
  const { totals, funding = [], currency } = body
  if (!totals) return
  const [money, included] = [amount(totals.money), amount(totals.included)]
  sameAmount('total', totals.total, money + included + amount(totals.absorbed))
  const drawn = (plan: boolean): bigint =>
    sumOf(
      funding.filter((own) => (own.class === 'included') === plan).map((own) => amount(own.drawn)),
    )
  sameAmount('drawn from the plan', totals.included, drawn(true))
  sameAmount('drawn from money', totals.money, drawn(false))
  const customer = body.postings.filter(([name]) => name.startsWith('customer:'))
  same(
    'currency of the postings',
    customer.every(([, asset]) => asset === currency),
    true,
  )
  sameAmount(
    'posted to the customer',
    totals.money,
    -sumOf(customer.map(([, , text]) => amount(text))),
  )
  sameAmount('posted to the plan', totals.included, -posted(body, 'included:allowance'))
}

function checkFee(body: Body): void {
  const { fee } = body
  if (!fee) return
  sameAmount('net fee', fee.net, sumOf(fee.lines.map((line) => amount(line.amount))))
  const credit = amount(fee.credit_added) - amount(fee.credit_used)
  sameAmount('plan credit', written(posted(body, 'customer:plan_credit')), credit)
  sameAmount('tax of the fee', fee.tax, posted(body, 'house:tax_payable'))
  const paid = amount(fee.net) + credit + amount(fee.tax)
  const from =
    fee.billing === 'invoiced' ? 'customer:invoice_receivable' : 'house:processor_clearing'
  sameAmount('paid for the fee', written(-posted(body, from)), paid)
}

/** A new lot begins now, as it was ordered. */
function checkNewLot({ lot, kind, command, at }: Body): void {
  if (!lot) return
  const { id } = lot
  same(`begin of ${id}`, lot.created_at, at)
  same(`effect of ${id}`, lot.effective_at, command?.effective_at ?? at)
  if (kind === 'grant') sameAmount(`price of ${id}`, lot.price_paid, 0n)
  else same(`place of ${id}`, lot.position, 'after_windows')
  for (const name of ['name', 'origin', 'priority', 'position', 'expires_at', 'scope'] as const)
    if (command?.[name] !== undefined) compare(`${name} of ${id}`, lot[name], command[name])
}

function checkPurchase(body: Body): void {
  const { kind, payment, lot, purchase_refund: back, postings } = body
  const cleared = -posted(body, 'house:processor_clearing')
  if (kind === 'top_up' && payment && lot) {
    sameAmount('price of the purchase', payment.price, amount(lot.price_paid))
    sameAmount('tax of the purchase', payment.tax, posted(body, 'house:tax_payable'))
    sameAmount(
      'paid for the purchase',
      written(cleared),
      amount(payment.price) + amount(payment.tax),
    )
  }
  if (!back || postings.length === 0) return
  const sign = kind === 'refund_purchase' ? -1n : 1n
  sameAmount('paid back', written(sign * cleared), amount(back.price) + amount(back.tax))
  sameAmount('tax paid back', back.tax, sign * posted(body, 'house:tax_payable'))
  sameAmount('credit taken back', back.face, sign * posted(body, 'customer:prepaid'))
}

function checkInvoice(body: Body): void {
  const { kind, invoice, owed_payment: paid } = body
  const [overage, owed] = [
    posted(body, 'customer:overage_receivable'),
    posted(body, 'customer:invoice_receivable'),
  ]
  if (invoice) {
    const [credit, tax, net] = [amount(invoice.credit), amount(invoice.tax), amount(invoice.net)]
    sameAmount(
      'net of the invoice',
      invoice.net,
      amount(invoice.overage) + amount(invoice.fees) - credit,
    )
    sameAmount('total of the invoice', invoice.total, net + tax)
    const sign = kind === 'void_invoice' ? -1n : 1n
    sameAmount('overage taken off fees', written(-sign * overage), credit)
    sameAmount('owed for the invoice', written(sign * owed), credit - tax)
  }
  if (!paid) return
  sameAmount('payment', paid.amount, amount(paid.overage) + amount(paid.invoiced))
  sameAmount('paid of overage', paid.overage, overage)
  sameAmount('paid of the invoice', paid.invoiced, owed)
}

const RANKS = ['before_windows', 'included', 'promotional', 'paid', 'overage']

interface Draw {
  readonly class: string
  amount: bigint
}

/** What moves to the plan moves to each of its windows. */
function checkMove({ funding = [], windows = [], totals }: Body): void {
  for (const step of funding)
    if (step.class === 'included') same('source of the plan', step.source, 'included')
  for (const { id, drawn, overshoot } of windows) {
    same(`drawn from window ${id}`, drawn, totals?.included)
    same(`beyond window ${id}`, overshoot, '0')
  }
}

/** What the sources of each call of the file still carry: nothing goes back that was not drawn. */
export class Charges {
  readonly #calls = new Map<number, Map<string, Draw>>()
  readonly #firstSeq: number

  constructor(firstSeq: number) {
    this.#firstSeq = firstSeq
  }

  take(body: Body): void {
    if (isCharge(body)) this.#add(body.kind === 'complete' ? body.ref_seq : body.seq, body)
    if (!isCorrection(body)) return
    const draws = this.#calls.get(body.ref_seq ?? 0)
    if (body.kind === 'reattribute') checkMove(body)
    // a charge of an earlier statement: there it can be looked up
    if (!draws && (body.ref_seq ?? 0) < this.#firstSeq) return
    if (!draws) throw new Lie('charge that is corrected', body.ref_seq, 'no such charge')
    this.#checkOrder(body, draws)
    this.#add(body.ref_seq, body)
    for (const [source, own] of draws)
      if (own.amount < 0n)
        throw new Lie(`given back to ${source}`, written(-own.amount), 'no more than was drawn')
  }

  #add(seq: number | undefined, { funding = [] }: Body): void {
    if (seq === undefined) return
    const draws = this.#calls.get(seq) ?? new Map<string, Draw>()
    this.#calls.set(seq, draws)
    for (const { class: kind, source, drawn } of funding) {
      const known = draws.get(source)
      if (known) known.amount += amount(drawn)
      else if (drawn !== '0') draws.set(source, { class: kind, amount: amount(drawn) })
    }
  }

  /** What was drawn last goes back first. */
  #checkOrder({ kind, funding = [] }: Body, draws: ReadonlyMap<string, Draw>): void {
    const back = funding.filter(({ drawn }) => amount(drawn) < 0n)
    let left = -sumOf(back.map(({ drawn }) => amount(drawn)))
    const sorted = [...draws]
      .filter(([, own]) => own.amount > 0n)
      .sort(([, a], [, b]) => RANKS.indexOf(a.class) - RANKS.indexOf(b.class))
      .filter(([, own]) => kind !== 'reattribute' || RANKS.indexOf(own.class) > 1)
    for (const [source, own] of sorted.reverse()) {
      const part = least(left, own.amount)
      left -= part
      const step = back.find((given) => given.source === source)
      sameAmount(`given back to ${source}`, step?.drawn ?? '0', -part)
    }
    sameAmount('given back', written(left), 0n)
  }
}

import type { EntryBody, LineFacts } from '../../core/ledger/entry.ts'
import { formatNanos, type Nanos, nanos, readNanos, sum } from '../../core/money/index.ts'
import { drawnByPostings } from './moved.ts'
import type { Receipt } from './schema.ts'

/** A receipt whose sums do not close is a bug: it is thrown, never shown. */
export class ReceiptNotClosed extends Error {
  readonly check: string
  readonly expected: string
  readonly found: string

  constructor(receiptId: string, check: string, expected: Nanos, found: Nanos) {
    super(`${receiptId}: ${check}: expected ${formatNanos(expected)}, found ${formatNanos(found)}`)
    this.name = 'ReceiptNotClosed'
    this.check = check
    this.expected = formatNanos(expected)
    this.found = formatNanos(found)
  }
}

type Equal = (check: string, expected: Nanos, found: Nanos) => void

const equalFor =
  (receiptId: string): Equal =>
  (check, expected, found) => {
    if (expected !== found) throw new ReceiptNotClosed(receiptId, check, expected, found)
  }

const amountsOf = (parts: readonly { readonly amount: string }[]): Nanos =>
  sum(parts.map((part) => readNanos(part.amount)))

/** What one entry states about itself: lines, totals, funding, hold and postings agree. */
export function checkEntry(body: EntryBody, receiptId: string): void {
  const equal = equalFor(receiptId)
  const at = `entry ${body.seq}`
  checkPostings(body, equal, at)
  if (body.rating?.status === 'priced') {
    const { lines, total } = body.rating
    equal(`${at}: lines add up to the total`, readNanos(total), amountsOf(lines))
    if (body.totals) {
      equal(`${at}: total is the rated total`, readNanos(total), readNanos(body.totals.total))
    }
  }
  if (body.hold) {
    const { money, included, settled, released } = body.hold
    equal(
      `${at}: hold = settled + released`,
      nanos(readNanos(money) + readNanos(included)),
      nanos(readNanos(settled) + readNanos(released)),
    )
  }
  if (body.totals) checkFunding(body, equal, at)
}

function checkPostings(body: EntryBody, equal: Equal, at: string): void {
  const sums = new Map<string, bigint>()
  for (const [, asset, amount] of body.postings) {
    sums.set(asset, (sums.get(asset) ?? 0n) + readNanos(amount))
  }
  for (const [asset, found] of sums) {
    equal(`${at}: postings in ${asset} sum to zero`, nanos(0n), nanos(found))
  }
}

/** total = money + included + absorbed; the trace says where from; the postings say the same. */
function checkFunding(body: EntryBody, equal: Equal, at: string): void {
  const { totals, funding = [] } = body
  if (!totals) return
  const money = readNanos(totals.money)
  const included = readNanos(totals.included)
  const absorbed = readNanos(totals.absorbed)
  equal(
    `${at}: total = money + included + absorbed`,
    readNanos(totals.total),
    nanos(money + included + absorbed),
  )
  const drawn = (isIncluded: boolean): Nanos =>
    sum(
      funding
        .filter((source) => (source.class === 'included') === isIncluded)
        .map((source) => readNanos(source.drawn)),
    )
  equal(`${at}: money drawn in the trace`, money, drawn(false))
  equal(`${at}: included drawn in the trace`, included, drawn(true))
  const posted = drawnByPostings(body)
  equal(`${at}: money posted`, money, posted.money)
  equal(`${at}: included posted`, included, posted.included)
  for (const source of funding) {
    const found = posted.bySource.get(source.source) ?? nanos(0n)
    equal(`${at}: ${source.source} posted as traced`, readNanos(source.drawn), found)
  }
}

/** What the receipt shows closes as well: shown parts add up to shown sums, none below zero. */
export function checkReceipt(receipt: Receipt): void {
  const equal = equalFor(receipt.receipt_id)
  const { amounts } = receipt
  const read = (amount: string | null): Nanos => readNanos(amount ?? '0')
  const parts = {
    charged: read(amounts.charged.amount),
    covered_by_plan: read(amounts.covered_by_plan.amount),
    absorbed: read(amounts.absorbed.amount),
    refunded: read(amounts.refunded.amount),
    returned_to_plan: read(amounts.returned_to_plan.amount),
    reversed: read(amounts.reversed.amount),
    promotional: read(amounts.credit.promotional.amount),
    paid: read(amounts.credit.paid.amount),
    overage: read(amounts.overage.amount),
  }
  for (const [name, amount] of Object.entries(parts)) {
    if (amount < 0n) throw new ReceiptNotClosed(receipt.receipt_id, name, nanos(0n), amount)
  }
  const { promotional, paid, overage, ...shares } = parts
  equal(
    'charged = promotional + paid + overage',
    parts.charged,
    nanos(promotional + paid + overage),
  )
  equal('total = its shares', read(amounts.total.amount), sum(Object.values(shares)))
  if (receipt.rating?.status === 'priced') {
    equal('total = its lines', read(amounts.total.amount), amountsOf(receipt.lines as LineFacts[]))
  }
}

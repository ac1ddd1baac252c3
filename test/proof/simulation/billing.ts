import { invoiceHandlers } from '../../../src/api/handlers/invoices.ts'
import { type InvoiceView, invoiceViews } from '../../../src/core/ledger/index.ts'
import { formatNanos, type Nanos, readNanos } from '../../../src/core/money/index.ts'
import type { Instant } from '../../../src/core/time/index.ts'
import { changeParty, owedEntries } from '../../../src/store/billing/owed.ts'
import { record } from '../../engine/support/commands.ts'
import { post } from '../../engine/support/journal.ts'
import { openAccount, paidUse } from '../../engine/support.ts'
import { giveBack, insist, order } from './buyers.ts'
import type { Scene } from './calls.ts'
import { askDesk, operator } from './desk.ts'
import type { Life } from './node.ts'

/** Reports afterwards what it has used, owes it, and pays by invoice. */
export const INVOICED = 'account_6'
const LINE = '50'
const USES_A_DAY = 3
const OUTPUT_MIN = 20_000
const OUTPUT_MAX = 100_000
const REGRETTED_MS = 5 * 60_000
const ASKS_AGAIN_MS = 20_000
const CENT = 10_000_000n
const BY = operator('accounts')

export interface Use {
  readonly callId: string
  readonly outputTokens: number
}

/** A transfer that the account holder has made, and the operator enters. */
export interface Transfer {
  readonly paymentId: string
  readonly invoiceId: string
  readonly amount: Nanos
  status: number | null
}

export interface Billing {
  readonly uses: Use[]
  readonly transfers: Transfer[]
  /** Invoices that the operator takes back. */
  readonly takenBack: Set<string>
}

export const newBilling = (): Billing => ({ uses: [], transfers: [], takenBack: new Set() })

export async function enterInvoiced({ engine, pool }: Life, at: Instant): Promise<void> {
  const line = { ...paidUse(INVOICED), requestId: 'line', overageLimit: readNanos(LINE) }
  await post(engine, openAccount(INVOICED), paidUse(INVOICED), line)
  await changeParty(pool, 'issuer', { document: { name: 'Acme' }, at })
  await changeParty(pool, `account:${INVOICED}`, { document: { jurisdiction: 'JP' }, at })
}

/** Usage of a busy day. Some of it is regretted. */
export function use(scene: Scene, { uses }: Billing, soon: () => number): void {
  const { world } = scene
  for (let own = 0; own < USES_A_DAY; own += 1)
    world.after(soon(), `${INVOICED} has used something`, () => {
      const outputTokens = OUTPUT_MIN + world.random.below(OUTPUT_MAX - OUTPUT_MIN)
      const callId = `use_${uses.length}`
      uses.push({ callId, outputTokens })
      order(scene, record(INVOICED, callId, world.nowMs, { output: outputTokens }))
      if (world.random.chance(0.3))
        world.after(REGRETTED_MS, `${callId} is regretted`, () => giveBack(scene, INVOICED, callId))
    })
}

/** Somebody looks at the invoices: one is paid, at first a part of it perhaps, or taken back. */
export function lookAtInvoices(scene: Scene, billing: Billing): void {
  const { world } = scene
  let isSeen = false
  insist(scene, `${INVOICED} looks at its invoices`, ASKS_AGAIN_MS, async ({ pool }) => {
    const entries = await owedEntries(pool, INVOICED)
    // an answer that comes twice is looked at once
    if (isSeen) return true
    isSeen = true
    for (const invoice of invoiceViews(entries, world.nowMs as Instant))
      if (invoice.status === 'open' || invoice.status === 'overdue') decide(scene, billing, invoice)
    return true
  })
}

function decide(scene: Scene, billing: Billing, invoice: InvoiceView): void {
  const { world } = scene
  const { transfers, takenBack } = billing
  const { invoice_id: invoiceId } = invoice
  const before = transfers.filter((own) => own.invoiceId === invoiceId)
  if (takenBack.has(invoiceId) || before.some(({ status }) => status === null)) return
  const isFirst = before.length === 0
  if (isFirst && takenBack.size === 0 && world.random.chance(0.3))
    takeBack(scene, billing, invoiceId)
  else {
    const left = readNanos(invoice.left)
    const half = (left / 2n / CENT) * CENT
    const isPart = isFirst && half > 0n && world.random.chance(0.5)
    const amount = (isPart ? half : left) as Nanos
    const paymentId = `transfer_${transfers.length}`
    pay(scene, billing, { paymentId, invoiceId, amount, status: null })
  }
}

function pay(scene: Scene, { transfers }: Billing, own: Transfer): void {
  transfers.push(own)
  const { paymentId, invoiceId, amount } = own
  insist(scene, `${paymentId} is entered`, ASKS_AGAIN_MS, async (life) => {
    const { status } = await askDesk(life, invoiceHandlers.payOverage, {
      params: { account_id: INVOICED },
      body: { payment_id: paymentId, invoice_id: invoiceId, amount: formatNanos(amount) },
      caller: BY,
    })
    own.status = status
    return true
  })
}

function takeBack(scene: Scene, { takenBack }: Billing, invoiceId: string): void {
  takenBack.add(invoiceId)
  insist(scene, `${invoiceId} is taken back`, ASKS_AGAIN_MS, async (life) => {
    await askDesk(life, invoiceHandlers.voidInvoice, {
      params: { account_id: INVOICED, invoice_id: invoiceId },
      body: { reason: 'wrong address' },
      caller: BY,
    })
    return true
  })
}

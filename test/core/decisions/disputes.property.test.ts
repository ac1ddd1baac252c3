import fc from 'fast-check'
import { expect, test } from 'vitest'
import type { Command } from '../../../src/core/decisions/index.ts'
import { isChargedBack } from '../../../src/core/ledger/index.ts'
import { ZERO } from '../../../src/core/money/index.ts'
import { HOUR, plan, SESSION, usd } from '../../support/core/fixtures.ts'
import { ACCOUNT, Ledger } from '../../support/core/ledger.ts'

/*
 * A purchase whose payment the bank has taken back. Whatever comes back to its lot afterwards, by refunds
 * and reversals of calls, by moves to windows, by holds that are released, by refunds of the purchase that
 * the processor did not pay: none of it is spendable, and the bank's money is posted to the last nano.
 */

const base = { accountId: ACCOUNT, actor: { type: 'operator', id: 'op_test' } } as const

const STEPS = [
  ...['record', 'record', 'authorize', 'settle', 'release', 'refund', 'partly', 'reverse'],
  ...['withdraw', 'undo', 'freeze', 'win', 'lose', 'expire', 'wait', 'top_up'],
] as const
type Step = (typeof STEPS)[number]

const steps = fc.array(
  fc.record({
    step: fc.constantFrom(...STEPS),
    pick: fc.nat(5),
    cents: fc.integer({ min: 1, max: 400 }),
  }),
  { minLength: 20, maxLength: 60 },
)

const dispute = { lotId: 'disputed', disputeId: 'dp_1', paymentId: 'pay_1', requestId: 'dp_1' }

/** The account of one history: a lot of $10 bought for $9, and a window that some calls are covered by. */
class Story {
  readonly ledger = new Ledger({ plans: [plan({ windows: [SESSION] })], paidUse: true })
  readonly seen = new Set<string>()
  #calls = 0
  /** What refunds that were not undone have given back, price only. */
  #refunds = new Map<string, bigint>()

  constructor() {
    this.ledger.topUp('disputed', '10', { price: '9' })
  }

  play(step: Step, pick: number, cents: number): void {
    const { ledger } = this
    const amount = usd((cents / 100).toFixed(2))
    const call = `call_${this.#calls === 0 ? 0 : pick % this.#calls}`
    switch (step) {
      case 'record':
        ledger.record(`call_${this.#calls++}`, amount)
        break
      case 'authorize':
        ledger.authorize(`call_${this.#calls++}`, amount)
        break
      case 'settle':
        ledger.settle(call, usd((cents / 200).toFixed(2)))
        break
      case 'release':
        ledger.release(call)
        break
      case 'refund':
        this.#note('refund', ledger.refund(call, undefined, `whole-${pick}`).status)
        break
      case 'partly':
        this.#note('refund', ledger.refund(call, usd('0.01'), `part-${cents}`).status)
        break
      case 'reverse': {
        const settled = ledger.entries.find(
          ({ body }) => body.call?.call_id === call && ['settle', 'record'].includes(body.kind),
        )
        if (settled) this.#note('reverse', ledger.reverse(settled.body.seq).status)
        break
      }
      case 'withdraw':
        this.#withdraw(`rfnd_${pick}`)
        break
      case 'undo':
        this.#undo(`rfnd_${pick}`)
        break
      case 'freeze':
        this.#run({ ...base, ...dispute, kind: 'freeze_lot' })
        break
      case 'win':
        this.#run({ ...base, ...dispute, kind: 'unfreeze_lot' })
        break
      case 'lose':
        this.lose()
        break
      case 'expire':
        ledger.expireLot('disputed')
        break
      case 'wait':
        ledger.wait(cents * HOUR)
        break
      case 'top_up':
        // each lot its own name: two payments are never one lot
        if (pick === 0) ledger.topUp(`more_${this.ledger.entries.length}`, '1')
        break
    }
  }

  #run(command: Command) {
    return this.ledger.run(command)
  }

  get lost(): boolean {
    return isChargedBack(this.ledger.state!, 'disputed')
  }

  #note(what: string, status: string): void {
    if (this.lost && status === 'posted') this.seen.add(what)
  }

  get refunded(): bigint {
    return [...this.#refunds.values()].reduce((sum, price) => sum + price, 0n)
  }

  #withdraw(requestId: string): void {
    if (this.#refunds.has(requestId)) return
    const result = this.#run({
      ...base,
      ...{ kind: 'refund_purchase', requestId, lotId: 'disputed', paymentId: 'pay_1' },
      ...{ basis: 'operator', withdrawalUntil: null, taxPaid: ZERO, reason: 'asked for' },
      refunded: { price: this.refunded as typeof ZERO, tax: ZERO },
    })
    if (result.status !== 'posted') return
    this.#refunds.set(requestId, BigInt(usd(result.entry.purchase_refund!.price)))
  }

  #undo(requestId: string): void {
    const result = this.#run({ ...base, kind: 'undo_refund_purchase', requestId, reason: 'unpaid' })
    if (result.status !== 'posted') return
    this.#note('undo', result.status)
    // after the bank has paid, an undone refund gives nothing back: its money stays gone
    if (!this.lost) this.#refunds.set(requestId, 0n)
  }

  lose(): void {
    if (this.lost) return
    const price = (usd('9') - this.refunded) as typeof ZERO
    this.#run({ ...base, ...dispute, kind: 'charge_back', price, tax: ZERO })
  }

  /** What holds from the charge-back on, at every moment. */
  check(): void {
    if (!this.lost) return
    const lot = this.ledger.state!.lots.find(({ id }) => id === 'disputed')
    if (lot) expect(lot.voidedAt).not.toBeNull()
    const last = this.ledger.entries.at(-1)!.body
    // what calls held before is theirs; a new one draws nothing of it
    if (last.kind !== 'authorize' && last.kind !== 'record') return
    for (const source of last.funding ?? [])
      if (source.source === 'disputed') expect(source.drawn).toBe('0')
  }

  /** At the end: nothing is held, nothing is left, and the bank's money is posted exactly. */
  close(): void {
    const { ledger } = this
    for (const callId of [...ledger.holds.keys()]) ledger.release(callId)
    this.lose()
    ledger.expireLot('disputed')
    expect(ledger.auditor.lots.get('disputed') ?? 0n).toBe(0n)
    const clearing = ledger.entries
      .flatMap(({ body }) => ((body.lot_id ?? body.lot?.id) === 'disputed' ? body.postings : []))
      .filter(([account]) => account === 'house:processor_clearing')
      .reduce((sum, [, , amount]) => sum + usdSigned(amount), 0n)
    expect(clearing).toBe(0n)
  }
}

const usdSigned = (amount: string): bigint =>
  amount.startsWith('-') ? -BigInt(usd(amount.slice(1))) : BigInt(usd(amount))

test('nothing that comes back to a lot of a lost dispute is ever spendable', () => {
  const seen = new Set<string>()
  fc.assert(
    fc.property(steps, (history) => {
      const story = new Story()
      for (const { step, pick, cents } of history) {
        story.play(step, pick, cents)
        story.check()
      }
      story.close()
      for (const what of story.seen) seen.add(what)
    }),
    { numRuns: 300 },
  )
  // the histories were not dull: each of these happened after the dispute was lost
  expect([...seen].sort()).toEqual(['refund', 'reverse', 'undo'])
}, 60_000)

test('a dispute that is lost is over: its lot cannot be frozen once more', () => {
  const story = new Story()
  story.lose()
  const again = { ...base, ...dispute, kind: 'freeze_lot', requestId: 'dp_2' } as const
  expect(story.ledger.run(again)).toMatchObject({ refused: { code: 'lot_voided' } })
})

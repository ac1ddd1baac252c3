import { describe, expect, it } from 'vitest'
import { auditJournal } from '../../../src/core/audit/index.ts'
import { plan, SECOND, SESSION, usd } from '../../support/core/fixtures.ts'
import { Ledger } from '../../support/core/ledger.ts'

const MINUTE = 60 * SECOND

/** A call that drew paid credit only because another one held the window, and then the other gave it back. */
function heldAside(followUps: boolean): Ledger {
  const ledger = new Ledger({
    plans: [plan({ windows: [{ ...SESSION, capacity: '10' }] })],
    paidUse: true,
    followUps,
  })
  ledger.topUp('lot_paid', '50')
  ledger.authorize('call_held', usd('10'))
  ledger.record('call_paid', usd('3'))
  ledger.release('call_held')
  return ledger.wait(10 * MINUTE)
}

const audit = (ledger: Ledger, at = ledger.now) =>
  auditJournal({
    plans: ledger.catalogue.plans,
    books: ledger.catalogue.books.map(({ document }) => ({ document, publishedAt: null })),
    entries: ledger.entries.map(({ body }) => ({ seq: body.seq, body })),
    openHolds: [...ledger.holds.values()],
    at,
  }).findings

describe('an account that stands still', () => {
  it('owes what stays drawn beside a window with room', () => {
    expect(audit(heldAside(false))).toMatchObject([
      {
        rule: 'paid_before_included',
        key: 'paid_before_included:call_paid',
        calls: ['call_paid'],
        posted: usd('3'),
        expected: 0n,
        difference: usd('3'),
        remedy: { type: 'refund', callId: 'call_paid', amount: usd('3') },
      },
    ])
  })

  it('owes nothing where the draw was moved, or may still be', () => {
    expect(audit(heldAside(true))).toEqual([])
    const waiting = heldAside(false)
    expect(audit(waiting, (waiting.now - 9 * MINUTE) as typeof waiting.now)).toEqual([])
  })

  it('has leaked a hold that is open after its end, and none that was lengthened', () => {
    const ledger = heldAside(true)
    ledger.authorize('call_open', usd('2'))
    const { now } = ledger
    expect(audit(ledger, (now + 14 * MINUTE) as typeof now)).toEqual([])
    expect(audit(ledger, (now + 15 * MINUTE) as typeof now)).toMatchObject([
      {
        rule: 'hold_leaked',
        remedy: { type: 'release_hold', callId: 'call_open' },
        expected: null,
      },
    ])
    ledger.extend('call_open', 60 * MINUTE)
    expect(audit(ledger, (now + 15 * MINUTE) as typeof now)).toEqual([])
  })
})

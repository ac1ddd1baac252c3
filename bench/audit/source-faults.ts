import type { AuditRule } from '../../src/core/audit/index.ts'
import type { Cap } from '../../src/core/funding/index.ts'
import type { AccountState, EntryBody } from '../../src/core/ledger/index.ts'
import { formatNanos, type Nanos, readNanos, ZERO } from '../../src/core/money/index.ts'
import {
  DAY_MS,
  formatInstant,
  HOUR_MS,
  type Instant,
  parseInstant,
} from '../../src/core/time/index.ts'
import { type Bank, carriedBy, type Served } from './bank.ts'
import { editWindow, scale } from './edits.ts'
import { type FaultKind, granite, type Planted, rich, sonata } from './fault-kind.ts'
import { usd } from './prices.ts'
import type { Dice } from './traffic.ts'

type View = (state: AccountState) => AccountState

const lotsAs =
  (change: (lot: AccountState['lots'][number]) => AccountState['lots'][number] | null): View =>
  (state) => ({ ...state, lots: state.lots.flatMap((lot) => change(lot) ?? []) })

const none = (rule: AuditRule): Planted => ({ rule, difference: ZERO })

/** Windows of another week, with all their room. */
const freshWindows = (bank: Bank): Bank => bank.wait(40 * DAY_MS)

const covered = (bank: Bank, dice: Dice): Served => {
  const { client: _, ...own } = sonata(bank, dice)
  return own
}

const all = { models: ['sonata'] }

const capOf = (bank: Bank, amount: string): Cap => ({
  id: bank.id('cap'),
  scope: 'account',
  scopeId: null,
  period: 'day',
  counts: 'money',
  amount: usd(amount),
})

export const SOURCE_FAULTS: readonly FaultKind[] = [
  {
    rule: 'paid_before_included',
    name: 'a window that was taken for used up',
    needs: 'windows',
    plant: (bank, dice) => {
      const own = covered(rich(freshWindows(bank)), dice)
      const view: View = (state) => ({
        ...state,
        windows: state.windows.map((run) => ({ ...run, used: run.capacity })),
      })
      bank.record(covered(bank, dice))
      const body = bank.record({ ...own, id: bank.id('call') }, { view })
      return { rule: 'paid_before_included', difference: carriedBy(body) }
    },
    near: (bank, dice) => {
      bank.record(covered(rich(freshWindows(bank)), dice))
    },
  },
  {
    rule: 'paid_before_promotional',
    name: 'a gift that was overlooked',
    plant: (bank, dice) => {
      rich(bank).grant('40')
      const view = lotsAs((lot) => (lot.category === 'paid' ? lot : null))
      const body = bank.wait(1_000).record(sonata(bank, dice), { view })
      return { rule: 'paid_before_promotional', difference: carriedBy(body) }
    },
    near: (bank, dice) => {
      rich(bank).grant('40', { models: ['granite'] })
      bank.wait(1_000).record(sonata(bank, dice))
    },
  },
  {
    rule: 'expired_lot_used',
    name: 'a gift after its end',
    plant: (bank, dice) => {
      const id = rich(bank).grant('40', { expiresAt: (bank.now + HOUR_MS) as Instant }).lot!.id
      const view = lotsAs((lot) => (lot.id === id ? { ...lot, expiresAt: null, priority: 1 } : lot))
      const body = bank.wait(2 * HOUR_MS).record(sonata(bank, dice), { view })
      return { rule: 'expired_lot_used', difference: carriedBy(body) }
    },
    near: (bank, dice) => {
      rich(bank).grant('40', { expiresAt: (bank.now + HOUR_MS) as Instant })
      bank.wait(HOUR_MS - 1).record(sonata(bank, dice))
      bank.wait(1).record(sonata(bank, dice))
    },
  },
  {
    rule: 'lot_out_of_scope',
    name: 'a gift for another model',
    plant: (bank, dice) => {
      const id = rich(bank).grant('40', { models: ['geode'] }).lot!.id
      const view = lotsAs((lot) => (lot.id === id ? { ...lot, scope: {}, priority: 1 } : lot))
      const body = bank.wait(1_000).record(sonata(bank, dice), { view })
      return { rule: 'lot_out_of_scope', difference: carriedBy(body) }
    },
    near: (bank, dice) => {
      rich(bank).grant('40', { models: ['son*'] })
      bank.wait(1_000).record(sonata(bank, dice))
    },
  },
  {
    rule: 'source_overdrawn',
    name: 'two calls that drew the same credit',
    last: true,
    plant: (bank, dice) => {
      const id = rich(bank).grant('0.000001').lot!.id
      const view = lotsAs((lot) =>
        lot.id === id ? { ...lot, face: usd('9'), remaining: usd('9'), priority: 1 } : lot,
      )
      const body = bank.wait(1_000).record(sonata(bank, dice), { view })
      const difference = (carriedBy(body) - usd('0.000001')) as Nanos
      return { rule: 'source_overdrawn', difference }
    },
    near: (bank, dice) => {
      rich(bank).grant('0.000001', all)
      bank.wait(1_000).record(sonata(bank, dice))
    },
  },
  {
    rule: 'cap_exceeded',
    name: 'a cap of a day that did not hold',
    last: true,
    plant: (bank, dice) => {
      rich(bank.wait(2 * DAY_MS)).caps([capOf(bank, '0.001')])
      const view: View = (state) => ({
        ...state,
        caps: state.caps.map((own) => ({ ...own, cap: { ...own.cap, amount: usd('900') } })),
      })
      const body = bank.wait(1_000).record(granite(bank, dice), { view })
      return { rule: 'cap_exceeded', difference: (carriedBy(body) - usd('0.001')) as Nanos }
    },
    near: (bank, dice) => {
      rich(bank.wait(2 * DAY_MS)).caps([capOf(bank, '0.001')])
      bank.wait(1_000).record(granite(bank, dice))
    },
  },
  {
    rule: 'refused_with_funds',
    name: 'limit reached, with credit left',
    plant: (bank, dice) => {
      const own = sonata(rich(bank), dice)
      bank.authorize(own, 500, { view: lotsAs(() => null) })
      return none('refused_with_funds')
    },
    near: (bank, dice) => {
      bank.authorize(sonata(bank, dice), 90_000_000)
    },
  },
  {
    rule: 'window_bounds_wrong',
    name: 'a window that ends an hour late',
    needs: 'windows',
    last: true,
    plant: (bank, dice) => {
      const later = (end: string) => formatInstant((parseInstant(end)! + HOUR_MS) as Instant)
      const edit = (body: EntryBody) => editWindow(body, ({ end }) => ({ end: later(end!) }))
      bank.record(covered(freshWindows(bank), dice), { edit })
      return none('window_bounds_wrong')
    },
    near: (bank, dice) => {
      bank.record(covered(freshWindows(bank), dice))
    },
  },
  {
    rule: 'event_misdated',
    name: 'an event of last month in this one',
    needs: 'calendar',
    last: true,
    plant: (bank, dice) => {
      const { eventAt, next } = lateEvent(bank)
      const edit = (body: EntryBody) => editWindow(body, () => ({ ...next, used: '0' }))
      bank.record(covered(bank, dice), { eventAt, edit })
      return none('event_misdated')
    },
    near: (bank, dice) => {
      const { eventAt } = lateEvent(bank)
      bank.record(covered(bank, dice), { eventAt })
    },
  },
  {
    rule: 'counter_stale',
    name: 'a window whose counter survived its reset',
    needs: 'windows',
    plant: (bank, dice) => {
      bank.record(covered(freshWindows(bank), dice))
      const more = (text: string) => formatNanos((readNanos(text) + 5n) as Nanos)
      const edit = (body: EntryBody) => editWindow(body, ({ used }) => ({ used: more(used) }))
      bank.wait(1_000).record(covered(bank, dice), { edit })
      return none('counter_stale')
    },
    near: (bank, dice) => {
      bank.record(covered(freshWindows(bank), dice))
      bank.wait(1_000).record(covered(bank, dice))
    },
  },
  {
    rule: 'hold_leaked',
    name: 'a hold that nobody released',
    last: true,
    plant: (bank, dice) => {
      bank.authorize(sonata(rich(bank), dice), 400)
      bank.wait(2 * HOUR_MS)
      return none('hold_leaked')
    },
    near: (bank, dice) => {
      bank.authorize(sonata(rich(bank), dice), 400)
      bank.wait(HOUR_MS / 12)
    },
  },
  {
    rule: 'reversal_not_mirrored',
    name: 'a refund of twice the charge',
    last: true,
    plant: (bank, dice) => {
      const body = bank.record(sonata(rich(bank), dice))
      const edit = (own: EntryBody) => scale(own, (amount) => (amount * 2n) as Nanos)
      bank.wait(1_000).refund(body.call!.call_id, { edit })
      return { rule: 'reversal_not_mirrored', difference: -carriedBy(body) as Nanos }
    },
    near: (bank, dice) => {
      const body = bank.record(sonata(rich(bank), dice))
      bank.wait(1_000).refund(body.call!.call_id)
    },
  },
  {
    rule: 'reload_without_consent',
    name: 'a reload under a consent that was taken back',
    plant: (bank) => {
      bank.topUp('7', { facts: { reload: { round: 1, consent_seq: 1 } } })
      return { rule: 'reload_without_consent', difference: usd('7') }
    },
    near: (bank) => {
      const { seq } = bank.autoReload('7', { day: '20', month: '90' })
      bank.topUp('7', { facts: { reload: { round: 1, consent_seq: seq } } })
    },
  },
  {
    rule: 'reload_beyond_limits',
    name: 'a third reload in a day',
    plant: (bank) => {
      const { seq } = bank.wait(2 * DAY_MS).autoReload('7', { day: '15', month: '900' })
      for (const round of [101, 102, 103])
        bank.topUp('7', { facts: { reload: { round, consent_seq: seq } } })
      return { rule: 'reload_beyond_limits', difference: usd('6') }
    },
    near: (bank) => {
      const { seq } = bank.wait(2 * DAY_MS).autoReload('7', { day: '15', month: '900' })
      for (const round of [201, 202])
        bank.topUp('7', { facts: { reload: { round, consent_seq: seq } } })
      bank.wait(DAY_MS).topUp('7', { facts: { reload: { round: 203, consent_seq: seq } } })
    },
  },
  {
    rule: 'top_up_duplicated',
    name: 'one payment, credited twice',
    plant: (bank) => {
      const first = bank.topUp('11').payment!
      bank.topUp('11', {}, { edit: (body) => ({ ...body, payment: first }) })
      return { rule: 'top_up_duplicated', difference: usd('11') }
    },
    near: (bank) => {
      bank.topUp('11')
      bank.topUp('11')
    },
  },
  {
    rule: 'tax_not_closed',
    name: 'tax that was cut off instead of rounded',
    plant: (bank) => {
      bank.topUp('14.29', { tax: usd('3.42'), facts: { tax_rate: '0.24' } })
      return { rule: 'tax_not_closed', difference: usd('-0.01') }
    },
    near: (bank) => {
      bank.topUp('14.29', { tax: usd('3.43'), facts: { tax_rate: '0.24' } })
    },
  },
  {
    rule: 'unusual_burn',
    name: 'the same request, over and over',
    plant: (bank, dice) => {
      loop(rich(bank), dice, 50)
      return none('unusual_burn')
    },
    near: (bank, dice) => {
      loop(rich(bank), dice, 49)
    },
  },
]

/** Half an hour after a month has begun, something of before it. */
function lateEvent(bank: Bank): { eventAt: Instant; next: { start: string; end: string } } {
  const run = bank.state!.windows.at(-1)
  const end = run ? run.end : (bank.now as Instant)
  bank.wait(end - bank.now + HOUR_MS / 2)
  const start = formatInstant(end)
  return { eventAt: (end - HOUR_MS / 4) as Instant, next: { start, end: nextMonth(start) } }
}

const nextMonth = (start: string): string => {
  const [year = '', month = '', rest = ''] = [start.slice(0, 4), start.slice(5, 7), start.slice(7)]
  return month === '12'
    ? `${Number(year) + 1}-01${rest}`
    : `${year}-${`${Number(month) + 1}`.padStart(2, '0')}${rest}`
}

function loop(bank: Bank, dice: Dice, times: number): void {
  const start = bank.now - (bank.now % HOUR_MS)
  bank.wait(start + HOUR_MS - bank.now)
  const own = sonata(bank, dice, {
    fingerprint: bank.id('print'),
    usage: { input_tokens: 20, output_tokens: 5 },
  })
  for (let count = 0; count < times; count += 1)
    bank.wait(30_000).record({ ...own, id: bank.id('call') })
}

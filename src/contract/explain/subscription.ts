import type { FeeFacts, SubscriptionFacts, TransitionFacts } from '../../core/ledger/entry.ts'
import { formatNanos, readNanos } from '../../core/money/index.ts'
import { fill, formatDate, formatMoney } from './format.ts'
import { type Reader, word, wordsOf } from './place.ts'
import { subscriptionWords } from './subscription-words.ts'

/** Who reads, of which currency, and when. */
export interface Reading extends Reader {
  readonly currency: string
  /** The moment it speaks of. */
  readonly now: string
}

const dateIn = (own: Reading, at: string): string =>
  formatDate(at, { ...own, words: wordsOf(own.lang) }, own.now)

const moneyIn = (own: Reading, amount: string): string =>
  formatMoney(amount, own.currency, own.lang)

/** What a change of the subscription does and costs, a sentence a fact. */
export function explainTransition(
  { transition, fee }: { readonly transition: TransitionFacts; readonly fee: FeeFacts },
  own: Reading,
): string[] {
  const words = subscriptionWords[own.lang]
  const values = {
    from: transition.from_plan,
    to: transition.to_plan,
    from_seats: transition.from_seats,
    to_seats: transition.to_seats,
    date: dateIn(own, transition.effective_at),
  }
  const windows = transition.windows.map((change) =>
    fill(words.windows[change.change], {
      id: change.id,
      before: moneyIn(own, change.capacity_before ?? '0'),
      after: moneyIn(own, change.capacity_after ?? '0'),
    }),
  )
  return [
    fill(words.transitions[transition.type], values),
    ...explainFee(fee, own),
    ...windows,
    fill(words.lots, { count: transition.lots_kept.length }),
    transition.next_renewal === null
      ? words.noRenewal
      : fill(words.renews, { date: dateIn(own, transition.next_renewal) }),
  ]
}

function explainFee(fee: FeeFacts, own: Reading): string[] {
  const words = subscriptionWords[own.lang]
  const says: string[] = fee.lines.map((line) =>
    fill(words.lines[line.type], {
      plan: line.plan,
      seats: line.seats,
      amount: moneyIn(own, line.amount),
      full: moneyIn(own, line.full),
    }),
  )
  if (fee.credit_used !== '0')
    says.push(fill(words.creditUsed, { amount: moneyIn(own, fee.credit_used) }))
  if (fee.credit_added !== '0')
    says.push(fill(words.creditAdded, { amount: moneyIn(own, fee.credit_added) }))
  if (fee.due === '0') return [...says, words.nothingDue]
  const paid = formatNanos(readNanos(fee.due))
  const template = fee.billing === 'invoiced' ? words.owed : words.due
  return [...says, fill(template, { amount: moneyIn(own, paid) }), words.taxAdded]
}

/** What an account has agreed to, until when, and what comes then. */
export function explainSubscription(
  facts: SubscriptionFacts | null,
  about: { readonly plan: string; readonly end: string | null },
  own: Reading,
): string[] {
  const words = subscriptionWords[own.lang]
  const says: string[] = []
  if (!facts || about.end === null) says.push(fill(words.none, { plan: about.plan }))
  else {
    const has = { plan: about.plan, seats: facts.seats, date: dateIn(own, about.end) }
    says.push(fill(words.has, has))
    if (facts.next) {
      const then = facts.next.type === 'cancel' ? words.cancels : words.changes
      says.push(fill(then, { plan: facts.next.plan, seats: facts.next.seats }))
    }
    if (facts.unpaid)
      says.push(
        fill(words.unpaid, { date: dateIn(own, facts.unpaid.since), code: facts.unpaid.code }),
      )
  }
  if (facts && facts.credit !== '0')
    says.push(fill(words.creditLeft, { amount: moneyIn(own, facts.credit) }))
  return says
}

interface Switch {
  readonly switch: {
    readonly when: 'now' | 'period_end'
    readonly effective_at: string
    readonly due: string
    readonly credit_added: string
    readonly billing: 'prepaid' | 'invoiced'
  } | null
  readonly refused: string | null
}

/** What a switch to a plan of a comparison would charge, and from when it would be in force. */
export function explainSwitch(own: Switch, reading: Reading): string {
  const { switches } = subscriptionWords[reading.lang]
  if (own.switch === null) {
    if (own.refused === 'nothing_to_change') return switches.own
    const { refusals } = wordsOf(reading.lang)
    const code = own.refused ?? ''
    return fill(switches.refused, { why: word(refusals, code) ?? code })
  }
  const { when, effective_at, due, credit_added: credit, billing } = own.switch
  if (when === 'period_end') return fill(switches.later, { date: dateIn(reading, effective_at) })
  if (due !== '0')
    return fill(billing === 'invoiced' ? switches.owe : switches.pay, {
      amount: moneyIn(reading, due),
    })
  if (credit !== '0') return fill(switches.credit, { amount: moneyIn(reading, credit) })
  return switches.nothing
}

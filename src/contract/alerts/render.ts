import type { AlertFacts, LimitFacts, NamedCap } from '../../core/alerts/index.ts'
import { type Language, ruleSentence } from '../explain/index.ts'
import {
  capAmount,
  capName,
  date,
  lotName,
  money,
  type Place,
  placeOf,
  type Reader,
  reset,
  say,
  windowName,
} from '../explain/place.ts'
import { receiptId } from '../receipt/receipt-id.ts'
import { aboutCase } from './cases.ts'
import { alertsEn } from './en.ts'
import { aboutExport } from './exports.ts'
import { aboutIncident } from './incidents.ts'
import { alertsJa } from './ja.ts'
import { aboutPayment } from './payments.ts'
import type { AlertWords, Facts, Message, Told } from './words.ts'

const WORDS: Readonly<Record<Language, AlertWords>> = { en: alertsEn, ja: alertsJa }

export const alertWordsOf = (lang: Language): AlertWords => WORDS[lang]

/** What a message is about besides its facts. */
export interface Occasion {
  readonly account_id: string
  readonly account_name: string
  readonly currency: string
  readonly as_of: string
  readonly seq: number
  readonly facts: AlertFacts | { readonly kind: 'test' }
}

/** Relative times count from `as_of`, so that a message that is sent again says the same. */
export function alertMessage(occasion: Occasion, reader: Reader): Message {
  const place = placeOf(reader, occasion)
  const words = WORDS[reader.lang]
  const { title, lines, next } = told(place, words, occasion)
  return {
    title,
    lines: [
      ...lines,
      words.next[next],
      say(words.lines.account, { name: occasion.account_name, id: occasion.account_id }),
      say(words.lines.asOf, { date: date(place, occasion.as_of), seq: occasion.seq }),
    ],
  }
}

function told(place: Place, words: AlertWords, { facts, account_id }: Occasion): Told {
  switch (facts.kind) {
    case 'window_level':
    case 'window_forecast':
      return aboutWindow(place, words, facts)
    case 'window_reset': {
      const opened = facts.shape === 'calendar' ? words.lines.windowOpen : words.lines.windowStarts
      return {
        title: say(words.titles.window_reset, { window: windowName(place, facts.window_id) }),
        lines: [say(opened, { limit: money(place, facts.limit) })],
        next: 'windowReset',
      }
    }
    case 'cap_level':
    case 'cap_forecast':
      return aboutCap(place, words, facts)
    case 'paid_use_changed':
    case 'cap_changed':
      return aboutChange(place, words, facts)
    case 'reload_done':
    case 'reload_declined':
    case 'payment_failed':
      return aboutPayment(place, words, facts)
    case 'endpoint_disabled':
      return aboutEndpoint(place, words, facts)
    case 'campaign_open':
      return aboutCampaign(place, words, facts)
    case 'statement_ready':
      return aboutStatement(place, words, facts)
    case 'incident_remedied':
      return aboutIncident(place, words, facts)
    case 'refund_given':
      return aboutRefund(place, words, facts)
    case 'case_received':
    case 'case_decided':
    case 'case_refunded':
    case 'case_overdue':
      return aboutCase(place, words, facts)
    case 'export_ready':
    case 'export_failed':
      return aboutExport(place, words, account_id, facts)
    case 'test':
      return { title: words.titles.test, lines: [words.lines.test], next: 'test' }
    default:
      return aboutMoney(place, words, facts)
  }
}

const aboutEndpoint = (
  place: Place,
  { titles, lines }: AlertWords,
  facts: Facts<'endpoint_disabled'>,
): Told => ({
  title: say(titles.endpoint_disabled, { name: facts.name }),
  lines: [
    say(lines.failingSince, { date: date(place, facts.failing_since) }),
    say(lines.endpoint, { outcome: facts.outcome }),
  ],
  next: 'endpoint',
})

const amounts = (
  place: Place,
  template: string,
  facts: Pick<LimitFacts, 'limit' | 'used' | 'left'>,
) =>
  say(template, {
    used: money(place, facts.used),
    limit: money(place, facts.limit),
    left: money(place, facts.left),
  })

/** Used and left together, in percent and in money, and when it begins anew. */
const standing = (place: Place, { lines }: AlertWords, facts: LimitFacts): string[] => [
  say(lines.standing, percents(facts)),
  amounts(place, lines.amounts, facts),
  facts.resets_at === null
    ? lines.neverResets
    : say(lines.resets, { when: reset(place, facts.resets_at) }),
]

const percents = (facts: LimitFacts) => ({ used: facts.used_percent, left: facts.left_percent })

function aboutWindow(
  place: Place,
  words: AlertWords,
  facts: Facts<'window_level' | 'window_forecast'>,
): Told {
  const named = { window: windowName(place, facts.window_id), ...percents(facts) }
  const isUsedUp = facts.kind === 'window_level' && facts.used_percent === 100
  const title = isUsedUp ? words.titles.window_used_up : words.titles[facts.kind]
  const credit = facts.after === 'credit'
  const usedUp = credit ? 'windowUsedUpCredit' : 'windowUsedUpStops'
  return {
    title: say(title, named),
    lines: [...standing(place, words, facts), ...outlook(place, words, facts)],
    next: isUsedUp ? usedUp : credit ? 'windowCredit' : 'windowStops',
  }
}

const outlook = (place: Place, { lines }: AlertWords, facts: AlertFacts): string[] =>
  'runs_out_at' in facts ? [say(lines.runsOut, { when: reset(place, facts.runs_out_at) })] : []

const capInFull = (place: Place, cap: NamedCap, amount: string): string =>
  `${capName(place, cap)} (${capAmount(place, { period: cap.period, amount })})`

function aboutCap(
  place: Place,
  words: AlertWords,
  facts: Facts<'cap_level' | 'cap_forecast'>,
): Told {
  const isUsedUp = facts.kind === 'cap_level' && facts.used_percent === 100
  const title = isUsedUp ? words.titles.cap_used_up : words.titles[facts.kind]
  return {
    title: say(title, { cap: capName(place, facts), ...percents(facts) }),
    lines: [
      say(words.lines.cap, { cap: capInFull(place, facts, facts.limit) }),
      ...standing(place, words, facts),
      ...outlook(place, words, facts),
    ],
    next: isUsedUp ? 'capUsedUp' : 'cap',
  }
}

function aboutChange(
  place: Place,
  words: AlertWords,
  facts: Facts<'paid_use_changed' | 'cap_changed'>,
): Told {
  const { titles, lines } = words
  return {
    title: changeTitle(place, titles, facts),
    lines: [
      say(lines.changedBy, { date: date(place, facts.changed_at), actor: facts.actor.id }),
      say(lines.entry, { seq: facts.entry_seq }),
    ],
    next: 'changed',
  }
}

function changeTitle(
  place: Place,
  titles: AlertWords['titles'],
  facts: Facts<'paid_use_changed' | 'cap_changed'>,
): string {
  if (facts.kind === 'paid_use_changed')
    return facts.paid_use ? titles.paid_use_on : titles.paid_use_off
  const { scope, scope_id, period, amount } = facts
  if (scope === null || period === null || amount === null) return titles.cap_removed
  return say(titles.cap_set, {
    cap: capName(place, { scope, scope_id }),
    amount: capAmount(place, { period, amount }),
  })
}

function aboutCampaign(
  place: Place,
  { titles, lines }: AlertWords,
  facts: Facts<'campaign_open'>,
): Told {
  const amount = money(place, facts.amount)
  const until = facts.claim_until
  return {
    title: say(titles.campaign_open, { name: facts.name, amount }),
    lines: [
      say(lines.offer, { amount }),
      until === null ? lines.claimOpen : say(lines.claimUntil, { when: reset(place, until) }),
      say(lines.offerExpires, { when: reset(place, facts.expires_at) }),
    ],
    next: 'campaign',
  }
}

function aboutStatement(
  place: Place,
  { titles, lines }: AlertWords,
  facts: Facts<'statement_ready'>,
): Told {
  const cycle = { start: date(place, facts.start), end: date(place, facts.end) }
  const left = {
    prepaid: money(place, facts.prepaid),
    promotional: money(place, facts.promotional),
  }
  const owed = facts.owed === '0' ? [] : [say(lines.owed, { owed: money(place, facts.owed) })]
  const invoiced = facts.invoice
    ? [
        say(lines.invoiced, {
          total: money(place, facts.invoice.total),
          date: date(place, facts.invoice.due_at),
        }),
      ]
    : []
  return {
    title: say(titles.statement_ready, { label: facts.label }),
    lines: [say(lines.cycle, cycle), say(lines.balances, left), ...owed, ...invoiced],
    next: facts.invoice ? 'statementDue' : 'statement',
  }
}

function aboutMoney(
  place: Place,
  words: AlertWords,
  facts: Facts<'paid_use_started' | 'spend_anomaly' | 'lot_expiring'>,
): Told {
  const { titles, lines } = words
  if (facts.kind === 'paid_use_started') {
    const paid = { amount: money(place, facts.paid), date: date(place, facts.cycle_start) }
    return {
      title: titles.paid_use_started,
      lines: [say(lines.paid, paid), say(lines.cycleEnds, { when: reset(place, facts.cycle_end) })],
      next: 'paidUseStarted',
    }
  }
  if (facts.kind === 'spend_anomaly') {
    const sums = { spent: money(place, facts.spent), usual: money(place, facts.usual) }
    return {
      title: titles.spend_anomaly,
      lines: [say(lines.anomaly, sums), say(lines.hour, { date: date(place, facts.hour) })],
      next: 'anomaly',
    }
  }
  return {
    title: say(titles.lot_expiring, {
      lot: lotName(place, facts),
      amount: money(place, facts.left),
    }),
    lines: [
      amounts(place, lines.lot, facts),
      say(lines.expires, { when: reset(place, facts.expires_at) }),
    ],
    next: 'lot',
  }
}

/** What was wrong, what went back and where to, and where it is written down. */
function aboutRefund(
  place: Place,
  { titles, lines }: AlertWords,
  facts: Facts<'refund_given'>,
): Told {
  const { count } = facts
  const amount = money(place, facts.amount)
  return {
    title: say(count === 1 ? titles.refund_given : titles.refunds_given, { amount, count }),
    lines: [
      ...refundsOf(place, lines, facts),
      ...(
        [
          [lines.backToCredit, facts.credit],
          [lines.backToOverage, facts.overage],
          [lines.backToPlan, facts.plan],
        ] as const
      )
        .filter(([, part]) => part !== '0')
        .map(([line, part]) => say(line, { amount: money(place, part) })),
      ...(facts.bought ? [lines.backToCard] : []),
    ],
    next: 'refundGiven',
  }
}

/** One in sentences; many as a list. */
function refundsOf(
  place: Place,
  lines: AlertWords['lines'],
  { refunds, count }: Facts<'refund_given'>,
): string[] {
  const [first] = refunds
  if (count === 1 && first)
    return [
      say(lines.wrongCharge, { receipt: receiptId(first.call_id) }),
      ruleSentence(first.reason, place.lang),
      say(lines.entry, { seq: first.entry_seq }),
    ]
  const listed = refunds.map((own) =>
    say(lines.refundOf, {
      amount: money(place, own.amount),
      receipt: receiptId(own.call_id),
      seq: own.entry_seq,
      rule: ruleSentence(own.reason, place.lang),
    }),
  )
  const more = count - refunds.length
  return [
    lines.wrongCharges,
    ...listed,
    ...(more > 0 ? [say(lines.moreRefunds, { count: more })] : []),
  ]
}

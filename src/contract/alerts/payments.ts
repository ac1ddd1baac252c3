import type { CardFacts } from '../../core/ledger/index.ts'
import { cardName } from '../explain/card.ts'
import { money, type Place, reset, say } from '../explain/place.ts'
import type { AlertWords, Facts, Told } from './words.ts'

type Lines = AlertWords['lines']

/** Charges that nobody was there to see: amount, tax, card, what came of it, what happens next. */
export function aboutPayment(
  place: Place,
  words: AlertWords,
  facts: Facts<'reload_done' | 'reload_declined' | 'payment_failed'>,
): Told {
  if (facts.kind === 'reload_done') return reloadDone(place, words, facts)
  if (facts.kind === 'reload_declined') return reloadEnded(place, words, facts)
  return feeUnpaid(place, words, facts)
}

const methodName = (lines: Lines, card: CardFacts | null): string =>
  card ? cardName(card) : lines.methodUnknown

function reloadDone(
  place: Place,
  { titles, lines }: AlertWords,
  facts: Facts<'reload_done'>,
): Told {
  const amount = money(place, facts.amount)
  const total = money(place, facts.total)
  const lot = facts.lot_id
  return {
    title: say(titles.reload_done, { total }),
    lines: [
      say(lines.payment, { total, amount, tax: money(place, facts.tax) }),
      say(lines.paidWith, { card: methodName(lines, facts.method), payment: facts.payment_id }),
      facts.expires_at === null
        ? say(lines.newLot, { amount, lot })
        : say(lines.newLotEnds, { amount, lot, when: reset(place, facts.expires_at) }),
    ],
    next: 'reloadDone',
  }
}

type Ended = Facts<'reload_declined'>

const NEXT = {
  declined: 'reloadDeclined',
  authentication_required: 'reloadConfirm',
  method_removed: 'reloadDeclined',
  terms_changed: 'reloadAgree',
  not_charged: 'reloadDeclined',
  no_longer_due: 'reloadAgree',
  day_limit: 'reloadLimited',
  month_limit: 'reloadLimited',
} as const satisfies Readonly<Record<Ended['outcome'], Told['next']>>

function titleOf({ titles }: AlertWords, { outcome, stopped }: Ended): string {
  if (!stopped) return titles.reload_limited
  return outcome === 'declined' ? titles.reload_declined : titles.reload_stopped
}

function reloadEnded(place: Place, words: AlertWords, facts: Ended): Told {
  const { lines } = words
  const shown = {
    total: money(place, facts.total),
    amount: money(place, facts.amount),
    tax: money(place, facts.tax),
    card: methodName(lines, facts.method),
    reason: facts.reason,
  }
  return {
    title: titleOf(words, facts),
    lines: [
      say(lines[facts.outcome], shown),
      ...(facts.payment_id === null ? [] : [say(lines.paymentId, { payment: facts.payment_id })]),
      ...(facts.stopped ? [] : [goesOn(place, lines, facts.again_at)]),
    ],
    next: NEXT[facts.outcome],
  }
}

const goesOn = (place: Place, lines: Lines, at: string | null): string =>
  at === null ? lines.never : say(lines.again, { when: reset(place, at) })

function feeUnpaid(
  place: Place,
  { titles, lines }: AlertWords,
  facts: Facts<'payment_failed'>,
): Told {
  const { total, tax, fallback, code: reason } = facts
  const amount = money(place, facts.price)
  const what =
    total === null || tax === null
      ? say(lines.feeAwaited, { amount, reason })
      : say(lines.feeDeclined, {
          total: money(place, total),
          amount,
          tax: money(place, tax),
          card: methodName(lines, facts.method),
          reason,
        })
  const { retry_at: retryAt } = facts
  return {
    title: say(titles.payment_failed, { plan: facts.plan }),
    lines: [
      what,
      retryAt === null ? lines.feeNoRetry : say(lines.feeRetry, { when: reset(place, retryAt) }),
      say(lines.feeEnds, { when: reset(place, facts.ends_at), fallback }),
    ],
    next: 'payFee',
  }
}

import { reloadCharge } from '../../../core/decisions/reload-due.ts'
import type { PlanPeriod } from '../../../core/funding/index.ts'
import type { AutoReloadFacts } from '../../../core/ledger/index.ts'
import { add, formatNanos, readNanos, ZERO } from '../../../core/money/index.ts'
import { type CardLike, cardName } from '../card.ts'
import { fill, formatLongDay, formatMoney, percentOf } from '../format.ts'
import type { Language } from '../words.ts'
import { PAYMENT_WORDS } from './words.ts'

export { SENTENCES_VERSION } from './words.ts'

export interface BuyFacts {
  readonly currency: string
  readonly face: string
  readonly price: string
  readonly tax: string
  readonly tax_name: string
  readonly total: string
  readonly expires_at: string | null
  readonly withdrawal_until: string | null
  readonly method: CardLike
}

/** Before money moves: amount, tax, card, when, how often, what it makes, how it can be undone. */
export function buySentence(facts: BuyFacts, lang: Language): string {
  const words = PAYMENT_WORDS[lang]
  const money = (amount: string): string => formatMoney(amount, facts.currency, lang)
  const date = (at: string): string => formatLongDay(at, lang)
  return fill(words.buy, {
    total: money(facts.total),
    face: money(facts.face),
    card: cardName(facts.method),
    tax:
      facts.tax === '0'
        ? ''
        : fill(words.tax, {
            price: money(facts.price),
            tax: money(facts.tax),
            name: facts.tax_name,
          }),
    expires:
      facts.expires_at === null
        ? words.forEver
        : fill(words.expires, { date: date(facts.expires_at) }),
    withdrawal:
      facts.withdrawal_until === null
        ? words.noWithdrawal
        : fill(words.withdrawal, { date: date(facts.withdrawal_until) }),
  })
}

export interface SubscribeFacts {
  readonly currency: string
  readonly plan: string
  readonly period: PlanPeriod
  /** Of a whole period, tax excluded. */
  readonly fee: string
  readonly due: string
  readonly tax: string
  readonly tax_name: string
  /** A decimal: `0.19`. */
  readonly tax_rate: string
  readonly renewal: string
  readonly fallback: string
  readonly method: BuyFacts['method']
}

/** The sentence that a subscription paid by card rests on: what now, what then, how often, how to stop. */
export function subscribeSentence(facts: SubscribeFacts, lang: Language): string {
  const words = PAYMENT_WORDS[lang]
  const money = (amount: string): string => formatMoney(amount, facts.currency, lang)
  const total = formatNanos(add(readNanos(facts.due), readNanos(facts.tax)))
  const taxed = { price: money(facts.due), tax: money(facts.tax), name: facts.tax_name }
  const shown = {
    plan: facts.plan,
    card: cardName(facts.method),
    renewal: formatLongDay(facts.renewal, lang),
    total: money(total),
    tax: facts.tax === '0' ? '' : fill(words.tax, taxed),
    period: words.periods[facts.period],
    fee: money(facts.fee),
    rate: percentOf(facts.tax_rate),
    name: facts.tax_name,
    fallback: facts.fallback,
  }
  const now = facts.due === '0' ? words.feeLater : fill(words.feeNow, shown)
  return [now, fill(words.renews, shown)].join(lang === 'ja' ? '' : ' ')
}

export interface ReloadFacts {
  readonly terms: AutoReloadFacts
  readonly currency: string
  readonly tax_name: string
  readonly method: BuyFacts['method']
}

/** The sentence that a consent to auto-reload rests on: the most that can be charged, when, how to stop. */
export function reloadSentence({ terms, ...own }: ReloadFacts, lang: Language): string {
  const words = PAYMENT_WORDS[lang]
  const money = (amount: string): string => formatMoney(amount, own.currency, lang)
  const most = reloadCharge(terms, ZERO, own.currency)
  const [net, tax, total] = [most.net, most.tax, most.total].map(formatNanos) as [
    string,
    string,
    string,
  ]
  const taxed =
    readNanos(tax) === ZERO
      ? ''
      : fill(words.tax, { price: money(net), tax: money(tax), name: own.tax_name })
  const amounts = { net: money(net), total: money(total), tax: taxed }
  return fill(words.reload, {
    trigger: money(terms.trigger_below),
    card: cardName(own.method),
    charge:
      terms.target === null
        ? fill(words.fixed, amounts)
        : fill(words.upTo, { ...amounts, target: money(terms.target) }),
    day: money(terms.max_per_day),
    month: money(terms.max_per_month),
  })
}

import { SENTENCES_VERSION, subscribeSentence } from '../../contract/explain/payments/index.ts'
import type { Detail } from '../../contract/problem-words/details.ts'
import { isProblemCode } from '../../contract/problems.ts'
import type { Posted } from '../../core/decisions/results.ts'
import { feeOf, isFree } from '../../core/funding/index.ts'
import type { ConsentFacts } from '../../core/ledger/index.ts'
import { add, formatNanos, readNanos } from '../../core/money/index.ts'
import { type FeeOrder, type Ordered, orderWithFee } from '../../payments/fee-port.ts'
import { findRequest } from '../../store/reads/entries.ts'
import { decidePosting, executedAnswer } from '../decide.ts'
import type { Services } from '../deps.ts'
import { planNamed } from '../plan-choice.ts'
import { type Answer, ProblemError, problemAnswer } from '../problem-answer.ts'
import { foreign } from './payments.ts'

/** What a card would be charged for an order, now and from then on, and the sentence that says so. */
export interface FeeOffer {
  readonly tax: string
  readonly total: string
  readonly method: { readonly brand: string; readonly last4: string }
  readonly sentence: { readonly en: string; readonly ja: string }
}

/** `null`: no card would be charged, since there is none, or what was ordered costs nothing. */
export async function feeOffer(services: Services, result: Posted): Promise<FeeOffer | null> {
  const { collector, catalogue } = services
  const { account_id: accountId, currency, fee, transition, subscription } = result.entry
  if (!collector || !fee || !transition?.next_renewal || !subscription) return null
  const plan = await planNamed(catalogue, transition.to_plan)
  if (isFree(plan) || plan.billing === 'invoiced') return null
  const amount = readNanos(fee.due)
  const named = { accountId, dueId: 'preview', plan: transition.to_plan }
  const quote = await foreign(collector.quote({ ...named, amount, currency }))
  if (!quote) return null
  const { brand, last4 } = quote.method
  const facts = {
    currency,
    plan: transition.to_plan,
    period: subscription.period,
    fee: formatNanos(feeOf(plan, transition.to_seats)),
    due: fee.due,
    tax: formatNanos(quote.tax),
    tax_name: quote.taxName,
    tax_rate: quote.taxRate,
    renewal: transition.next_renewal,
    fallback: subscription.fallback,
    method: { brand, last4 },
  }
  return {
    tax: facts.tax,
    total: formatNanos(add(amount, quote.tax)),
    method: facts.method,
    sentence: { en: subscribeSentence(facts, 'en'), ja: subscribeSentence(facts, 'ja') },
  }
}

/** Has an order decided; where a card can be charged and no payment is named, its fee is collected first. */
export async function collecting(
  services: Services,
  order: FeeOrder,
  dueId: string | undefined,
): Promise<Answer> {
  const { engine, collector } = services
  if (!collector || order.payment !== null || dueId === undefined) {
    if (order.consent) throw notThis('order_without_card')
    return (await decidePosting(engine, order)).answer
  }
  if (order.consent) await checkConsent(services, order, order.consent, dueId)
  return answerOf(await foreign(orderWithFee(engine, collector, order, dueId)))
}

const notThis = (code: 'order_without_card' | 'order_consent_differs'): ProblemError =>
  new ProblemError('amount_invalid', { field: 'consent', detail: { code } })

/**
 * What was agreed to is what we would say now, to the letter, or it is no consent to this. What was
 * ordered before is not asked about again: a repeat gets its first answer.
 */
async function checkConsent(
  services: Services,
  order: FeeOrder,
  consent: ConsentFacts,
  dueId: string,
): Promise<void> {
  const { engine, collector, pool } = services
  if (await findRequest(pool, order)) return
  if (await collector?.knows({ accountId: order.accountId, dueId })) return
  const result = await engine.preview({ ...order, payment: 'assumed' })
  // a refusal is told as such by the order itself
  if (result.status !== 'posted') return
  const offer = await feeOffer(services, result)
  const said = consent.locale === 'ja' ? offer?.sentence.ja : offer?.sentence.en
  if (offer && consent.text === said && consent.version === SENTENCES_VERSION) return
  throw notThis('order_consent_differs')
}

function answerOf(done: Ordered): Answer {
  switch (done.status) {
    case 'decided':
      return executedAnswer(done.executed)
    case 'declined':
      return unpaid({ code: 'fee_declined', values: { reason: done.code } })
    case 'uncovered':
      return unpaid({ code: `fee_${done.code}` })
    case 'action_required':
      return unpaid({ code: 'fee_action_required', values: { url: done.url } })
    case 'returned':
      return problemAnswer(isProblemCode(done.code) ? done.code : 'payment_required', {
        detail: { code: 'fee_returned', values: { reason: done.code } },
      })
    case 'conflict':
      return problemAnswer('request_conflict', { field: done.field })
  }
}

const unpaid = (detail: Detail): Answer => problemAnswer('payment_required', { detail })

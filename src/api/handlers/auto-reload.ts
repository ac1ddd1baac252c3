import { reloadSentence, SENTENCES_VERSION } from '../../contract/explain/payments/index.ts'
import {
  balanceBefore,
  type ReloadSimulation,
  reloadCheck,
  simulateReloads,
} from '../../core/decisions/index.ts'
import {
  type AccountState,
  type AutoReloadFacts,
  monthContaining,
} from '../../core/ledger/index.ts'
import { formatNanos, isPayable, ZERO } from '../../core/money/index.ts'
import { policyRef } from '../../core/tax/index.ts'
import {
  DAY_MS,
  dayContaining,
  formatInstant,
  type Instant,
  instant,
} from '../../core/time/index.ts'
import { methodFor } from '../../payments/methods.ts'
import type { MethodRow } from '../../store/control/payment-methods.ts'
import { policyInForce } from '../../store/control/terms.ts'
import { balanceHistory } from '../../store/reads/balance-history.ts'
import { signerOf } from '../caller.ts'
import { withChange } from '../changed.ts'
import { decidePosting } from '../decide.ts'
import type { Services } from '../deps.ts'
import { type Handlers, type Inbound, keyOf, ok } from '../handler.ts'
import { needState } from '../need-account.ts'
import { ProblemError } from '../problem-answer.ts'
import { amountIn } from '../read-in.ts'
import { foreign, paymentsOf } from './payments.ts'

type Reload =
  | 'getAutoReload'
  | 'previewAutoReload'
  | 'setAutoReload'
  | 'pauseAutoReload'
  | 'resumeAutoReload'
  | 'endAutoReload'

const SIMULATED_MS = 30 * DAY_MS

export const reloadHandlers: Handlers<Reload> = {
  getAutoReload: async ({ params }, services) => {
    const { state, at } = await needState(services, params.account_id)
    return ok(reloadJson(state, at))
  },

  previewAutoReload: async ({ params, body }, services) => {
    const { state, at } = await needState(services, params.account_id)
    const offer = await offerOf(services, state, body)
    const from = instant(at - SIMULATED_MS)
    const history = await balanceHistory(services.pool, params.account_id, from)
    const balance = balanceBefore(state, history, at)
    const steps = history.filter(({ reload }) => !reload)
    const simulated = simulateReloads(offer.terms, steps, { balance, currency: state.currency })
    return ok({
      terms: offer.terms,
      sentence: offer.sentence,
      sentence_version: SENTENCES_VERSION,
      last_30_days: simulationJson(simulated),
      as_of: formatInstant(at),
      seq: state.seq,
    })
  },

  setAutoReload: async (inbound, services) => {
    const { params, body } = inbound
    const { state } = await needState(services, params.account_id)
    const offer = await offerOf(services, state, body)
    const { consent } = body
    // what was agreed to is what we would say now, to the letter, or it is no consent to this
    if (consent.text !== offer.sentence[consent.locale] || consent.version !== SENTENCES_VERSION)
      throw new ProblemError('amount_invalid', {
        field: 'consent',
        detail: { code: 'reload_consent_differs' },
      })
    const seen = body.if_consent_seq
    const { answer } = await decidePosting(services.engine, {
      kind: 'set_auto_reload',
      accountId: params.account_id,
      requestId: keyOf(inbound),
      actor: signerOf(inbound.caller, inbound.from),
      terms: offer.terms,
      consent,
      ...(seen !== undefined && { ifConsentSeq: seen ?? 0 }),
    })
    return withChange(answer, services.pool, { accountId: params.account_id, of: 'auto_reload' })
  },

  pauseAutoReload: (inbound, services) => pause(inbound, services, true),

  resumeAutoReload: (inbound, services) => pause(inbound, services, false),

  endAutoReload: async (inbound, services) => {
    const { answer } = await decidePosting(services.engine, {
      kind: 'set_auto_reload',
      accountId: inbound.params.account_id,
      requestId: keyOf(inbound),
      actor: signerOf(inbound.caller, inbound.from),
      terms: null,
      consent: null,
    })
    return answer
  },
}

async function pause(
  inbound: Inbound<'pauseAutoReload' | 'resumeAutoReload'>,
  { engine }: Services,
  paused: boolean,
) {
  const { answer } = await decidePosting(engine, {
    kind: 'pause_auto_reload',
    accountId: inbound.params.account_id,
    requestId: keyOf(inbound),
    actor: signerOf(inbound.caller, inbound.from),
    paused,
  })
  return answer
}

type Given = Inbound<'previewAutoReload'>['body']

/** The terms that were asked for, in full, and the sentence that says what they mean. */
async function offerOf(services: Services, state: AccountState, given: Given) {
  if ((given.amount === undefined) === (given.target === undefined))
    throw new ProblemError('amount_invalid', { field: 'amount' })
  const payments = paymentsOf(services)
  const method = await methodFor(payments, state.accountId, given.method_id)
  if (!method) throw new ProblemError('payment_method_unknown')
  const now = instant(payments.nowMs())
  const policy = await policyInForce(payments.pool, method.country, now)
  if (!policy) throw new ProblemError('policy_missing')
  checkAmounts(given, state.currency)
  const quote = await foreign(
    payments.tax.calculate({
      policy,
      currency: state.currency,
      price: amountIn(given.amount ?? given.target ?? ''),
      methodRef: method.methodRef,
      country: method.country,
    }),
  )
  const terms: AutoReloadFacts = {
    trigger_below: formatNanos(amountIn(given.trigger_below)),
    amount: given.amount === undefined ? null : formatNanos(amountIn(given.amount)),
    target: given.target === undefined ? null : formatNanos(amountIn(given.target)),
    max_per_day: formatNanos(amountIn(given.max_per_day)),
    max_per_month: formatNanos(amountIn(given.max_per_month)),
    method_id: method.methodId,
    tax: { policy: policyRef(policy), rate: quote.rate },
  }
  const facts = {
    terms,
    currency: state.currency,
    tax_name: quote.name,
    method: cardOf(method),
  }
  return { terms, sentence: { en: reloadSentence(facts, 'en'), ja: reloadSentence(facts, 'ja') } }
}

const cardOf = ({ brand, last4 }: MethodRow) => ({ brand, last4 })

const AMOUNTS = ['trigger_below', 'amount', 'target', 'max_per_day', 'max_per_month'] as const

/** A card is charged in whole minor units: what is not one cannot be agreed to. */
function checkAmounts(given: Given, currency: string): void {
  for (const field of AMOUNTS) {
    const text = given[field]
    if (text === undefined) continue
    const amount = amountIn(text)
    if (amount <= ZERO || !isPayable(amount, currency))
      throw new ProblemError('amount_invalid', { field })
  }
  if (given.target !== undefined && amountIn(given.target) <= amountIn(given.trigger_below))
    throw new ProblemError('amount_invalid', { field: 'target' })
}

const simulationJson = (simulated: ReloadSimulation) => ({
  reloads: simulated.reloads.map((reload) => ({
    at: formatInstant(reload.at),
    balance: formatNanos(reload.balance),
    net: formatNanos(reload.net),
    tax: formatNanos(reload.tax),
    total: formatNanos(reload.total),
  })),
  total: formatNanos(simulated.total),
  held_back: simulated.heldBack,
  refused_calls: simulated.refused,
})

function reloadJson(state: AccountState, at: Instant) {
  const check = reloadCheck(state, at)
  const own = state.autoReload
  const charged = (
    counter: { readonly start: Instant; readonly total: bigint } | undefined,
    start: Instant,
  ): string => formatNanos((counter?.start === start ? counter.total : 0n) as typeof ZERO)
  return {
    account_id: state.accountId,
    terms: own?.terms ?? null,
    consent_seq: own?.terms ? own.consentSeq : null,
    stopped: own?.stopped
      ? { reason: own.stopped.reason, at: formatInstant(own.stopped.at) }
      : null,
    paused_at: own?.terms && own.pausedAt !== null ? formatInstant(own.pausedAt) : null,
    balance: formatNanos(check.balance),
    due: check.due,
    waits_for: check.due ? null : check.reason,
    next_at: check.due || check.at === null ? null : formatInstant(check.at),
    charged_today: charged(own?.day, dayContaining(at).start),
    charged_this_month: charged(own?.month, monthContaining(at).start),
    last_at: own?.lastAt == null ? null : formatInstant(own.lastAt),
    as_of: formatInstant(at),
    seq: state.seq,
  }
}

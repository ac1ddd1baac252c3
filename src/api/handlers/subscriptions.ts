import {
  explainSubscription,
  explainTransition,
  type Reader,
} from '../../contract/explain/index.ts'
import { SENTENCES_VERSION } from '../../contract/explain/payments/index.ts'
import type {
  CancelSubscription,
  ChangeSubscription,
  Command,
  FeePayment,
  RenewSubscription,
} from '../../core/decisions/commands.ts'
import { seatsOf } from '../../core/decisions/decision.ts'
import type { Result } from '../../core/decisions/results.ts'
import { feeOf, periodNow } from '../../core/funding/index.ts'
import { resetFacts, subscriptionFacts } from '../../core/ledger/index.ts'
import { formatNanos, ZERO } from '../../core/money/index.ts'
import { formatInstant, HOUR_MS, type Instant, instant } from '../../core/time/index.ts'
import { renewalDueId } from '../../payments/fee-port.ts'
import { derivedId } from '../../store/control/index.ts'
import type { StoredState } from '../../store/reads/account-state.ts'
import { findRequest } from '../../store/reads/entries.ts'
import { lastFeeEntry } from '../../store/reads/fee-entry.ts'
import { actorOf, needOperatorFor, signerOf } from '../caller.ts'
import { decidePosting, unexpected } from '../decide.ts'
import type { Services } from '../deps.ts'
import { type Handlers, type Inbound, keyOf, ok } from '../handler.ts'
import { needState } from '../need-account.ts'
import { planNamed } from '../plan-choice.ts'
import { type Answer, refusalAnswer } from '../problem-answer.ts'
import { amountIn, instantIn } from '../read-in.ts'
import { readerIn } from '../reader-in.ts'
import { mayChoose, wantedIn } from '../subscription-orders.ts'
import { collecting, feeOffer } from './subscription-fees.ts'

type Subscriptions =
  | 'getSubscription'
  | 'previewSubscription'
  | 'changeSubscription'
  | 'cancelSubscription'
  | 'renewSubscription'

export const subscriptionHandlers: Handlers<Subscriptions> = {
  getSubscription: async ({ params, query }, services) => {
    const { state, at } = await needState(services, params.account_id)
    const plan = await planNamed(services.catalogue, state.plan)
    const own = state.subscription
    const period = own && periodNow(own)
    const facts = own && subscriptionFacts(own, state.plan)
    const as_of = formatInstant(at)
    const reading = { ...readerIn(query), currency: state.currency, now: as_of }
    const end = period && formatInstant(period.end)
    const charged = period && (await lastFeeEntry(services.pool, state.accountId))
    return ok({
      account_id: state.accountId,
      currency: state.currency,
      plan: state.plan,
      subscription: facts,
      period: period && { start: formatInstant(period.start), end },
      fee: formatNanos(feeOf(plan, seatsOf(state, plan))),
      fee_seq: charged?.seq ?? null,
      says: explainSubscription(facts, { plan: state.plan, end }, reading),
      as_of,
      seq: state.seq,
    })
  },

  previewSubscription: async (inbound, services) => {
    const reader = readerIn(inbound.query)
    const command = await previewed(inbound, services)
    const result = await reloadedFor(services, () => services.engine.preview(command))
    return previewAnswer(result, reader, services)
  },

  changeSubscription: async (inbound, services) => {
    const { body, caller } = inbound
    if (body.payment) needOperatorFor(caller, 'payment')
    if (body.fallback !== undefined) needOperatorFor(caller, 'fallback')
    const request = requestOf(inbound, 'change_subscription')
    const wanted = await wantedIn(services, body, request)
    if (caller.type === 'key') await mayChoose(services, request.accountId, wanted.plan)
    const order: ChangeSubscription = {
      ...request,
      actor: signerOf(caller, inbound.from),
      ...wanted,
      ...previewIn(body.preview_id),
      payment: paymentIn(body.payment),
      ...(body.consent && { consent: body.consent }),
    }
    // without a preview, a repeat would be priced at another moment and would not be the same fee
    const dueId = body.preview_id && `${order.accountId}#change:${order.requestId}`
    return collecting(services, order, dueId)
  },

  cancelSubscription: async (inbound, { engine }) => {
    const { body } = inbound
    const command: CancelSubscription = {
      ...requestOf(inbound, 'cancel_subscription'),
      actor: signerOf(inbound.caller, inbound.from),
      when: body.when ?? 'period_end',
      ...(body.reason !== undefined && { reason: body.reason }),
      ...previewIn(body.preview_id),
      payment: null,
    }
    return (await decidePosting(engine, command)).answer
  },

  renewSubscription: async (inbound, services) => {
    if (inbound.body.payment) needOperatorFor(inbound.caller, 'payment')
    const { order, dueId } = await renewalOf(inbound, services)
    return collecting(services, order, dueId)
  },
}

export const resetHandlers: Handlers<'listResets' | 'grantReset' | 'redeemReset'> = {
  listResets: async ({ params }, services) => {
    const { state, at } = await needState(services, params.account_id)
    const items = state.resets.filter((own) => own.expiresAt > at).map(resetFacts)
    return ok({ items, as_of: formatInstant(at), seq: state.seq })
  },

  grantReset: async (inbound, { engine }) => {
    const { body } = inbound
    const request = requestOf(inbound, 'grant_reset')
    const { answer } = await decidePosting(
      engine,
      {
        ...request,
        actor: actorOf(inbound.caller, inbound.from),
        resetId: derivedId('reset', request.accountId, request.requestId),
        name: body.name,
        windowId: body.window_id ?? null,
        expiresAt: instantIn(body.expires_at),
      },
      201,
    )
    return answer
  },

  redeemReset: async (inbound, { engine }) => {
    const { params, body } = inbound
    const { answer } = await decidePosting(engine, {
      kind: 'redeem_reset',
      accountId: params.account_id,
      requestId: `${params.reset_id}#redeem`,
      actor: actorOf(inbound.caller, inbound.from),
      resetId: params.reset_id,
      windowId: body.window_id,
    })
    return answer
  },
}

const requestOf = <const K extends Command['kind']>(
  inbound: {
    readonly params: { readonly account_id: string }
    readonly idempotencyKey: string | null
  },
  kind: K,
) => ({ kind, accountId: inbound.params.account_id, requestId: keyOf(inbound) })

function paymentIn(
  body:
    | { readonly payment_id: string; readonly amount?: string; readonly tax?: string }
    | undefined,
): FeePayment | null {
  if (!body) return null
  return {
    paymentId: body.payment_id,
    ...(body.amount !== undefined && { amount: amountIn(body.amount) }),
    tax: body.tax === undefined ? ZERO : amountIn(body.tax),
    collected: false,
  }
}

const RADIX = 36

/** A preview's id says as of when it was priced, and the digest of its terms: nothing is stored. */
const previewId = (pricedAt: Instant, terms: string): string =>
  `prev_${pricedAt.toString(RADIX)}_${terms}`

function previewIn(id: string | undefined): { pricedAt?: Instant; terms?: string } {
  const [, pricedAt, terms] = id?.split('_') ?? []
  if (pricedAt === undefined || terms === undefined) return {}
  return { pricedAt: instant(parseInt(pricedAt, RADIX)), terms }
}

async function previewed(
  inbound: Inbound<'previewSubscription'>,
  services: Services,
): Promise<ChangeSubscription | CancelSubscription | RenewSubscription> {
  const { body, params } = inbound
  const common = {
    accountId: params.account_id,
    // no request has this id, since a header may not be empty: a preview is never a repeat
    requestId: '',
    actor: actorOf(inbound.caller, inbound.from),
    payment: 'assumed',
  } as const
  if (body.action === 'cancel')
    return { ...common, kind: 'cancel_subscription', when: body.when ?? 'period_end' }
  if (body.action === 'renew') return { ...common, kind: 'renew_subscription' }
  const request = {
    accountId: params.account_id,
    requestId: '',
    kind: 'change_subscription',
  } as const
  const wanted = await wantedIn(services, body, request)
  return { ...common, kind: 'change_subscription', ...wanted }
}

/** A plan that another server has published a moment ago is loaded, and asked for again. */
async function reloadedFor(services: Services, ask: () => Promise<Result>): Promise<Result> {
  const first = await ask()
  if (first.status !== 'refused' || first.refused.code !== 'plan_unknown') return first
  await services.engine.reloadCatalogue()
  return ask()
}

async function previewAnswer(result: Result, reader: Reader, services: Services): Promise<Answer> {
  if (result.status === 'refused') return refusalAnswer(result)
  if (result.status !== 'posted') throw unexpected(result)
  const { entry } = result
  const { transition, fee, subscription } = entry
  if (!transition || !fee || !subscription) throw unexpected(result)
  const offer = await feeOffer(services, result)
  const free = fee.due === '0'
  const pricedAt = instantIn(transition.priced_at)
  return ok({
    preview_id: previewId(pricedAt, transition.terms),
    valid_until: formatInstant(instant(instantIn(entry.at) + HOUR_MS)),
    account_id: entry.account_id,
    currency: entry.currency,
    transition,
    fee,
    tax: offer?.tax ?? (free ? '0' : null),
    total: offer?.total ?? (free ? '0' : null),
    method: offer?.method ?? null,
    sentence: offer?.sentence ?? null,
    sentence_version: SENTENCES_VERSION,
    subscription,
    says: explainTransition(
      { transition, fee },
      { ...reader, currency: entry.currency, now: entry.at },
    ),
    as_of: entry.at,
    // the journal's last number that it rests on: the entry itself is not written
    seq: entry.seq - 1,
  })
}

async function renewalOf(
  inbound: Inbound<'renewSubscription'>,
  services: Services,
): Promise<{ readonly order: RenewSubscription; readonly dueId: string }> {
  const accountId = inbound.params.account_id
  const { state } = await needState(services, accountId)
  const period = state.subscription && periodNow(state.subscription)
  const payment = paymentIn(inbound.body.payment)
  const { consent } = inbound.body
  const requestId = period
    ? await renewalId(services, state.subscription!, { accountId, payment })
    : 'renew:none'
  const actor = signerOf(inbound.caller, inbound.from)
  const declines = state.subscription?.unpaid?.declines ?? 0
  return {
    order: {
      ...{ kind: 'renew_subscription', accountId, requestId, actor, payment },
      ...(consent && { consent }),
    },
    dueId: renewalDueId(accountId, requestId, declines),
  }
}

/** The period that a payment renews: the present one, or, for a repeat, the one that it renewed. */
async function renewalId(
  { pool }: Services,
  own: NonNullable<StoredState['state']['subscription']>,
  request: { readonly accountId: string; readonly payment: FeePayment | null },
): Promise<string> {
  const { start, end } = periodNow(own)!
  const before = `renew:${formatInstant(start)}`
  const first = await findRequest(pool, {
    accountId: request.accountId,
    requestId: before,
    kind: 'renew_subscription',
  })
  const repeated =
    request.payment !== null && first?.payment?.payment_id === request.payment.paymentId
  return repeated ? before : `renew:${formatInstant(end)}`
}

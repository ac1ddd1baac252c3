import Stripe from 'stripe'
import {
  type Charge,
  type ChargeOrder,
  type PaymentProvider,
  ProviderRefused,
  ProviderUnavailable,
  SETUP_REF,
  SignatureInvalid,
} from '../provider.ts'
import {
  chargeOf,
  disputeOf,
  eventOf,
  methodOf,
  PAYMENT_ID,
  REFUND_ID,
  refundOf,
  setupStateOf,
  type WireCheckout,
  type WireEvent,
  type WireIntent,
} from '../wire.ts'
import { toWire } from '../wire-amounts.ts'
import { movementOf } from '../wire-movements.ts'

export interface StripeSettings {
  readonly apiKey: string
  /** Another address than Stripe's own: for the simulated processor and tests. */
  readonly baseUrl?: string
  readonly timeoutMs?: number
}

const TIMEOUT_MS = 20_000
/** The clock of the processor may be behind ours. */
const LOOK_BACK_S = 300
const SIGNATURE_TOLERANCE_S = 300

/** Stripe through its official SDK. Its own retries are off: ours go by the same key, across restarts. */
export const stripeClient = (settings: StripeSettings): Stripe =>
  new Stripe(settings.apiKey, {
    ...addressOf(settings.baseUrl),
    maxNetworkRetries: 0,
    timeout: settings.timeoutMs ?? TIMEOUT_MS,
    telemetry: false,
  })

export function stripeProvider(
  settings: StripeSettings & { readonly webhookSecret: string },
): PaymentProvider {
  const stripe = stripeClient(settings)
  return {
    createCustomer: async ({ accountId, key }) => {
      const metadata = { everycent_account: accountId }
      const made = await asked(() => stripe.customers.create({ metadata }, { idempotencyKey: key }))
      return made.id
    },
    ...hostedCalls(stripe),
    ...methodCalls(stripe),
    charge: (order) => charge(stripe, order),
    readCharge: async (ref) => chargeOf(await asked(() => stripe.paymentIntents.retrieve(ref))),
    findCharge: (order) => findCharge(stripe, order),
    cancelCharge: async (ref) => chargeOf(await asked(() => stripe.paymentIntents.cancel(ref))),
    ...refundCalls(stripe),
    readDispute: async (ref) => disputeOf(await asked(() => stripe.disputes.retrieve(ref))),
    movements: (time) => movements(stripe, time),
    readEvent: (rawBody, signature, nowMs) => {
      try {
        const event = stripe.webhooks.constructEvent(
          rawBody,
          signature,
          settings.webhookSecret,
          SIGNATURE_TOLERANCE_S,
          undefined,
          nowMs,
        )
        return eventOf(event as WireEvent)
      } catch (error) {
        throw new SignatureInvalid('the webhook is not signed by the processor', { cause: error })
      }
    },
  }
}

type Calls<Name extends keyof PaymentProvider> = Pick<PaymentProvider, Name>

/** Checkout in its mode for saving a card: a page of Stripe's, since our policy lets no foreign script run. */
function hostedCalls(stripe: Stripe): Calls<'beginHostedSetup' | 'readHostedSetup'> {
  return {
    beginHostedSetup: async ({ customerRef, key, returnUrl, cancelUrl }) => {
      const page = await asked(() =>
        stripe.checkout.sessions.create(
          {
            mode: 'setup',
            customer: customerRef,
            allowed_payment_method_types: ['card'],
            success_url: returnUrl.replace(SETUP_REF, '{CHECKOUT_SESSION_ID}'),
            cancel_url: cancelUrl,
          },
          { idempotencyKey: key },
        ),
      )
      return { setupRef: page.id, url: page.url ?? '' }
    },
    readHostedSetup: async (setupRef) =>
      setupStateOf(
        (await asked(() =>
          stripe.checkout.sessions.retrieve(setupRef, { expand: ['setup_intent'] }),
        )) as WireCheckout,
      ),
  }
}

function methodCalls(stripe: Stripe): Calls<'beginSetup' | 'saveMethod' | 'removeMethod'> {
  return {
    beginSetup: async ({ customerRef, key }) => {
      const setup = await asked(() =>
        stripe.setupIntents.create(
          { customer: customerRef, usage: 'off_session' },
          { idempotencyKey: key },
        ),
      )
      return { setupRef: setup.id, clientSecret: setup.client_secret ?? '' }
    },
    saveMethod: async (customerRef, methodRef) => {
      const known = await asked(() => stripe.paymentMethods.retrieve(methodRef))
      const owner = typeof known.customer === 'string' ? known.customer : known.customer?.id
      // a method that a set-up has saved is the customer's already
      if (owner === customerRef) return methodOf(known)
      return methodOf(
        await asked(() => stripe.paymentMethods.attach(methodRef, { customer: customerRef })),
      )
    },
    removeMethod: async (methodRef) => {
      await asked(() => stripe.paymentMethods.detach(methodRef))
    },
  }
}

function refundCalls(stripe: Stripe): Calls<'refund' | 'findRefund'> {
  return {
    refund: async (order) =>
      refundOf(
        await asked(() =>
          stripe.refunds.create(
            {
              payment_intent: order.chargeRef,
              amount: toWire(order.amountMinor, order.currency),
              reason: 'requested_by_customer',
              metadata: { [REFUND_ID]: order.refundId },
            },
            { idempotencyKey: order.key },
          ),
        ),
      ),
    findRefund: async (chargeRef, refundId) => {
      const { data } = await asked(() =>
        stripe.refunds.list({ payment_intent: chargeRef, limit: 100 }),
      )
      const own = data.find((refund) => refund.metadata?.[REFUND_ID] === refundId)
      return own ? refundOf(own) : null
    },
  }
}

function addressOf(baseUrl: string | undefined) {
  if (baseUrl === undefined) return {}
  const url = new URL(baseUrl)
  const protocol = url.protocol === 'http:' ? ('http' as const) : ('https' as const)
  return { host: url.hostname, port: url.port || (protocol === 'http' ? '80' : '443'), protocol }
}

async function charge(stripe: Stripe, order: ChargeOrder): Promise<Charge> {
  const made = await intentOr(() =>
    stripe.paymentIntents.create(
      {
        amount: toWire(order.amountMinor, order.currency),
        currency: order.currency.toLowerCase(),
        customer: order.customerRef,
        payment_method: order.methodRef,
        confirm: true,
        off_session: order.offSession,
        metadata: { [PAYMENT_ID]: order.paymentId, everycent_account: order.accountId },
        ...(!order.offSession && { return_url: order.returnUrl }),
      },
      { idempotencyKey: order.key },
    ),
  )
  if (!order.offSession || made.last_payment_error?.code !== 'authentication_required')
    return chargeOf(made)
  // the buyer has to answer: a link for it, which charges nothing by itself
  return chargeOf(
    await intentOr(() =>
      stripe.paymentIntents.confirm(
        made.id,
        { payment_method: order.methodRef, return_url: order.returnUrl },
        { idempotencyKey: `${order.key}:authenticate` },
      ),
    ),
  )
}

async function findCharge(
  stripe: Stripe,
  order: { readonly customerRef: string; readonly paymentId: string; readonly sinceMs: number },
): Promise<Charge | null> {
  const gte = Math.floor(order.sinceMs / 1_000) - LOOK_BACK_S
  let startingAfter: string | undefined
  for (;;) {
    const page = await asked(() =>
      stripe.paymentIntents.list({
        customer: order.customerRef,
        created: { gte },
        limit: 100,
        ...(startingAfter !== undefined && { starting_after: startingAfter }),
      }),
    )
    const own = page.data.find(({ metadata }) => metadata[PAYMENT_ID] === order.paymentId)
    if (own) return chargeOf(own)
    const last = page.data.at(-1)
    if (!page.has_more || !last) return null
    startingAfter = last.id
  }
}

async function* movements(stripe: Stripe, time: { fromMs: number; untilMs: number }) {
  const created = { gte: Math.floor(time.fromMs / 1_000), lt: Math.ceil(time.untilMs / 1_000) }
  let startingAfter: string | undefined
  for (;;) {
    const page = await asked(() =>
      stripe.balanceTransactions.list({
        created,
        limit: 100,
        expand: ['data.source'],
        ...(startingAfter !== undefined && { starting_after: startingAfter }),
      }),
    )
    for (const own of page.data) yield movementOf(own)
    const last = page.data.at(-1)
    if (!page.has_more || !last) return
    startingAfter = last.id
  }
}

/** A decline comes as an error that carries the charge. */
async function intentOr(call: () => Promise<WireIntent>): Promise<WireIntent> {
  try {
    return await call()
  } catch (error) {
    if (error instanceof Stripe.errors.StripeCardError && error.payment_intent) {
      const { code, decline_code } = error
      const intent = error.payment_intent as unknown as WireIntent
      const told = { ...(code && { code }), ...(decline_code && { decline_code }) }
      return { ...intent, last_payment_error: intent.last_payment_error ?? told }
    }
    throw faultOf(error)
  }
}

/** A call whose faults are told as ours. @throws ProviderRefused, ProviderUnavailable */
export async function asked<T>(call: () => Promise<T>): Promise<T> {
  try {
    return await call()
  } catch (error) {
    throw faultOf(error)
  }
}

/** Whether the processor has refused for certain, or nothing is known. */
function faultOf(error: unknown): Error {
  const { errors } = Stripe
  if (error instanceof errors.StripeError) {
    const { statusCode } = error
    // 409: the same key is being worked on at this moment
    const certain = statusCode !== undefined && statusCode >= 400 && statusCode < 500
    if (certain && statusCode !== 409 && statusCode !== 429)
      return new ProviderRefused(error.code ?? error.type, error.message)
    return new ProviderUnavailable(error.message, { cause: error })
  }
  return error instanceof Error ? error : new Error(String(error))
}

import {
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
  type WireDispute,
  type WireEvent,
  type WireIntent,
  type WireMethod,
  type WireRefund,
} from '../wire.ts'
import { toWire } from '../wire-amounts.ts'
import { movementOf, type WireMovement } from '../wire-movements.ts'
import { TEST_CARDS } from './cards.ts'
import type { SimulatedProcessor } from './processor.ts'

type Fields = Readonly<Record<string, string>>

/** The simulated processor without a network between: what a demo and a first look use. */
export function simulatedProvider(processor: SimulatedProcessor): PaymentProvider {
  const { post, get } = callsOf(processor)
  return {
    createCustomer: async ({ accountId, key }) =>
      told<{ id: string }>(post('/v1/customers', { 'metadata[everycent_account]': accountId }, key))
        .id,
    ...hostedCalls(callsOf(processor)),
    testCards: TEST_CARDS,
    authenticate: async (ref) => processor.authenticate(ref),
    ...methodCalls(callsOf(processor)),
    ...chargeCalls(callsOf(processor)),
    refund: async (order) =>
      refundOf(
        told<WireRefund>(
          post(
            '/v1/refunds',
            {
              payment_intent: order.chargeRef,
              amount: String(toWire(order.amountMinor, order.currency)),
              [`metadata[${REFUND_ID}]`]: order.refundId,
            },
            order.key,
          ),
        ),
      ),
    findRefund: async (chargeRef, refundId) => {
      const { data } = told<{ data: WireRefund[] }>(
        get('/v1/refunds', { payment_intent: chargeRef }),
      )
      const own = data.find(({ metadata }) => metadata?.[REFUND_ID] === refundId)
      return own ? refundOf(own) : null
    },
    readDispute: async (ref) => disputeOf(told<WireDispute>(get(`/v1/disputes/${ref}`))),
    movements: (time) => movements(callsOf(processor), time),
    readEvent: (rawBody, signature, nowMs) => {
      if (!processor.isSigned(rawBody, signature, nowMs))
        throw new SignatureInvalid('the webhook is not signed by the processor')
      return eventOf(JSON.parse(rawBody) as WireEvent)
    },
  }
}

const callsOf = (processor: SimulatedProcessor) => ({
  post: (path: string, fields: Fields, key?: string): Answered =>
    ask(processor, { method: 'POST', path, fields, ...(key !== undefined && { key }) }),
  get: (path: string, fields: Fields = {}): Answered =>
    ask(processor, { method: 'GET', path, fields }),
})

type Wire = ReturnType<typeof callsOf>
type Calls<Name extends keyof PaymentProvider> = Pick<PaymentProvider, Name>

function hostedCalls({ post, get }: Wire): Calls<'beginHostedSetup' | 'readHostedSetup'> {
  return {
    beginHostedSetup: async ({ customerRef, key, returnUrl, cancelUrl }) => {
      const page = told<WireCheckout>(
        post(
          '/v1/checkout/sessions',
          {
            mode: 'setup',
            customer: customerRef,
            success_url: returnUrl.replace(SETUP_REF, '{CHECKOUT_SESSION_ID}'),
            cancel_url: cancelUrl,
          },
          key,
        ),
      )
      return { setupRef: page.id, url: page.url ?? '' }
    },
    readHostedSetup: async (ref) =>
      setupStateOf(
        told<WireCheckout>(get(`/v1/checkout/sessions/${ref}`, { 'expand[0]': 'setup_intent' })),
      ),
  }
}

function methodCalls({ post, get }: Wire): Calls<'beginSetup' | 'saveMethod' | 'removeMethod'> {
  return {
    beginSetup: async ({ customerRef, key }) => {
      const setup = told<{ id: string; client_secret: string }>(
        post('/v1/setup_intents', { customer: customerRef }, key),
      )
      return { setupRef: setup.id, clientSecret: setup.client_secret }
    },
    saveMethod: async (customer, ref) => {
      const known = told<WireMethod & { customer: string | null }>(
        get(`/v1/payment_methods/${ref}`),
      )
      if (known.customer === customer) return methodOf(known)
      return methodOf(told<WireMethod>(post(`/v1/payment_methods/${ref}/attach`, { customer })))
    },
    removeMethod: async (ref) => {
      told(post(`/v1/payment_methods/${ref}/detach`, {}))
    },
  }
}

function chargeCalls({
  post,
  get,
}: Wire): Calls<'charge' | 'readCharge' | 'findCharge' | 'cancelCharge'> {
  const intentAt = (path: string, fields: Fields, key?: string) =>
    chargeOf(intentIn(post(path, fields, key)))
  return {
    charge: async (order) => {
      const made = intentIn(
        post(
          '/v1/payment_intents',
          {
            amount: String(toWire(order.amountMinor, order.currency)),
            currency: order.currency.toLowerCase(),
            customer: order.customerRef,
            payment_method: order.methodRef,
            off_session: String(order.offSession),
            [`metadata[${PAYMENT_ID}]`]: order.paymentId,
          },
          order.key,
        ),
      )
      return order.offSession && made.last_payment_error?.code === 'authentication_required'
        ? intentAt(`/v1/payment_intents/${made.id}/confirm`, {}, `${order.key}:authenticate`)
        : chargeOf(made)
    },
    readCharge: async (ref) => chargeOf(told<WireIntent>(get(`/v1/payment_intents/${ref}`))),
    findCharge: async ({ customerRef, paymentId }) => {
      const { data } = told<{ data: WireIntent[] }>(
        get('/v1/payment_intents', { customer: customerRef }),
      )
      const own = data.find(({ metadata }) => metadata[PAYMENT_ID] === paymentId)
      return own ? chargeOf(own) : null
    },
    cancelCharge: async (ref) => intentAt(`/v1/payment_intents/${ref}/cancel`, {}),
  }
}

async function* movements({ get }: Wire, time: { fromMs: number; untilMs: number }) {
  let after: string | undefined
  for (;;) {
    const page = told<{ data: WireMovement[]; has_more: boolean }>(
      get('/v1/balance_transactions', {
        'created[gte]': String(Math.floor(time.fromMs / 1_000)),
        'created[lt]': String(Math.ceil(time.untilMs / 1_000)),
        limit: '100',
        ...(after !== undefined && { starting_after: after }),
      }),
    )
    for (const own of page.data) yield movementOf(own)
    after = page.data.at(-1)?.id
    if (!page.has_more || after === undefined) return
  }
}

interface Answered {
  readonly status: number
  readonly body: string
}

function ask(
  processor: SimulatedProcessor,
  order: { method: string; path: string; fields: Fields; key?: string },
): Answered {
  const { fields, ...request } = order
  const reply = processor.handle({ ...request, form: new URLSearchParams(fields).toString() })
  if (reply.status === 0 || reply.lost)
    throw new ProviderUnavailable('the connection to the processor broke')
  return reply
}

interface WireFault {
  readonly error: {
    readonly type: string
    readonly code?: string
    readonly message?: string
    readonly payment_intent?: WireIntent
  }
}

function told<T>({ status, body }: Answered): T {
  if (status < 400) return JSON.parse(body) as T
  const { error } = JSON.parse(body) as WireFault
  throw new ProviderRefused(error.code ?? error.type, error.message ?? error.type)
}

/** A decline carries the charge. */
function intentIn(reply: Answered): WireIntent {
  if (reply.status !== 402) return told<WireIntent>(reply)
  const { error } = JSON.parse(reply.body) as WireFault
  return error.payment_intent ?? told<WireIntent>(reply)
}

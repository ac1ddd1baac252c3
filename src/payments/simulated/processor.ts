import { Balance } from './balance.ts'
import { type CardBehaviour, cardOf, type Method, methodOf } from './cards.ts'
import { CheckoutDesk } from './checkout.ts'
import { DisputeDesk, type DisputeEnd } from './dispute.ts'
import { errorReply, invalid, missing, unknownUrl, WireError } from './faults.ts'
import { type Form, list, readForm, recordOf, textOf } from './form.ts'
import type { Intent } from './intent.ts'
import { type Delivery, isSigned, signed } from './signature.ts'
import { TaxDesk } from './tax-desk.ts'

export interface Reply {
  readonly status: number
  readonly body: string
  /** The work is done, but the connection breaks before the answer. */
  readonly lost?: true
}

export interface Request {
  readonly method: string
  /** `/v1/…`, without its query. */
  readonly path: string
  /** The query or the body, as a form. */
  readonly form: string
  readonly key?: string
}

/** Of their amounts the last digit is 0. */
const THREE_DECIMALS: readonly string[] = ['bhd', 'jod', 'kwd', 'omr', 'tnd']

/**
 * A payment processor in memory that speaks Stripe's wire form: it keeps state, replays the first answer
 * of an idempotency key byte for byte, refuses the key for other content, declines, asks for
 * authentication, refunds and disputes. Card tokens choose its faults, as test cards do.
 */
export class SimulatedProcessor {
  readonly #nowMs: () => number
  readonly #secret: string
  readonly #customers = new Map<string, { id: string; object: 'customer'; metadata: object }>()
  readonly #methods = new Map<string, Method>()
  readonly #behaviours = new Map<string, CardBehaviour>()
  readonly #broken = new Map<string, number>()
  readonly #intents = new Map<string, Intent>()
  readonly #refunds = new Map<string, Record<string, unknown> & { id: string }>()
  readonly #answers = new Map<
    string,
    { readonly content: string; readonly reply: Reply; lostLeft: number }
  >()
  readonly #outbox: Delivery[] = []
  readonly balance = new Balance((prefix, fields) => this.#object(prefix, fields))
  readonly #disputes = new DisputeDesk(
    (prefix, fields) => this.#object(prefix, fields),
    this.balance,
  )
  readonly checkout = new CheckoutDesk((prefix, fields) => this.#object(prefix, fields))
  readonly tax = new TaxDesk((prefix, fields) => this.#object(prefix, fields))
  #made = 0
  /** Ids of two runs are never the same. */
  readonly #started: string
  /** Told that a webhook waits. */
  onWebhook: () => void = () => {}

  constructor(options: { readonly webhookSecret: string; readonly nowMs: () => number }) {
    this.#secret = options.webhookSecret
    this.#nowMs = options.nowMs
    this.#started = options.nowMs().toString(36)
  }

  /** What was charged and kept, for whoever checks the books. */
  charges(): readonly Intent[] {
    return [...this.#intents.values()].filter(({ status }) => status === 'succeeded')
  }

  refunds(): readonly (Record<string, unknown> & { id: string })[] {
    return [...this.#refunds.values()]
  }

  /** Takes the webhooks that wait. */
  takeWebhooks(): Delivery[] {
    return this.#outbox.splice(0)
  }

  handle(request: Request): Reply {
    const content = `${request.method} ${request.path} ${request.form}`
    const known = request.key === undefined ? undefined : this.#answers.get(request.key)
    if (known) {
      if (known.content === content) {
        known.lostLeft -= 1
        return known.lostLeft < 0 ? known.reply : { ...known.reply, lost: true }
      }
      return errorReply(
        new WireError(400, {
          type: 'idempotency_error',
          code: 'idempotency_key_in_use',
          message: 'Keys for idempotent requests can only be used with the same parameters.',
        }),
      )
    }
    const reply = this.#answer(request)
    if (request.key !== undefined && reply.status !== 0)
      this.#answers.set(request.key, {
        content,
        reply: { status: reply.status, body: reply.body },
        // the SDK itself asks once more after a broken connection
        lostLeft: reply.lost ? 1 : 0,
      })
    return reply
  }

  #answer(request: Request): Reply {
    try {
      const form = readForm(request.form)
      const body = this.#route(request, form)
      const intent = body as Partial<Intent>
      const breaks =
        request.method === 'POST' &&
        request.path === '/v1/payment_intents' &&
        this.#behaviours.get(intent.payment_method ?? '')?.breaksAfterSuccess
      return { status: 200, body: JSON.stringify(body), ...(breaks && { lost: true as const }) }
    } catch (error) {
      if (error instanceof WireError) return errorReply(error)
      throw error
    }
  }

  #route({ method, path }: Request, form: Form): object {
    const [, , resource = '', id = '', action = '', part = ''] = path.split('/')
    const last = part === '' ? action : part
    if (resource === 'checkout')
      return method === 'POST' ? this.checkout.open(form) : this.checkout.read(action)
    switch (`${method} ${resource}${id === '' ? '' : '/id'}${last === '' ? '' : `/${last}`}`) {
      case 'POST customers':
        return this.#createCustomer(form)
      case 'POST setup_intents':
        return this.#object('seti', { object: 'setup_intent', status: 'requires_payment_method' })
      case 'GET payment_methods/id':
        return this.#method(id)
      case 'POST payment_methods/id/attach':
        return this.#attach(id, form)
      case 'POST payment_methods/id/detach':
        return this.#detach(id)
      case 'POST payment_intents':
        return this.#charge(form)
      case 'GET payment_intents':
        return this.#listIntents(form)
      case 'GET payment_intents/id':
        return this.#intent(id)
      case 'POST payment_intents/id/confirm':
        return this.#confirm(this.#intent(id))
      case 'POST payment_intents/id/cancel':
        return this.#cancel(this.#intent(id))
      case 'POST refunds':
        return this.#refund(form)
      case 'GET refunds':
        return list(
          [...this.#refunds.values()].filter(
            (refund) => refund.payment_intent === textOf(form, 'payment_intent'),
          ),
        )
      case 'POST tax/id':
        return this.tax.calculate(form)
      case 'POST tax/id/create_from_calculation':
        return this.tax.enterSale(form)
      case 'POST tax/id/create_reversal':
        return this.tax.reverse(form)
      case 'GET tax/id/line_items':
        return this.tax.lines(action)
      case 'GET balance_transactions':
        return this.balance.list(form)
      case 'GET disputes/id':
        return this.#disputes.read(id)
      default:
        throw unknownUrl(method, path)
    }
  }

  #object<T extends object>(prefix: string, fields: T) {
    this.#made += 1
    const id = `${prefix}_sim${this.#started}${String(this.#made).padStart(6, '0')}`
    return { id, created: this.#seconds(), client_secret: `${id}_secret_simulated`, ...fields }
  }

  #seconds = (): number => Math.floor(this.#nowMs() / 1_000)

  #createCustomer(form: Form): object {
    const made = this.#object('cus', {
      object: 'customer' as const,
      metadata: recordOf(form, 'metadata'),
    })
    this.#customers.set(made.id, made)
    return made
  }

  #method(id: string): Method {
    const known = this.#methods.get(id)
    if (known) return known
    const behaviour = cardOf(id)
    if (!behaviour) throw missing(id)
    return methodOf(id, null, behaviour)
  }

  /** A test token stands for a card: each use of it is a method of its own. */
  #attach(token: string, form: Form): object {
    const customer = textOf(form, 'customer') ?? ''
    // one that was made before a restart is still the ledger's customer
    if (!this.#customers.has(customer) && !customer.startsWith('cus_sim')) throw missing(customer)
    const behaviour = cardOf(token)
    if (!behaviour) throw missing(token)
    const { id } = this.#object('pm', {})
    const method = methodOf(id, customer, behaviour)
    this.#methods.set(id, method)
    this.#behaviours.set(id, behaviour)
    return method
  }

  /** A person gives a card on the processor's page; the address that it leads back to. */
  completeCheckout(id: string, token: string): string {
    return this.checkout.complete(
      id,
      (customer) => this.#attach(token, { customer }) as { readonly id: string },
    )
  }

  #detach(id: string): object {
    const method = this.#method(id)
    method.customer = null
    return method
  }

  #charge(form: Form): object {
    const methodId = textOf(form, 'payment_method') ?? ''
    const method = this.#methods.get(methodId)
    if (!method || method.customer !== textOf(form, 'customer'))
      throw invalid('payment_method_unactivated', 'The method is not one of the customer.')
    this.#breakBefore(methodId)
    const intent: Intent = {
      ...this.#object('pi', {}),
      object: 'payment_intent',
      amount: Number(textOf(form, 'amount')),
      currency: textOf(form, 'currency') ?? '',
      customer: method.customer ?? '',
      payment_method: methodId,
      status: 'requires_payment_method',
      metadata: recordOf(form, 'metadata'),
      last_payment_error: null,
      next_action: null,
      amount_refunded: 0,
    }
    const isWhole = THREE_DECIMALS.includes(intent.currency) ? intent.amount % 10 === 0 : true
    if (!Number.isSafeInteger(intent.amount) || intent.amount <= 0 || !isWhole)
      throw invalid('parameter_invalid_integer', 'Invalid integer: amount')
    this.#intents.set(intent.id, intent)
    return this.#try(intent, textOf(form, 'off_session') === 'true')
  }

  #breakBefore(methodId: string): void {
    const times = this.#behaviours.get(methodId)?.breaksBefore ?? 0
    const before = this.#broken.get(methodId) ?? 0
    if (before >= times) return
    this.#broken.set(methodId, before + 1)
    throw new WireError(0, { type: 'api_connection_error' })
  }

  #try(intent: Intent, offSession: boolean): object {
    const card = this.#behaviours.get(intent.payment_method)
    if (card?.decline !== undefined)
      throw this.#fail(intent, { code: 'card_declined', decline_code: card.decline })
    if (card?.authenticate && offSession)
      throw this.#fail(intent, { code: 'authentication_required' })
    if (card?.authenticate) return this.#confirm(intent)
    return this.#succeed(intent)
  }

  #fail(intent: Intent, error: { code: string; decline_code?: string }): WireError {
    intent.last_payment_error = { ...error, message: 'Your card was declined.' }
    this.#send('payment_intent.payment_failed', intent)
    return new WireError(402, {
      type: 'card_error',
      ...intent.last_payment_error,
      payment_intent: intent,
    })
  }

  #confirm(intent: Intent): object {
    if (intent.status === 'succeeded') return intent
    intent.status = 'requires_action'
    intent.last_payment_error = null
    intent.next_action = {
      type: 'redirect_to_url',
      redirect_to_url: { url: `https://processor.invalid/authenticate/${intent.id}` },
    }
    this.#send('payment_intent.requires_action', intent)
    return intent
  }

  #succeed(intent: Intent): Intent {
    intent.status = 'succeeded'
    intent.next_action = null
    this.balance.charged(intent)
    this.#send('payment_intent.succeeded', intent)
    if (this.#behaviours.get(intent.payment_method)?.disputed) this.openDispute(intent.id)
    return intent
  }

  #intent(id: string): Intent {
    const intent = this.#intents.get(id)
    if (!intent) throw missing(id)
    return intent
  }

  #cancel(intent: Intent): Intent {
    if (intent.status === 'succeeded')
      throw invalid('payment_intent_unexpected_state', 'It has succeeded already.')
    intent.status = 'canceled'
    this.#send('payment_intent.canceled', intent)
    return intent
  }

  #listIntents(form: Form): object {
    const since = Number(recordOf(form, 'created').gte ?? 0)
    const own = [...this.#intents.values()].filter(
      (intent) => intent.customer === textOf(form, 'customer') && intent.created >= since,
    )
    return list(own.reverse())
  }

  #refund(form: Form): object {
    const intent = this.#intent(textOf(form, 'payment_intent') ?? '')
    const amount = Number(textOf(form, 'amount'))
    if (this.#disputes.isTakenByBank(intent.id))
      throw invalid('charge_disputed', 'The charge has been disputed.')
    if (intent.status !== 'succeeded' || amount > intent.amount - intent.amount_refunded)
      throw invalid('charge_already_refunded', 'The refund is larger than what is left.')
    intent.amount_refunded += amount
    const refund = this.#object('re', {
      object: 'refund',
      amount,
      payment_intent: intent.id,
      status: 'succeeded',
      metadata: recordOf(form, 'metadata'),
    })
    this.#refunds.set(refund.id, refund)
    this.balance.refunded(refund, intent, amount)
    this.#send('refund.created', refund)
    return refund
  }

  /** The bank of the card does not take a refund that was made. */
  failRefund(id: string): void {
    const refund = this.#refunds.get(id)
    if (!refund || refund.status === 'failed') return
    const intent = this.#intent(String(refund.payment_intent))
    refund.status = 'failed'
    intent.amount_refunded -= Number(refund.amount)
    this.balance.refundFailed(refund, intent, Number(refund.amount))
    this.#send('refund.failed', refund)
  }

  /** The buyer goes to the bank, which takes the money at once, or only asks. */
  openDispute(
    intentId: string,
    kind: 'chargeback' | 'inquiry' = 'chargeback',
    amount = this.#intent(intentId).amount,
  ): string {
    const dispute = this.#disputes.open(this.#intent(intentId), kind, amount)
    this.#send('charge.dispute.created', dispute)
    return dispute.id
  }

  closeDispute(id: string, status: DisputeEnd): void {
    this.#send('charge.dispute.closed', this.#disputes.close(id, status))
  }

  /** The buyer follows the link and answers the bank's question. */
  authenticate(intentId: string): void {
    const intent = this.#intent(intentId)
    if (intent.status === 'requires_action') this.#succeed(intent)
  }

  #send(type: string, object: object): void {
    const event = this.#object('evt', { object: 'event', type, data: { object } })
    const body = JSON.stringify(event)
    this.#outbox.push({ body, signature: signed(this.#secret, body, this.#seconds()) })
    this.onWebhook()
  }

  isSigned(body: string, signature: string, nowMs: number): boolean {
    return isSigned(this.#secret, { body, signature }, nowMs)
  }
}

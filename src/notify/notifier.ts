import { createHash } from 'node:crypto'
import type pg from 'pg'
import type { Occasion } from '../contract/alerts/index.ts'
import type { Reader } from '../contract/explain/index.ts'
import type { Letter } from '../contract/letter/sign-in.ts'
import { DAY_MS, formatInstant, HOUR_MS, type Instant, MINUTE_MS } from '../core/time/index.ts'
import {
  type AddressRefusal,
  AddressRefused,
  type AddressRules,
  checkAddress,
} from '../guard/address.ts'
import { enterNotifications } from '../store/notifications/alerts.ts'
import {
  type Claimed,
  claimAgain,
  claimDue,
  type DeliveryRef,
  type Due,
  disableEndpoint,
  endAttempt,
  type Outcome,
  setAside,
} from '../store/notifications/deliveries.ts'
import { secretUrl, signingSecrets } from '../store/notifications/endpoint-secrets.ts'
import { type Endpoint, readEndpoint } from '../store/notifications/endpoints.ts'
import { newNotification, notificationId } from '../store/notifications/new-notification.ts'
import type { SecretBox } from '../store/secret-box.ts'
import { Mailer, type SmtpSettings } from './email.ts'
import { HttpPost } from './http-post.ts'
import { chatBody, signatureHeaders, webhookBody } from './webhook.ts'

export interface NotifierOptions {
  readonly pool: pg.Pool
  /** `null`: no key is set, so that nothing secret can be kept or read. */
  readonly box: SecretBox | null
  /** `null`: no server for e-mail is set. */
  readonly smtp: Omit<SmtpSettings, 'timeoutMs'> | null
  readonly addresses: AddressRules
  /** For one attempt. */
  readonly timeoutMs: number
  /** An endpoint that has not answered for so long is taken out of use. */
  readonly disableAfterMs: number
  readonly nowMs: () => number
  /** Posts to webhooks; guarded HTTP unless told. */
  readonly http?: Pick<HttpPost, 'post' | 'close'>
  /** Of a clock that only goes forward, for how long an attempt took. */
  readonly elapsedMs?: () => number
}

/** An attempt as it is shown to whoever asked for it. */
export interface Attempted extends Outcome {
  readonly at: Instant
  readonly durationMs: number
}

/**
 * Waits between the attempts of a delivery: twelve in all, over almost six days. What is not delivered
 * then is given up, and stays in the log to be sent again by hand.
 */
export const RETRY_AFTER_MS: readonly number[] = [
  10_000,
  MINUTE_MS,
  5 * MINUTE_MS,
  30 * MINUTE_MS,
  2 * HOUR_MS,
  6 * HOUR_MS,
  12 * HOUR_MS,
  DAY_MS,
  DAY_MS,
  DAY_MS,
  DAY_MS,
]

const ROUND_MAX = 20
/** Beyond the time that an attempt may take: for the log, and for clocks that differ. */
const LEASE_SLACK_MS = 30_000

/** Nobody mends these by waiting. */
const FINAL: readonly Outcome['outcome'][] = ['address_refused', 'rejected']

/** Sends what is due through webhooks, e-mail and chat webhooks, and logs every attempt. */
export class Notifier {
  readonly #options: NotifierOptions
  readonly #http: Pick<HttpPost, 'post' | 'close'>
  readonly #elapsedMs: () => number
  readonly #mailer: Mailer | null

  constructor(options: NotifierOptions) {
    const { addresses, timeoutMs, smtp } = options
    this.#options = options
    this.#http = options.http ?? new HttpPost({ ...addresses, timeoutMs })
    this.#elapsedMs = options.elapsedMs ?? (() => performance.now())
    this.#mailer = smtp && new Mailer({ ...smtp, timeoutMs })
  }

  get box(): SecretBox | null {
    return this.#options.box
  }

  get sendsMail(): boolean {
    return this.#mailer !== null
  }

  /** One letter to one address, now and once. Rejects when it could not be handed over. */
  async sendLetter(to: string, letter: Letter): Promise<void> {
    if (this.#mailer === null) throw new Error('no server for e-mail is set')
    await this.#mailer.sendLetter(to, letter)
  }

  /** Why an address may not be called; `null`: it may. */
  async refusalOf(address: string): Promise<AddressRefusal | 'not_looked_up' | null> {
    try {
      await checkAddress(address, this.#options.addresses)
      return null
    } catch (error) {
      return error instanceof AddressRefused ? error.why : 'not_looked_up'
    }
  }

  /** Sends one round of what is due. Returns how many attempts were made. */
  async deliverDue(nowMs: number): Promise<number> {
    const at = nowMs as Instant
    const lease = { at, until: this.#leaseUntil(at), limit: ROUND_MAX }
    const claimed = await claimDue(this.#options.pool, lease)
    const done = await Promise.allSettled(claimed.map((own) => this.#deliver(own, at)))
    const failed = done.find((result) => result.status === 'rejected')
    if (failed) throw failed.reason
    return claimed.length
  }

  /**
   * Sends a notification once more under its own id, also one that was delivered, and also to an endpoint
   * that is not in use. `null`: the account has no such notification.
   */
  async redeliver(ref: DeliveryRef, endpoint: Endpoint): Promise<Attempted | null> {
    const at = this.#options.nowMs() as Instant
    const lease = { at, until: this.#leaseUntil(at) }
    const claimed = await claimAgain(this.#options.pool, ref, lease)
    return claimed && this.#attempt(claimed, endpoint, at)
  }

  /** Sends a test message, now and once. */
  async sendTest(endpoint: Endpoint, about: Omit<Occasion, 'facts' | 'as_of'>): Promise<Attempted> {
    const at = this.#options.nowMs() as Instant
    const id = notificationId(endpoint.accountId, `test:${endpoint.endpointId}:${at}`)
    const occasion = { ...about, as_of: formatInstant(at), facts: { kind: 'test' } } as const
    return this.#timed(at, () => this.#send(endpoint, id, occasion))
  }

  async close(): Promise<void> {
    this.#mailer?.close()
    await this.#http.close()
  }

  #leaseUntil(at: Instant): Instant {
    return (at + 2 * this.#options.timeoutMs + LEASE_SLACK_MS) as Instant
  }

  async #deliver(due: Due, at: Instant): Promise<void> {
    const { pool } = this.#options
    const { body } = due
    if (body === null) return setAside(pool, due, 'cancelled')
    const endpoint = await readEndpoint(pool, due.accountId, due.endpointId)
    if (endpoint?.status === 'enabled') await this.#attempt({ ...due, body }, endpoint, at)
    else await setAside(pool, due, endpoint?.status === 'disabled' ? 'kept' : 'cancelled')
  }

  async #attempt(claimed: Claimed, endpoint: Endpoint, at: Instant): Promise<Attempted> {
    const { pool } = this.#options
    const attempted = await this.#timed(at, () =>
      this.#send(endpoint, claimed.notificationId, claimed.body),
    )
    const delivered = attempted.outcome === 'delivered'
    const end = (at + attempted.durationMs) as Instant
    const nextAt =
      delivered || endpoint.status !== 'enabled' ? null : nextTry(claimed, attempted, end)
    const { accountId, notificationId: id, endpointId, attempt } = claimed
    const ref = { accountId, notificationId: id, endpointId, attempt }
    const { durationMs } = attempted
    await endAttempt(pool, { ...ref, at, durationMs, outcome: attempted, nextAt })
    if (!delivered && endpoint.status === 'enabled') await this.#giveUpOn(claimed, attempted, end)
    return attempted
  }

  /** Takes an endpoint out of use that has been silent for too long, or asks for it, and tells so. */
  async #giveUpOn(claimed: Claimed, last: Outcome, at: Instant): Promise<void> {
    const { pool, disableAfterMs } = this.#options
    const endpoint = await readEndpoint(pool, claimed.accountId, claimed.endpointId)
    if (endpoint?.status !== 'enabled' || endpoint.failingSince === null) return
    if (last.gone !== true && at < endpoint.failingSince + disableAfterMs) return
    // The notice first: a node that dies in between disables at the next failure, and tells once.
    await enterNotifications(pool, [disabledNotice(claimed, endpoint, last, at)])
    await disableEndpoint(pool, endpoint, at)
  }

  async #timed(at: Instant, send: () => Promise<Outcome>): Promise<Attempted> {
    const from = this.#elapsedMs()
    const outcome = await send()
    return { ...outcome, at, durationMs: Math.round(this.#elapsedMs() - from) }
  }

  async #send(endpoint: Endpoint, id: string, occasion: Occasion): Promise<Outcome> {
    const reader: Reader = { lang: endpoint.locale, timeZone: endpoint.timeZone }
    if (endpoint.channel === 'email')
      return this.#mailer
        ? this.#mailer.send(endpoint.target, mailId(id, endpoint), occasion, reader)
        : notConfigured('no SMTP server is set')
    const { box } = this.#options
    if (!box) return notConfigured('no key for stored secrets is set')
    if (endpoint.channel === 'chat')
      return this.#http.post(secretUrl(box, endpoint), {
        body: chatBody(occasion, reader),
        headers: {},
      })
    const at = this.#options.nowMs() as Instant
    const body = webhookBody(occasion, reader)
    const headers = signatureHeaders({ id, at, body }, signingSecrets(box, endpoint, at))
    return this.#http.post(endpoint.target, { body, headers })
  }
}

const notConfigured = (detail: string): Outcome => ({
  outcome: 'not_configured',
  status: null,
  detail,
})

/** One notification may go to two mailboxes, whose messages are two. */
const mailId = (id: string, { endpointId }: Endpoint): string =>
  `${id}.${createHash('sha256').update(endpointId).digest('hex').slice(0, 12)}`

function nextTry(claimed: Claimed, { outcome, gone }: Outcome, at: Instant): Instant | null {
  const waitMs = RETRY_AFTER_MS[claimed.tries - 1]
  if (waitMs === undefined || gone === true || FINAL.includes(outcome)) return null
  return (at + waitMs) as Instant
}

function disabledNotice(claimed: Claimed, endpoint: Endpoint, last: Outcome, at: Instant) {
  const failing_since = formatInstant(endpoint.failingSince ?? at)
  const { endpointId: endpoint_id, name } = endpoint
  const key = `endpoint_disabled:${endpoint_id}@${failing_since}`
  const shared = { kind: 'endpoint_disabled', endpoint_id, name, failing_since } as const
  const facts = { ...shared, outcome: last.outcome }
  return newNotification({ ...claimed.body, as_of: formatInstant(at) }, { key, facts }, at)
}

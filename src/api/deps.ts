import type { FastifyBaseLogger } from 'fastify'
import type pg from 'pg'
import type { Registry } from 'prom-client'
import type { LogSigner } from '../checkpoints/index.ts'
import type { Approvals, PortalConfig, SignInConfig, TrustedProxies } from '../config.ts'
import type { Occasion } from '../contract/alerts/index.ts'
import type { Letter } from '../contract/letter/sign-in.ts'
import type { Instant } from '../core/time/index.ts'
import type { Engine } from '../engine/types.ts'
import type { AddressRefusal } from '../guard/address.ts'
import type { PaymentsDeps } from '../payments/deps.ts'
import type { FeeCollector } from '../payments/fee-port.ts'
import type { CatalogueCache, KeyRing, MakeId } from '../store/control/index.ts'
import type { DeliveryRef, Outcome } from '../store/notifications/deliveries.ts'
import type { Endpoint } from '../store/notifications/endpoints.ts'
import type { SecretBox } from '../store/secret-box.ts'
import type { OperatorTokens } from './caller.ts'
import type { FeedHub, FeedLimits } from './events/hub.ts'
import type { Room } from './room.ts'

type Attempted = Outcome & { readonly at: Instant; readonly durationMs: number }

/** What the API asks of the channels of notifications. */
export interface EndpointNotifier {
  /** `null`: no key for stored secrets is set. */
  readonly box: SecretBox | null
  readonly sendsMail: boolean
  /** One letter to one address, now and once. Rejects when it could not be handed over. */
  sendLetter(to: string, letter: Letter): Promise<void>
  /** Why an address may not be called; `null`: it may. */
  refusalOf(address: string): Promise<AddressRefusal | 'not_looked_up' | null>
  sendTest(endpoint: Endpoint, about: Omit<Occasion, 'facts' | 'as_of'>): Promise<Attempted>
  /** `null`: the account has no such notification. */
  redeliver(ref: DeliveryRef, endpoint: Endpoint): Promise<Attempted | null>
}

export interface ApiDeps {
  readonly engine: Engine
  readonly pool: pg.Pool
  readonly keys: KeyRing
  readonly operatorTokens: OperatorTokens
  /** Milliseconds since 1970. */
  readonly nowMs: () => number
  readonly ids: MakeId
  /** Of the program, for the OpenAPI document. */
  readonly version: string
  readonly log?: FastifyBaseLogger
  /** The address under which people reach this server; absent: it is not known. */
  readonly publicUrl?: string
  /** Whose word on where a request comes from is taken; absent: nobody’s. */
  readonly trustedProxies?: TrustedProxies
  /** Whether this server is on its way out, so that it is not ready. Absent: it never is. */
  readonly isLeaving?: () => boolean
  /** Absent: no payment processor is configured. */
  readonly payments?: PaymentsDeps
  /** Told after a price book was published: calls that waited for a price can be completed. */
  readonly onPricesPublished?: () => Promise<unknown>
  /** Asks for a round of a job now; `false`: this server knows no such job. Absent: it runs none. */
  readonly requestJob?: (name: string) => Promise<boolean>
  /** Absent: no channel is set up. */
  readonly notifier?: EndpointNotifier
  /** Where this server's other numbers are, for `/metrics`; absent: a registry of its own. */
  readonly registry?: Registry
  /** Charges the fees of subscriptions; absent: a payment that was received has to be named. */
  readonly collector?: FeeCollector
  /** How many persons the publication of a price book takes; one unless told. */
  readonly approvals?: Approvals
  /** How people come in; absent: as the settings have it unless told. */
  readonly signIn?: SignInConfig
  /** Who may frame portals, and where they may lead back to; nobody and nowhere unless told. */
  readonly portal?: PortalConfig
  /** Signs the log of sealed heads, and what is exported with its proofs. Absent: nothing is sealed. */
  readonly sealing?: LogSigner
  /** Requests served at once. */
  readonly requestsMax?: number
  /** Event feeds open at once, in all and of one account, and how often they say that they are there. */
  readonly feedsMax?: FeedLimits
}

/** What the handlers work with. */
export interface Services extends ApiDeps {
  readonly catalogue: CatalogueCache
  readonly feeds: FeedHub
  readonly room: Room
}

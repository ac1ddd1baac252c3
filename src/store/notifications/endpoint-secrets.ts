import { randomBytes } from 'node:crypto'
import { DAY_MS, formatInstant, type Instant, parseInstant } from '../../core/time/index.ts'
import type { SecretBox } from '../secret-box.ts'
import { type Endpoint, endpointPlace } from './endpoints.ts'

/** How long the old secret of a webhook signs beside the new one. */
export const SECRET_OVERLAP_MS = DAY_MS
const SECRET_BYTES = 32

/** What of an endpoint is secret: signing secrets of a webhook, the address of a chat webhook. */
interface Sealed {
  readonly secret?: string
  readonly previous?: { readonly secret: string; readonly until: string }
  readonly url?: string
}

type Place = Pick<Endpoint, 'accountId' | 'endpointId'>

/** `whsec_` and base64, as Standard Webhooks writes secrets. */
export const newSigningSecret = (): string =>
  `whsec_${randomBytes(SECRET_BYTES).toString('base64')}`

export const sealSecret = (box: SecretBox, place: Place, secret: string): string =>
  seal(box, place, { secret })
export const sealUrl = (box: SecretBox, place: Place, url: string): string =>
  seal(box, place, { url })

const seal = (box: SecretBox, place: Place, own: Sealed): string =>
  box.seal(JSON.stringify(own), endpointPlace(place))

const open = (box: SecretBox, own: Place & Pick<Endpoint, 'sealed'>): Sealed =>
  own.sealed === null ? {} : (JSON.parse(box.open(own.sealed, endpointPlace(own))) as Sealed)

/** The secrets that sign at `at`, the newest first. */
export function signingSecrets(box: SecretBox, own: Endpoint, at: Instant): readonly string[] {
  const { secret, previous } = open(box, own)
  const until = previous === undefined ? undefined : parseInstant(previous.until)
  return [
    ...(secret === undefined ? [] : [secret]),
    ...(previous !== undefined && until !== undefined && at < until ? [previous.secret] : []),
  ]
}

/** A new secret beside the one before, which goes on until the overlap ends; an older one ends now. */
export function rotatedSecret(
  box: SecretBox,
  own: Endpoint,
  next: { readonly secret: string; readonly at: Instant },
): { readonly sealed: string; readonly previousUntil: Instant } {
  const { secret } = open(box, own)
  const previousUntil = (next.at + SECRET_OVERLAP_MS) as Instant
  const previous = secret && { secret, until: formatInstant(previousUntil) }
  const sealed = seal(box, own, { secret: next.secret, ...(previous && { previous }) })
  return { sealed, previousUntil }
}

export function secretUrl(box: SecretBox, own: Endpoint): string {
  const { url } = open(box, own)
  if (url === undefined) throw new Error(`the endpoint ${own.endpointId} has no sealed address`)
  return url
}

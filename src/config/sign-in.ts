import { Secret } from './secret.ts'
import { PRIVATE_ADDRESSES, type PrivateAddresses } from './upstreams.ts'

export const STAFF_PASSKEYS = ['optional', 'required'] as const
export const OIDC_FOR = ['both', 'members', 'staff'] as const
const OIDC_FIRST_TIME = ['known', 'invited', 'nobody', 'domains'] as const

/** A provider of OpenID Connect that says who somebody is. */
export interface OidcConfig {
  /** Without a trailing slash; its configuration is read below it. */
  readonly issuer: string
  readonly clientId: string
  readonly clientSecret: Secret
  readonly scopes: string
  /** What stands on the button. */
  readonly label: string
  /** Whom it may sign in. */
  readonly for: (typeof OIDC_FOR)[number]
  /**
   * Who comes in by it without having come in before. `known`: whoever has the address here; `invited`: who
   * was invited besides; `nobody`; `domains`: as `known`, and people of `domains` become support agents.
   */
  readonly firstTime: (typeof OIDC_FIRST_TIME)[number]
  /** Of the operator, in small letters; empty unless `firstTime` is `domains`. */
  readonly domains: readonly string[]
  /** Whether it may be inside, and name addresses inside; refused unless told. One that is written inside may. */
  readonly privateAddresses?: PrivateAddresses
}

/** How people come into the web app. */
export interface SignInConfig {
  /** Whether people of the operator need a passkey beside their password. */
  readonly staffPasskeys: (typeof STAFF_PASSKEYS)[number]
  readonly oidc?: OidcConfig
}

interface Reading {
  readonly text: (path: string, env: string) => string | undefined
  readonly environment: (name: string) => string | undefined
  readonly httpUrl: (path: string, given: string) => string
  readonly problem: (what: string, next: string) => void
  readonly choice: <const C extends string>(name: string, choices: readonly C[]) => C
}

export function signInOf(reading: Reading): SignInConfig {
  const oidc = oidcOf(reading)
  return {
    staffPasskeys: reading.choice('sign_in.staff_passkey', STAFF_PASSKEYS),
    ...(oidc && { oidc }),
  }
}

const LOOPBACK = /^http:\/\/(localhost|127\.0\.0\.1|\[::1\])(:\d+)?(\/|$)/

function oidcOf({ text, environment, httpUrl, problem, choice }: Reading): OidcConfig | undefined {
  const given = text('sign_in.oidc.issuer', 'EVERYCENT_OIDC_ISSUER')
  const clientId = text('sign_in.oidc.client_id', 'EVERYCENT_OIDC_CLIENT_ID')
  const scopes = text('sign_in.oidc.scopes', 'EVERYCENT_OIDC_SCOPES') ?? 'openid email profile'
  const label = text('sign_in.oidc.label', 'EVERYCENT_OIDC_LABEL') ?? 'Single sign-on'
  const whom = choice('sign_in.oidc.for', OIDC_FOR)
  const firstTime = choice('sign_in.oidc.first_time', OIDC_FIRST_TIME)
  const privateAddresses = choice('sign_in.oidc.private_addresses', PRIVATE_ADDRESSES)
  const domains = domainsIn(text('sign_in.oidc.domains', 'EVERYCENT_SIGN_IN_OIDC_DOMAINS') ?? '')
  if (given === undefined) return undefined
  const issuer = httpUrl('sign_in.oidc.issuer', given)
  const secret = environment('EVERYCENT_OIDC_CLIENT_SECRET')
  if (!given.startsWith('https:') && !LOOPBACK.test(given))
    problem(
      'sign_in.oidc.issuer (EVERYCENT_OIDC_ISSUER) is not reached over TLS.',
      'Write its https address: whoever stands in between could say who somebody is.',
    )
  if (clientId === undefined || secret === undefined)
    problem(
      'sign_in.oidc.issuer is set, but not who we are to it.',
      'Set EVERYCENT_OIDC_CLIENT_ID and EVERYCENT_OIDC_CLIENT_SECRET as the provider gave them.',
    )
  if (!scopes.split(' ').includes('openid'))
    problem('sign_in.oidc.scopes has no "openid".', 'Add it: without it nobody is named.')
  const wrong = wrongDomains({ firstTime, domains, for: whom })
  if (wrong !== null) problem(...wrong)
  return {
    ...{ issuer, scopes, label, for: whom, firstTime, domains, privateAddresses },
    clientId: clientId ?? '',
    clientSecret: new Secret(secret ?? ''),
  }
}

const domainsIn = (given: string): string[] =>
  given
    .toLowerCase()
    .split(/[\s,]+/)
    .filter((domain) => domain !== '')

const DOMAIN = /^[a-z0-9-]+(\.[a-z0-9-]+)+$/

type FirstTime = Pick<OidcConfig, 'firstTime' | 'domains' | 'for'>

/** Whom a domain would let in must be said without a doubt. `null`: it is. */
function wrongDomains({ firstTime, domains, for: whom }: FirstTime): [string, string] | null {
  const odd = domains.find((domain) => !DOMAIN.test(domain))
  if (odd !== undefined)
    return [
      `sign_in.oidc.domains names ${JSON.stringify(odd)}, which is no domain.`,
      'Write what stands after the @, such as example.com, with commas in between.',
    ]
  if (firstTime !== 'domains')
    return domains.length === 0
      ? null
      : [
          'sign_in.oidc.domains is set, but sign_in.oidc.first_time is not "domains".',
          'Set it to "domains", or remove the domains.',
        ]
  if (domains.length === 0)
    return [
      'sign_in.oidc.first_time is "domains", but none is named.',
      'Set sign_in.oidc.domains (EVERYCENT_SIGN_IN_OIDC_DOMAINS) to those of your own people.',
    ]
  if (whom === 'members')
    return [
      'sign_in.oidc.first_time is "domains", but the provider is for members only.',
      'Domains make people of the operator: set sign_in.oidc.for to both or staff.',
    ]
  return null
}

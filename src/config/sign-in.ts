import { Secret } from './secret.ts'

export const STAFF_PASSKEYS = ['optional', 'required'] as const
export const OIDC_FOR = ['both', 'members', 'staff'] as const

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
  return {
    ...{ issuer, scopes, label, for: whom },
    clientId: clientId ?? '',
    clientSecret: new Secret(secret ?? ''),
  }
}

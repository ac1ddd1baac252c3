import { row } from './problem-row.ts'

/** What goes wrong when people sign in, and with what they then do. */
export const SIGN_IN_PROBLEMS = {
  sign_in_failed: row(
    401,
    'Not signed in',
    'Nobody has this name and this password together. A name that does not exist is answered alike.',
  ),
  sign_in_locked: row(
    429,
    'Too many wrong passwords',
    'After wrong passwords the next try has to wait; `Retry-After` says how long. A link by e-mail works meanwhile.',
    true,
  ),
  sign_in_too_many: row(
    429,
    'Too many tries from one address',
    'More tries to sign in have come from one address than people make. `Retry-After` says when the next one is looked at.',
    true,
  ),
  passkey_refused: row(
    401,
    'Passkey not accepted',
    'The passkey is not known here, has answered something else than it was asked, or its device has counted backwards.',
  ),
  passkey_unavailable: row(
    409,
    'No passkeys under this address',
    'Browsers bind passkeys to a name with TLS, or to localhost. This server has no `public_url` of that kind, or was reached by an address in numbers.',
  ),
  passkey_required: row(
    403,
    'Needs a passkey',
    'People of the operator do not come in with a password alone here, and this one has no passkey yet. Ask for a sign-in link, and add a passkey.',
  ),
  passkey_unknown: row(404, 'Passkey not found', 'The person has no passkey with this id.'),
  passkey_limit_reached: row(
    409,
    'Too many passkeys',
    'A person has at most 20 passkeys. Remove one that is no longer used.',
  ),
  last_way_in: row(
    409,
    'Last way to sign in',
    'Without this passkey its person could not sign in any more. Set a password or add another passkey first.',
  ),
  oidc_off: row(
    409,
    'No provider of sign-in',
    'The operator has set up no provider of OpenID Connect for this, or this server does not know its own address.',
  ),
  oidc_unavailable: row(
    503,
    'Provider of sign-in does not answer',
    'The provider that says who somebody is was not reached. Try again, or sign in in another way.',
    true,
  ),
  oidc_refused: row(
    401,
    'Provider’s answer not taken',
    'What came back from the provider was not asked by this browser, has been used, came too late, or is not signed by the provider for us.',
  ),
  oidc_email_unverified: row(
    403,
    'Address not verified',
    'The provider does not say that its person reads the e-mail address. Verify it there, or sign in in another way and connect the two.',
  ),
  oidc_person_unknown: row(
    403,
    'Nobody here has this address',
    'The provider knows who you are, but no member and nobody of the operator has the address. Ask the owner of your account to add you.',
  ),
  oidc_not_invited: row(
    403,
    'First sign-in in another way',
    'The provider knows who you are and somebody here has the address, but nobody comes in by the provider for the first time without an invitation.',
  ),
  identity_taken: row(
    409,
    'Connected to somebody else',
    'This person of the provider is connected to somebody else here.',
  ),
  identity_unknown: row(
    404,
    'Connection not found',
    'The person has no such connection to a provider.',
  ),
  member_has_come_in: row(
    409,
    'Member has come in already',
    'The member has signed in before, or has a way of its own to sign in. Nobody else opens its door.',
  ),
  staff_has_come_in: row(
    409,
    'Person has come in already',
    'The person has signed in before, or has a way of its own to sign in. Nobody else opens its door.',
  ),
  link_over: row(
    410,
    'Link is over',
    'A sign-in link works once and for a short time; this one has been used, is over, or was cut off.',
  ),
  session_needed: row(
    409,
    'Needs a signed-in browser',
    'This is about a session of the web app, and the request has none. Keys of programs have no sessions.',
  ),
  cross_site_request: row(
    403,
    'Request of another site',
    'A browser’s session may change something only from this server’s own pages. Programs use a key.',
  ),
  step_up_required: row(
    403,
    'Show once more who you are',
    'This needs a sign-in of the last 15 minutes. Enter your password, or open a new sign-in link; then send the same request again.',
  ),
  password_weak: row(
    422,
    'Password is too easy to guess',
    'A password has 12 to 128 characters, is none of the common ones, and does not hold the name of its owner.',
  ),
} as const

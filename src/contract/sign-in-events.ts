/** What is kept of the doors of the web app, for each person. */
export const SIGN_IN_EVENTS = [
  'signed_in',
  'sign_in_failed',
  'stepped_up',
  'step_up_failed',
  'link_made',
  'link_sent',
  'password_set',
  'passkey_added',
  'passkey_removed',
  'identity_added',
  'identity_removed',
  'session_ended',
] as const
export type SignInEventKind = (typeof SIGN_IN_EVENTS)[number]

/** By what somebody came in, or tried to. `account`: from another account of the same e-mail address. */
export const WAYS_IN = [
  'email_link',
  'issued_link',
  'invitation_link',
  'portal_link',
  'password',
  'passkey',
  'oidc',
  'account',
] as const
export type WayIn = (typeof WAYS_IN)[number]

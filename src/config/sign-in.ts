export const STAFF_PASSKEYS = ['optional', 'required'] as const

/** How people come into the web app. */
export interface SignInConfig {
  /** Whether people of the operator need a passkey beside their password. */
  readonly staffPasskeys: (typeof STAFF_PASSKEYS)[number]
}

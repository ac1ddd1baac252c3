import type { SignInEventKind, WayIn } from '../../contract/sign-in-events.ts'
import type { Tone } from '../kit/index.ts'

export const TONES: Readonly<Record<SignInEventKind, Tone>> = {
  signed_in: 'ok',
  sign_in_failed: 'warn',
  stepped_up: 'ok',
  step_up_failed: 'warn',
  link_made: 'accent',
  link_sent: 'accent',
  password_set: 'accent',
  passkey_added: 'accent',
  passkey_removed: 'accent',
  identity_added: 'accent',
  identity_removed: 'accent',
  session_ended: 'muted',
}

/** `(passkey)`: by what, where that is known. */
export const WAY_OF = (
  { way }: { readonly way: WayIn | null },
  ways: Readonly<Record<WayIn, string>>,
): string => (way === null ? '' : `(${ways[way]})`)

import type { SignInEventKind, WayIn } from '../../contract/sign-in-events.ts'
import { useWords } from '../app/words.ts'
import { type Column, StateWord, Time, type Tone } from '../kit/index.ts'
import { signInEventWords } from '../words/sign-in-events.ts'

const TONES: Readonly<Record<SignInEventKind, Tone>> = {
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

interface SignInRow {
  readonly at: string
  readonly kind: SignInEventKind
  /** `null`: it is not known by what. */
  readonly way: WayIn | null
  readonly browser: string | null
  readonly address: string | null
}

interface Labels {
  readonly when: string
  readonly what: string
  readonly browser: string
  readonly address: string
}

/** What happened at the doors: when, what and by which way, from where. */
export function useSignInColumns(labels: Labels) {
  const { kinds, ways } = useWords(signInEventWords)
  const when: Column<SignInRow> = {
    id: 'when',
    label: labels.when,
    cell: ({ at }) => <Time at={at} />,
  }
  const others: readonly Column<SignInRow>[] = [
    {
      id: 'what',
      label: labels.what,
      cell: ({ kind, way }) => (
        <StateWord tone={TONES[kind]}>
          {kinds[kind]} {way !== null && `(${ways[way]})`}
        </StateWord>
      ),
    },
    {
      id: 'browser',
      label: labels.browser,
      priority: 1,
      cell: ({ browser }) => browser ?? '–',
    },
    {
      id: 'address',
      label: labels.address,
      priority: 2,
      cell: ({ address }) => address ?? '–',
    },
  ]
  return { when, others }
}

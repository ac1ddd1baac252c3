import type { Review, SignalKind } from './types.ts'

/** What was found about a claim, in facts that a person can check. */
export type Finding =
  | {
      readonly code: 'signal_shared'
      readonly signal: SignalKind
      /** Accounts that claimed with the same signal, this one included. */
      readonly accounts: number
      readonly accounts_max: number
    }
  | { readonly code: 'signal_missing'; readonly signal: SignalKind }
  /** It shares a signal with a claim whose credit was drained. */
  | { readonly code: 'linked_to_drain'; readonly signal: SignalKind; readonly account_id: string }
  | {
      readonly code: 'drained'
      readonly seconds: number
      readonly calls: number
      readonly key_id: string | null
      readonly model: string | null
    }

export const FINDING_CODES = [
  'signal_shared',
  'signal_missing',
  'linked_to_drain',
  'drained',
] as const satisfies readonly Finding['code'][]

/** What the store knows of the signals of one claim. */
export interface SignalSighting {
  readonly signal: SignalKind
  readonly accounts: number
  /** An account with a drained claim and the same signal. */
  readonly drained: string | null
}

/** Why a claim is held; nothing found: it is not. */
export function findingsOf(review: Review, sightings: readonly SignalSighting[]): Finding[] {
  const missing = review.required
    .filter((signal) => !sightings.some((own) => own.signal === signal))
    .map((signal): Finding => ({ code: 'signal_missing', signal }))
  const shared = sightings.flatMap(({ signal, accounts, drained }): Finding[] => {
    const max = review.accountsMax[signal]
    return [
      ...(accounts > max
        ? [{ code: 'signal_shared', signal, accounts, accounts_max: max } as const]
        : []),
      ...(drained === null
        ? []
        : [{ code: 'linked_to_drain', signal, account_id: drained } as const]),
    ]
  })
  return [...missing, ...shared]
}

const DOTS_MEAN_NOTHING = new Set(['gmail.com', 'googlemail.com'])

/** The mailbox behind an address: without tags, and without dots where they mean nothing. */
export function emailRoot(address: string): string {
  const text = address.trim().toLowerCase()
  const split = text.lastIndexOf('@')
  if (split < 1) return text
  const host = text.slice(split + 1)
  const mailbox = text.slice(0, split).replace(/\+.*$/, '')
  return DOTS_MEAN_NOTHING.has(host)
    ? `${mailbox.replaceAll('.', '')}@gmail.com`
    : `${mailbox}@${host}`
}

const IPV4 = /^(?:::ffff:)?(\d{1,3})\.(\d{1,3})\.(\d{1,3})\.\d{1,3}$/

/** The network that an address is in: /24 of IPv4, /48 of IPv6. What is no address stays as it is. */
export function networkPrefix(address: string): string {
  const text = address.trim().toLowerCase()
  const four = IPV4.exec(text)
  if (four) return `${four[1]}.${four[2]}.${four[3]}.0/24`
  if (!/^[0-9a-f:]+$/.test(text) || !text.includes(':')) return text
  const [head = '', tail = ''] = text.split('::')
  const groups = (part: string): string[] => (part === '' ? [] : part.split(':'))
  const filled = text.includes('::')
    ? [
        ...groups(head),
        ...Array<string>(Math.max(0, 8 - groups(head).length - groups(tail).length)).fill('0'),
        ...groups(tail),
      ]
    : groups(head)
  const prefix = filled.slice(0, 3).map((group) => group.replace(/^0+(?=.)/, ''))
  return `${prefix.join(':')}::/48`
}

const PLAIN = (text: string): string => text.trim()

/** The part of a signal by which two claims are compared. */
export const signalRoot: Readonly<Record<SignalKind, (text: string) => string>> = {
  card: PLAIN,
  device: PLAIN,
  network: networkPrefix,
  email: emailRoot,
}

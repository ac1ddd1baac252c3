import type { CampaignReader } from './reader.ts'
import { type Review, SIGNAL_KINDS, type SignalKind } from './types.ts'

export interface ReviewDocument {
  /** How many accounts may share a signal; from the next one on, claims are held. */
  readonly accounts_max?: Readonly<Partial<Record<SignalKind, number>>>
  /** Signals without which a claim is held. */
  readonly required?: readonly SignalKind[]
  readonly drain_minutes?: number
}

/** A network may be an office or a dormitory; a card is mostly one person's. */
export const ACCOUNTS_MAX_DEFAULT: Review['accountsMax'] = {
  card: 1,
  device: 2,
  network: 10,
  email: 1,
}
const DRAIN_MINUTES_DEFAULT = 15
const ACCOUNTS_MAX_LIMIT = 1_000_000
const DRAIN_MINUTES_LIMIT = 1_440

export function readReview(reader: CampaignReader, value: unknown): Review {
  const fields =
    value === undefined
      ? {}
      : (reader.object(value, '/review', ['accounts_max', 'required', 'drain_minutes']) ?? {})
  const given =
    fields.accounts_max === undefined
      ? {}
      : (reader.object(fields.accounts_max, '/review/accounts_max', SIGNAL_KINDS) ?? {})
  const limit = (kind: SignalKind): number =>
    reader.whole(given[kind] ?? ACCOUNTS_MAX_DEFAULT[kind], `/review/accounts_max/${kind}`, [
      1,
      ACCOUNTS_MAX_LIMIT,
    ])
  const required =
    fields.required === undefined
      ? []
      : reader
          .list(fields.required, '/review/required', SIGNAL_KINDS.length)
          .map((item, index) => reader.oneOf(item, `/review/required/${index}`, SIGNAL_KINDS))
  return {
    accountsMax: {
      card: limit('card'),
      device: limit('device'),
      network: limit('network'),
      email: limit('email'),
    },
    required,
    drainMinutes: reader.whole(
      fields.drain_minutes ?? DRAIN_MINUTES_DEFAULT,
      '/review/drain_minutes',
      [1, DRAIN_MINUTES_LIMIT],
    ),
  }
}

export const reviewDocument = (review: Review): ReviewDocument => ({
  accounts_max: review.accountsMax,
  required: review.required,
  drain_minutes: review.drainMinutes,
})

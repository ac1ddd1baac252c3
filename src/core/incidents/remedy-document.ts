import { type TimeDocument, timeDocument } from '../campaigns/reader.ts'
import { formatNanos } from '../money/index.ts'
import type { IncidentReader } from './reader.ts'
import type { Correction, CreditRule, Goodwill, Incident } from './types.ts'

export interface RemedyDocument {
  readonly refund?: { readonly of?: 'charge' | 'finding' }
  /** The id of the book that is right. */
  readonly rerate?: { readonly book: string }
  readonly goodwill?: GoodwillDocument
}

interface GoodwillDocument {
  /** With `max`: a share of what was lost. */
  readonly percent?: number
  readonly max?: string
  /** Or steps by what was lost. */
  readonly tiers?: readonly { readonly loss_from: string; readonly credit: string }[]
  readonly claim_until: TimeDocument
  readonly expires_after_days: number
  readonly position?: Goodwill['position']
}

const GOODWILL_FIELDS = 'percent max tiers claim_until expires_after_days position'.split(' ')
const PERCENT_MAX = 1_000
const TIERS_MAX = 50
const BOOK_MAX = 128

export function readRemedy(
  reader: IncidentReader,
  value: unknown,
): { readonly correction: Correction | null; readonly goodwill: Goodwill | null } {
  const fields = reader.object(value, '/remedy', ['refund', 'rerate', 'goodwill']) ?? {}
  if (fields.refund !== undefined && fields.rerate !== undefined)
    reader.fail('/remedy', 'incident_remedy_twice')
  return {
    correction: readCorrection(reader, fields.refund, fields.rerate),
    goodwill: fields.goodwill === undefined ? null : readGoodwill(reader, fields.goodwill),
  }
}

function readCorrection(
  reader: IncidentReader,
  refund: unknown,
  rerate: unknown,
): Correction | null {
  if (rerate !== undefined) {
    const fields = reader.object(rerate, '/remedy/rerate', ['book']) ?? {}
    return { type: 'rerate', book: reader.text(fields.book, '/remedy/rerate/book', BOOK_MAX) }
  }
  if (refund === undefined) return null
  const fields = reader.object(refund, '/remedy/refund', ['of']) ?? {}
  const of = reader.oneOf(fields.of ?? 'charge', '/remedy/refund/of', ['charge', 'finding'])
  return { type: 'refund', of }
}

function readGoodwill(reader: IncidentReader, value: unknown): Goodwill {
  const location = '/remedy/goodwill'
  const fields = reader.object(value, location, GOODWILL_FIELDS) ?? {}
  return {
    rule: readRule(reader, fields, location),
    claimUntil: reader.time(fields.claim_until, `${location}/claim_until`),
    expiresAfterDays: reader.days(fields.expires_after_days, `${location}/expires_after_days`),
    position: reader.oneOf(fields.position ?? 'before_windows', `${location}/position`, [
      'before_windows',
      'after_windows',
    ]),
  }
}

function readRule(
  reader: IncidentReader,
  fields: Readonly<Record<string, unknown>>,
  location: string,
): CreditRule {
  const isTiers = fields.tiers !== undefined
  if (isTiers === (fields.percent !== undefined || fields.max !== undefined))
    reader.fail(location, 'incident_credit_ways')
  if (!isTiers)
    return {
      by: 'percent',
      percent: reader.whole(fields.percent, `${location}/percent`, [1, PERCENT_MAX]),
      max: reader.positive(fields.max, `${location}/max`),
    }
  const items = reader.list(fields.tiers, `${location}/tiers`, TIERS_MAX)
  if (items.length === 0) reader.fail(`${location}/tiers`, 'incident_no_tier')
  const tiers = items.map((item, index) => {
    const at = `${location}/tiers/${index}`
    const tier = reader.object(item, at, ['loss_from', 'credit']) ?? {}
    return {
      lossFrom: reader.positive(tier.loss_from, `${at}/loss_from`),
      credit: reader.positive(tier.credit, `${at}/credit`),
    }
  })
  const falls = tiers.findIndex(
    (tier, index) => tier.lossFrom <= (tiers[index - 1]?.lossFrom ?? 0n),
  )
  if (falls > 0) reader.fail(`${location}/tiers/${falls}/loss_from`, 'incident_tier_falls')
  return { by: 'tiers', tiers }
}

export function remedyDocument({ correction, goodwill }: Incident): RemedyDocument {
  return {
    ...(correction?.type === 'refund' && { refund: { of: correction.of } }),
    ...(correction?.type === 'rerate' && { rerate: { book: correction.book } }),
    ...(goodwill && { goodwill: goodwillDocument(goodwill) }),
  }
}

const goodwillDocument = ({ rule, ...goodwill }: Goodwill): GoodwillDocument => ({
  ...(rule.by === 'percent'
    ? { percent: rule.percent, max: formatNanos(rule.max) }
    : {
        tiers: rule.tiers.map(({ lossFrom, credit }) => ({
          loss_from: formatNanos(lossFrom),
          credit: formatNanos(credit),
        })),
      }),
  claim_until: timeDocument(goodwill.claimUntil),
  expires_after_days: goodwill.expiresAfterDays,
  position: goodwill.position,
})

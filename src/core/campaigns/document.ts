import { readScope } from '../funding/plan-document.ts'
import type { Fields, PlanProblem } from '../funding/plan-reader.ts'
import type { Scope } from '../funding/types.ts'
import { type AmountsDocument, amountsDocument, readAmounts } from './amounts.ts'
import type { FactType } from './expression.ts'
import { CampaignReader, type TimeDocument, timeDocument } from './reader.ts'
import { type ReviewDocument, readReview, reviewDocument } from './review-document.ts'
import { type RuleDocument, readRules, ruleDocument } from './rules.ts'
import { CAMPAIGN_ORIGINS, type Campaign, type Ceilings, type Expiry, type Texts } from './types.ts'
import {
  type CeilingsDocument,
  type ClaimDocument,
  ceilingsDocument,
  claimDocument,
  readCeilings,
  readWaves,
  type WaveDocument,
  waveDocument,
} from './waves.ts'

/** The file form of a campaign, and the API's. */
export interface CampaignDocument {
  readonly id: string
  readonly name: string
  readonly currency: string
  readonly source?: string
  readonly notes?: string
  readonly origin?: Campaign['origin']
  readonly repeat?: Campaign['repeat']
  readonly purpose?: Texts
  /** The operator's own facts that expressions look at, and their types. */
  readonly facts?: Readonly<Record<string, FactType>>
  /** All of them have to hold. */
  readonly eligible: readonly RuleDocument[]
  /** Either this, or `waves`. */
  readonly claim?: ClaimDocument
  readonly waves?: readonly WaveDocument[]
  readonly amounts: AmountsDocument
  readonly expires: ExpiryDocument
  readonly scope?: Scope
  readonly position?: Campaign['position']
  readonly priority?: number
  readonly limits?: CeilingsDocument
  readonly review?: ReviewDocument
}

type ExpiryDocument =
  | { readonly at: TimeDocument }
  | { readonly days_after_claim: number }
  | { readonly cycle_end: true }

export type ParsedCampaign =
  | { readonly ok: true; readonly campaign: Campaign }
  | { readonly ok: false; readonly problems: readonly PlanProblem[] }

const FIELDS =
  'id name currency source notes origin repeat purpose facts eligible claim waves amounts expires scope position priority limits review'.split(
    ' ',
  )
const NAME_MAX = 200
const PRIORITY_MAX = 1_000

/**
 * Reads the file form of a campaign. Nothing is guessed: what is not understood is a problem.
 * `stored`: a document of ours, whose instants stand whatever the time zones are like by now.
 */
export function parseCampaign(
  document: unknown,
  options: { readonly stored?: boolean } = {},
): ParsedCampaign {
  const reader = new CampaignReader(options.stored ?? false)
  const fields = reader.object(document, '', FIELDS)
  if (!fields) return { ok: false, problems: reader.problems }
  const custom = readFactTypes(reader, fields.facts)
  const limits = readCeilings(reader, fields.limits, '/limits')
  const campaign: Campaign = {
    id: reader.id(fields.id, '/id'),
    name: reader.text(fields.name, '/name', NAME_MAX),
    currency: reader.currency(fields.currency, '/currency'),
    source: reader.optionalText(fields.source, '/source'),
    notes: reader.optionalText(fields.notes, '/notes'),
    origin: reader.oneOf(fields.origin ?? 'promotion', '/origin', CAMPAIGN_ORIGINS),
    repeat: reader.oneOf(fields.repeat ?? 'once', '/repeat', ['once', 'cycle']),
    purpose: reader.texts(fields.purpose, '/purpose'),
    customFacts: custom,
    rules: readRules(reader, fields.eligible, { location: '/eligible', custom }),
    waves: readWaves(reader, fields, custom),
    amounts: readAmounts(reader, fields.amounts),
    expiry: readExpiry(reader, fields.expires),
    scope: fields.scope === undefined ? {} : readScope(reader, fields.scope, '/scope'),
    position: reader.oneOf(fields.position ?? 'after_windows', '/position', [
      'after_windows',
      'before_windows',
    ]),
    priority: reader.whole(fields.priority ?? 0, '/priority', [-PRIORITY_MAX, PRIORITY_MAX]),
    ...limits,
    review: readReview(reader, fields.review),
  }
  checkTogether(reader, campaign)
  return reader.problems.length === 0
    ? { ok: true, campaign }
    : { ok: false, problems: reader.problems }
}

const FACT_NAME = /^[a-z][a-z0-9_]{0,63}$/
const CUSTOM_FACTS_MAX = 32

function readFactTypes(reader: CampaignReader, value: unknown): Campaign['customFacts'] {
  if (value === undefined) return {}
  const isObject = typeof value === 'object' && value !== null && !Array.isArray(value)
  const rows = isObject ? Object.entries(value) : []
  if (!isObject || rows.length > CUSTOM_FACTS_MAX || rows.some(([name]) => !FACT_NAME.test(name)))
    reader.fail('/facts', 'campaign_not_facts')
  const types = ['boolean', 'text', 'number'] as const
  return Object.fromEntries(
    rows.map(([name, type]) => [name, reader.oneOf(type, `/facts/${name}`, types)]),
  )
}

function readExpiry(reader: CampaignReader, value: unknown): Expiry {
  const fields: Fields =
    reader.object(value, '/expires', ['at', 'days_after_claim', 'cycle_end']) ?? {}
  const [name, second] = Object.keys(fields)
  if (name === undefined || second !== undefined) reader.fail('/expires', 'campaign_expires_ways')
  if (name === 'days_after_claim') {
    const days = reader.days(fields.days_after_claim, '/expires/days_after_claim')
    return { kind: 'days_after_claim', days }
  }
  if (name === 'cycle_end') {
    if (fields.cycle_end !== true) reader.fail('/expires/cycle_end', 'campaign_not_true')
    return { kind: 'cycle_end' }
  }
  return { kind: 'at', at: reader.time(fields.at, '/expires/at') }
}

/** What no member says alone. */
function checkTogether(reader: CampaignReader, campaign: Campaign): void {
  const { expiry, waves, repeat, rules } = campaign
  if (expiry.kind === 'cycle_end' && repeat !== 'cycle')
    reader.fail('/expires', 'campaign_no_cycle')
  const ends = waves.map(({ claim }) => claim.until)
  if (expiry.kind === 'at' && ends.some((until) => until === null || until.at > expiry.at.at))
    reader.fail('/expires/at', 'campaign_expires_first')
  for (const wave of waves) {
    const ids = [...rules, ...wave.rules].map(({ id }) => id)
    const twice = ids.find((id, index) => ids.indexOf(id) !== index)
    if (twice !== undefined) reader.fail('/eligible', 'campaign_rule_twice', { id: twice })
  }
}

const expiryDocument = (expiry: Expiry): ExpiryDocument => {
  if (expiry.kind === 'at') return { at: timeDocument(expiry.at) }
  return expiry.kind === 'cycle_end' ? { cycle_end: true } : { days_after_claim: expiry.days }
}

const limitsOf = (own: Ceilings): { readonly limits?: CeilingsDocument } =>
  own.budget === null && own.claims === null ? {} : { limits: ceilingsDocument(own) }

/** The file form again, with defaults written out: parsing it gives the same campaign. */
export function campaignDocument(campaign: Campaign): CampaignDocument {
  const { waves } = campaign
  const single = waves.length === 1 && waves[0].id === 'all' && waves[0].rules.length === 0
  return {
    id: campaign.id,
    name: campaign.name,
    currency: campaign.currency,
    ...(campaign.source !== null && { source: campaign.source }),
    ...(campaign.notes !== null && { notes: campaign.notes }),
    // written out where it is not the usual one: documents that are stored have no origin
    ...(campaign.origin !== 'promotion' && { origin: campaign.origin }),
    repeat: campaign.repeat,
    ...(campaign.purpose && { purpose: campaign.purpose }),
    ...(Object.keys(campaign.customFacts).length > 0 && { facts: campaign.customFacts }),
    eligible: campaign.rules.map(ruleDocument),
    ...(single && limitsAreNone(waves[0])
      ? { claim: claimDocument(waves[0].claim) }
      : { waves: waves.map(waveDocument) }),
    amounts: amountsDocument(campaign.amounts),
    expires: expiryDocument(campaign.expiry),
    scope: campaign.scope,
    position: campaign.position,
    priority: campaign.priority,
    ...limitsOf(campaign),
    review: reviewDocument(campaign.review),
  }
}

const limitsAreNone = (own: Ceilings): boolean => own.budget === null && own.claims === null

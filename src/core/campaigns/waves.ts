import type { Fields } from '../funding/plan-reader.ts'
import { formatNanos } from '../money/index.ts'
import type { CampaignReader, TimeDocument } from './reader.ts'
import { timeDocument } from './reader.ts'
import { type RuleDocument, readRules, ruleDocument } from './rules.ts'
import { type Campaign, type Ceilings, type ClaimWindow, SINGLE_WAVE, type Wave } from './types.ts'

export interface ClaimDocument {
  readonly from: TimeDocument
  /** The first instant that is too late; absent: no end. */
  readonly until?: TimeDocument
}

export interface CeilingsDocument {
  /** The most that may be granted in all. */
  readonly budget?: string
  /** The most claims. */
  readonly claims?: number
}

export interface WaveDocument {
  readonly id: string
  readonly claim: ClaimDocument
  readonly eligible?: readonly RuleDocument[]
  readonly limits?: CeilingsDocument
}

export const WAVES_MAX = 32
export const CLAIMS_MAX = 1_000_000_000

export function readCeilings(reader: CampaignReader, value: unknown, location: string): Ceilings {
  if (value === undefined) return { budget: null, claims: null }
  const fields = reader.object(value, location, ['budget', 'claims']) ?? {}
  return {
    budget:
      fields.budget === undefined ? null : reader.positive(fields.budget, `${location}/budget`),
    claims:
      fields.claims === undefined
        ? null
        : reader.whole(fields.claims, `${location}/claims`, [1, CLAIMS_MAX]),
  }
}

function readClaim(reader: CampaignReader, value: unknown, location: string): ClaimWindow {
  const fields = reader.object(value, location, ['from', 'until']) ?? {}
  const found = reader.problems.length
  const from = reader.time(fields.from, `${location}/from`)
  const until = fields.until === undefined ? null : reader.time(fields.until, `${location}/until`)
  // A time that cannot be read stands for no other fault.
  const isRead = reader.problems.length === found
  if (isRead && until !== null && until.at <= from.at)
    reader.fail(`${location}/until`, 'campaign_claim_length')
  return { from, until }
}

/** The waves of a campaign, or its single claim window as one. */
export function readWaves(
  reader: CampaignReader,
  fields: Fields,
  custom: Campaign['customFacts'],
): Campaign['waves'] {
  const both = fields.claim !== undefined && fields.waves !== undefined
  if (both || (fields.claim === undefined && fields.waves === undefined))
    reader.fail('/claim', 'campaign_claim_ways')
  if (fields.waves === undefined) {
    const claim = readClaim(reader, fields.claim ?? {}, '/claim')
    return [{ id: SINGLE_WAVE, claim, rules: [], budget: null, claims: null }]
  }
  const waves = reader
    .list(fields.waves, '/waves', WAVES_MAX)
    .map((item, index) => readWave(reader, item, { location: `/waves/${index}`, custom }))
  const ids = waves.map(({ id }) => id)
  if (new Set(ids).size < ids.length) reader.fail('/waves', 'campaign_wave_twice')
  const [first, ...rest] = waves
  if (first) return [first, ...rest]
  reader.fail('/waves', 'campaign_no_wave')
  return [readWave(reader, {}, { location: '/waves/0', custom })]
}

function readWave(
  reader: CampaignReader,
  value: unknown,
  place: { readonly location: string; readonly custom: Campaign['customFacts'] },
): Wave {
  const { location, custom } = place
  const fields = reader.object(value, location, ['id', 'claim', 'eligible', 'limits']) ?? {}
  const rulesAt = { location: `${location}/eligible`, custom }
  return {
    id: reader.id(fields.id, `${location}/id`),
    claim: readClaim(reader, fields.claim, `${location}/claim`),
    rules: fields.eligible === undefined ? [] : readRules(reader, fields.eligible, rulesAt),
    ...readCeilings(reader, fields.limits, `${location}/limits`),
  }
}

export const claimDocument = ({ from, until }: ClaimWindow): ClaimDocument => ({
  from: timeDocument(from),
  ...(until && { until: timeDocument(until) }),
})

export const ceilingsDocument = ({ budget, claims }: Ceilings): CeilingsDocument => ({
  ...(budget !== null && { budget: formatNanos(budget) }),
  ...(claims !== null && { claims }),
})

export const waveDocument = (wave: Wave): WaveDocument => ({
  id: wave.id,
  claim: claimDocument(wave.claim),
  ...(wave.rules.length > 0 && { eligible: wave.rules.map(ruleDocument) }),
  ...((wave.budget !== null || wave.claims !== null) && { limits: ceilingsDocument(wave) }),
})

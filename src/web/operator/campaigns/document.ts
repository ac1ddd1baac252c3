import type { Answer, Body } from '../../../client/index.ts'

export type Campaign = Answer<'getCampaign'>
export type CampaignDocument = Body<'createCampaign'>
export type Rule = CampaignDocument['eligible'][number]
export type RuleCode = Rule['rule']
type TimeIn = NonNullable<CampaignDocument['claim']>['from']

/** What each rule asks for besides its name. */
export const RULE_MEMBERS: Readonly<Record<RuleCode, readonly RuleMember[]>> = {
  plan_at: ['plans', 'at'],
  plan_in: ['plans'],
  plan_age: ['plans', 'days'],
  subscribed_before: ['plans', 'at'],
  paid_use_on: ['at'],
  member_since_before: ['at'],
  account_age: ['days'],
  region_in: ['regions'],
  exposed_to_incident: ['incident'],
  not_granted_by: ['campaigns'],
  not_past_due: [],
  organisation_linked: ['exclusive'],
  expression: ['when'],
}
export type RuleMember =
  | 'plans'
  | 'at'
  | 'days'
  | 'regions'
  | 'incident'
  | 'campaigns'
  | 'exclusive'
  | 'when'

export const RULE_CODES = Object.keys(RULE_MEMBERS) as readonly RuleCode[]

export const EMPTY: CampaignDocument = {
  id: '',
  name: '',
  currency: 'USD',
  purpose: { en: '', ja: '' },
  eligible: [],
  claim: { from: '' },
  amounts: { by: 'plan', table: {} },
  expires: { days_after_claim: 90 },
  scope: {},
  position: 'after_windows',
}

const SECONDS_END = 19

/** What a field for a time shows: UTC, or the local time of the zone that the document names. */
export function fieldTime(time: TimeIn | 'claim' | undefined): string {
  if (time === undefined || time === 'claim' || time === '') return ''
  if (typeof time !== 'string') return time.local
  const at = Date.parse(time)
  return Number.isNaN(at) ? '' : new Date(at).toISOString().slice(0, SECONDS_END)
}

export const zoneOf = (time: TimeIn | 'claim' | undefined): string | undefined =>
  typeof time === 'object' ? time.zone : undefined

/** The time that was typed, in the zone that the document had for it. */
export function timeFrom(text: string, before: TimeIn | 'claim' | undefined): TimeIn {
  if (typeof before === 'object') return { local: text, zone: before.zone }
  const at = Date.parse(`${text}Z`)
  return Number.isNaN(at) ? text : new Date(at).toISOString()
}

export const partsOf = (text: string): string[] =>
  text
    .split(',')
    .map((part) => part.trim())
    .filter((part) => part !== '')

/** A document without what was left empty: what is absent has its default, or is named as missing. */
export function pruned<T>(value: T): T {
  if (Array.isArray(value)) return value.map(pruned) as T
  if (typeof value !== 'object' || value === null) return value
  const kept = Object.entries(value)
    .map(([name, part]) => [name, pruned(part)] as const)
    .filter(([name, part]) => part !== '' && part !== undefined && !isHollow(name, part))
  return Object.fromEntries(kept) as T
}

/** Members that may be left out as a whole where nothing in them was filled in. */
const OPTIONAL = ['purpose', 'limits', 'review', 'accounts_max', 'models', 'clients', 'features']

const isHollow = (name: string, part: unknown): boolean =>
  OPTIONAL.includes(name) &&
  typeof part === 'object' &&
  part !== null &&
  Object.keys(part).length === 0

import type { Fields } from '../funding/plan-reader.ts'
import { EXPRESSION_LENGTH_MAX, type FactType, parseExpression } from './expression.ts'
import { type CampaignReader, type TimeDocument, timeDocument, whenDocument } from './reader.ts'
import { RULE_CODES, type Rule, type RuleCode, type Texts } from './types.ts'

/** The file form of a rule: `rule` names it, and it has the members that its code needs. */
export interface RuleDocument {
  readonly rule: RuleCode
  readonly id?: string
  readonly action?: Texts
  readonly plans?: readonly string[]
  readonly at?: TimeDocument | 'claim'
  readonly days?: number
  readonly regions?: readonly string[]
  readonly incident?: string
  readonly campaigns?: readonly string[]
  readonly exclusive?: boolean
  readonly when?: string
}

/** The members that each code has besides `rule`, `id` and `action`. */
const MEMBERS: Readonly<Record<RuleCode, readonly string[]>> = {
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

export const RULES_MAX = 64
const INCIDENT_MAX = 128

type CustomFacts = Readonly<Record<string, FactType>>

export function readRules(
  reader: CampaignReader,
  value: unknown,
  place: { readonly location: string; readonly custom: CustomFacts },
): readonly Rule[] {
  const rules = reader
    .list(value, place.location, RULES_MAX)
    .map((item, index) => readRule(reader, item, `${place.location}/${index}`, place.custom))
  return rules.filter((rule) => rule !== undefined)
}

function readRule(
  reader: CampaignReader,
  value: unknown,
  location: string,
  custom: CustomFacts,
): Rule | undefined {
  const code = (value as Fields | null)?.rule
  const known = RULE_CODES.find((own) => own === code)
  if (known === undefined) {
    reader.fail(`${location}/rule`, 'campaign_not_rule', { rules: RULE_CODES.join(', ') })
    return undefined
  }
  const fields = reader.object(value, location, ['rule', 'id', 'action', ...MEMBERS[known]])
  if (!fields) return undefined
  const common = {
    id: fields.id === undefined ? known : reader.id(fields.id, `${location}/id`),
    action: reader.texts(fields.action, `${location}/action`),
  }
  return { ...common, ...membersOf(reader, known, { fields, location, custom }) } as Rule
}

interface Found {
  readonly fields: Fields
  readonly location: string
  readonly custom: CustomFacts
}

function membersOf(reader: CampaignReader, code: RuleCode, found: Found): object {
  const { fields, location } = found
  switch (code) {
    case 'plan_at':
    case 'subscribed_before':
      return {
        code,
        plans: reader.plans(fields.plans, `${location}/plans`),
        at: reader.time(fields.at, `${location}/at`),
      }
    case 'plan_in':
      return { code, plans: reader.plans(fields.plans, `${location}/plans`) }
    case 'plan_age':
      return {
        code,
        plans: reader.plans(fields.plans, `${location}/plans`),
        days: reader.days(fields.days, `${location}/days`),
      }
    case 'paid_use_on':
      return { code, at: reader.when(fields.at, `${location}/at`) }
    case 'member_since_before':
      return { code, at: reader.time(fields.at, `${location}/at`) }
    case 'account_age':
      return { code, days: reader.days(fields.days, `${location}/days`) }
    default:
      return otherMembers(reader, code, found)
  }
}

function otherMembers(reader: CampaignReader, code: RuleCode, found: Found): object {
  const { fields, location } = found
  switch (code) {
    case 'region_in':
      return { code, regions: reader.names(fields.regions, `${location}/regions`) }
    case 'exposed_to_incident':
      return { code, incident: reader.text(fields.incident, `${location}/incident`, INCIDENT_MAX) }
    case 'not_granted_by':
      return { code, campaigns: reader.names(fields.campaigns, `${location}/campaigns`) }
    case 'organisation_linked':
      return { code, exclusive: readFlag(reader, fields.exclusive, `${location}/exclusive`) }
    case 'expression':
      return { code, ...readExpression(reader, fields.when, `${location}/when`, found.custom) }
    default:
      return { code }
  }
}

function readFlag(reader: CampaignReader, value: unknown, location: string): boolean {
  if (value === undefined || typeof value === 'boolean') return value ?? false
  reader.fail(location, 'campaign_not_flag')
  return false
}

function readExpression(
  reader: CampaignReader,
  value: unknown,
  location: string,
  custom: CustomFacts,
): object {
  const source = reader.text(value, location, EXPRESSION_LENGTH_MAX)
  if (source === '') return {}
  const parsed = parseExpression(source, custom)
  if (parsed.ok) return { source, when: parsed.expression, facts: parsed.facts }
  reader.note(location, parsed.told)
  return {}
}

/** The file form again. */
export function ruleDocument(rule: Rule): RuleDocument {
  const common = {
    rule: rule.code,
    ...(rule.id !== rule.code && { id: rule.id }),
    ...(rule.action && { action: rule.action }),
  }
  switch (rule.code) {
    case 'plan_at':
    case 'subscribed_before':
      return { ...common, plans: rule.plans, at: timeDocument(rule.at) }
    case 'plan_in':
      return { ...common, plans: rule.plans }
    case 'plan_age':
      return { ...common, plans: rule.plans, days: rule.days }
    case 'paid_use_on':
      return { ...common, at: whenDocument(rule.at) }
    case 'member_since_before':
      return { ...common, at: timeDocument(rule.at) }
    case 'account_age':
      return { ...common, days: rule.days }
    case 'region_in':
      return { ...common, regions: rule.regions }
    case 'exposed_to_incident':
      return { ...common, incident: rule.incident }
    case 'not_granted_by':
      return { ...common, campaigns: rule.campaigns }
    case 'not_past_due':
      return common
    case 'organisation_linked':
      return { ...common, exclusive: rule.exclusive }
    case 'expression':
      return { ...common, when: rule.source }
  }
}

import { DAY_MS, formatInstant, type Instant } from '../time/index.ts'
import { FACT_TYPES, type FactType } from './expression.ts'
import { type FactValue, truthOf } from './expression-value.ts'
import {
  type AccountFacts,
  firstOnPlans,
  matchesPlan,
  onPlansSince,
  paidUseAt,
  planAt,
} from './facts.ts'
import type { Campaign, Rule, RuleCode, Texts, When } from './types.ts'

export type RuleValue = string | number | boolean | null | readonly string[]

/** A rule with its value: what it asked for and what it found. */
export interface RuleResult {
  /** `currency` and `amount` are asked of every campaign. */
  readonly code: RuleCode | 'currency' | 'amount'
  readonly id: string
  readonly passed: boolean
  readonly expected: RuleValue
  /** `null`: nothing is known. */
  readonly actual: RuleValue
  /** The instant that the rule looked at, where it has one. */
  readonly at: Instant | null
  /** The facts that an expression looked at. */
  readonly values: Readonly<Record<string, RuleValue>> | null
  readonly action: Texts | null
}

type Value = Pick<RuleResult, 'passed' | 'expected' | 'actual'> &
  Partial<Pick<RuleResult, 'at' | 'values'>>

export interface Asked {
  readonly campaign: Campaign
  readonly facts: AccountFacts
  /** The moment of the (possible) claim. */
  readonly at: Instant
}

export function checkRule(rule: Rule, asked: Asked): RuleResult {
  const value = ruleValue(rule, asked)
  return { code: rule.code, id: rule.id, action: rule.action, at: null, values: null, ...value }
}

function ruleValue(rule: Rule, asked: Asked): Value {
  switch (rule.code) {
    case 'plan_at':
    case 'plan_in':
    case 'plan_age':
    case 'subscribed_before':
      return planValue(rule, asked)
    case 'paid_use_on': {
      const at = momentOf(rule.at, asked)
      const on = paidUseAt(asked.facts, at)
      return { passed: on, expected: true, actual: on, at }
    }
    case 'member_since_before':
    case 'account_age':
      return ageValue(rule, asked)
    default:
      return statedValue(rule, asked)
  }
}

const momentOf = (when: When, { at }: Asked): Instant => (when === 'claim' ? at : when.at)

type PlanRule = Extract<Rule, { code: 'plan_at' | 'plan_in' | 'plan_age' | 'subscribed_before' }>

function planValue(rule: PlanRule, { facts, at: now }: Asked): Value {
  const { plans } = rule
  switch (rule.code) {
    case 'plan_at':
    case 'plan_in': {
      const at = rule.code === 'plan_at' ? rule.at.at : now
      const plan = planAt(facts, at)
      return { passed: matchesPlan(plans, plan), expected: plans, actual: plan, at }
    }
    case 'plan_age': {
      const since = onPlansSince(facts, plans, now)
      const days = since === null ? null : wholeDays(since, now)
      const passed = days !== null && days >= rule.days
      return { passed, expected: rule.days, actual: days, at: since }
    }
    case 'subscribed_before': {
      const first = firstOnPlans(facts, plans, now)
      return before(first, rule.at.at)
    }
  }
}

const wholeDays = (from: Instant, to: Instant): number => Math.floor((to - from) / DAY_MS)

const before = (actual: Instant | null, limit: Instant): Value => ({
  passed: actual !== null && actual < limit,
  expected: formatInstant(limit),
  actual: actual === null ? null : formatInstant(actual),
})

function ageValue(
  rule: Extract<Rule, { code: 'member_since_before' | 'account_age' }>,
  { facts, at }: Asked,
): Value {
  if (rule.code === 'member_since_before') return before(facts.memberSince, rule.at.at)
  const days = wholeDays(facts.memberSince, at)
  return { passed: days >= rule.days, expected: rule.days, actual: days, at: facts.memberSince }
}

type StatedRule = Exclude<
  Rule,
  PlanRule | Extract<Rule, { code: 'paid_use_on' | 'member_since_before' | 'account_age' }>
>

function statedValue(rule: StatedRule, asked: Asked): Value {
  const { facts } = asked
  switch (rule.code) {
    case 'region_in': {
      const passed = facts.region !== null && rule.regions.includes(facts.region)
      return { passed, expected: rule.regions, actual: facts.region }
    }
    case 'exposed_to_incident': {
      const passed = facts.incidents.includes(rule.incident)
      return { passed, expected: rule.incident, actual: passed ? rule.incident : null }
    }
    case 'not_granted_by': {
      const actual = rule.campaigns.filter((id) => facts.grantedBy.includes(id))
      return { passed: actual.length === 0, expected: [], actual }
    }
    case 'not_past_due': {
      // What nobody has stated is no debt.
      const pastDue = facts.pastDue ?? false
      return { passed: !pastDue, expected: false, actual: pastDue }
    }
    case 'organisation_linked': {
      const { organisation } = facts
      const passed = organisation !== null && (!rule.exclusive || organisation.accounts === 1)
      const expected = rule.exclusive ? 'exclusive' : 'linked'
      return { passed, expected, actual: linkOf(organisation) }
    }
    case 'expression': {
      const truth = truthOf(rule.when, (name) => factNamed(name, asked))
      const looked = rule.facts.map((name) => [name, shown(name, asked)])
      return {
        passed: truth === true,
        expected: rule.source,
        actual: truth,
        values: Object.fromEntries(looked),
      }
    }
  }
}

const linkOf = (organisation: AccountFacts['organisation']): RuleValue => {
  if (organisation === null) return null
  return organisation.accounts === 1 ? 'exclusive' : 'linked'
}

const shown = (name: string, asked: Asked): RuleValue => {
  const value = factNamed(name, asked)
  const isTime = FACT_TYPES[name] === 'time' && typeof value === 'number'
  return isTime ? formatInstant(value as Instant) : value
}

/** The value of a fact in an expression; `null` where it is not known, or is of another type. */
function factNamed(name: string, { campaign, facts, at }: Asked): FactValue | null {
  switch (name) {
    case 'plan':
      return planAt(facts, at)?.replace(/@\d+$/, '') ?? null
    case 'paid_use':
      return paidUseAt(facts, at)
    case 'region':
      return facts.region
    case 'past_due':
      return facts.pastDue ?? false
    case 'organisation':
      return facts.organisation?.id ?? null
    case 'seats':
      return facts.seats
    case 'member_since':
      return facts.memberSince
    case 'account_age_days':
      return wholeDays(facts.memberSince, at)
    case 'incidents':
      return facts.incidents
    case 'granted_by':
      return facts.grantedBy
    default:
      return customFact(name.replace(/^custom\./, ''), campaign, facts)
  }
}

const TYPE_NAMES: Readonly<Partial<Record<FactType, string>>> = {
  boolean: 'boolean',
  text: 'string',
  number: 'number',
}

function customFact(name: string, campaign: Campaign, facts: AccountFacts): FactValue | null {
  const value = Object.hasOwn(facts.custom, name) ? facts.custom[name] : undefined
  const type = campaign.customFacts[name]
  const fits = value !== undefined && type !== undefined && typeof value === TYPE_NAMES[type]
  return fits ? value : null
}

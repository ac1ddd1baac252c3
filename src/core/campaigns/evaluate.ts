import type { Nanos } from '../money/index.ts'
import {
  addDuration,
  DAY_MS,
  type Duration,
  formatInstant,
  type Instant,
  type Interval,
  periodContaining,
} from '../time/index.ts'
import { amountFor, type OwnAmount } from './amounts.ts'
import { type Asked, checkRule, type RuleResult } from './check.ts'
import type { AccountFacts } from './facts.ts'
import type { Campaign, ClaimWindow, Wave } from './types.ts'

export type Standing = 'claimable' | 'not_eligible' | 'not_yet_open' | 'over'

/** What a campaign is for one account at one instant. */
export interface Evaluation {
  readonly campaignId: string
  /** `claimable` says nothing of ceilings: only a claim finds out whether a place is left. */
  readonly standing: Standing
  /** Whether every rule holds, whatever the time. */
  readonly eligible: boolean
  readonly wave: string
  readonly rules: readonly RuleResult[]
  /** `[claimFrom, claimUntil)`; `claimUntil: null`: no end. */
  readonly claimFrom: Instant
  readonly claimUntil: Instant | null
  /** Which claim it would be: empty for a campaign that is claimed once, else the start of the cycle. */
  readonly period: string
  /** `null`: the campaign has no amount for the account. */
  readonly amount: Nanos | null
  /** The plan that the amount is for. */
  readonly plan: string | null
  /** When the credit would end, were it claimed at that instant. */
  readonly expiresAt: Instant
}

const MONTH: Duration = { months: 1, milliseconds: 0 }

/** The billing cycle of an account: a month from its anchor. */
const cycleOf = (facts: AccountFacts, at: Instant): Interval =>
  periodContaining(facts.anchor, MONTH, at)

/**
 * Whether an account may claim a campaign at an instant, with the value of every rule, and until when.
 * Total and deterministic: the same arguments give the same answer.
 *
 * A campaign of several waves is judged by the best of them for this account: one that can be claimed,
 * else the next to open, else the last that was open; the order of the document decides the rest.
 */
export function evaluate(campaign: Campaign, facts: AccountFacts, at: Instant): Evaluation {
  const own = amountFor(campaign.amounts, facts, at)
  const asked = { campaign, facts, at }
  const [first, ...others] = campaign.waves.map((wave) => evaluateWave(wave, asked, own))
  let best = first!
  for (const other of others) if (rankOf(other) < rankOf(best)) best = other
  return best
}

const RANKS: Readonly<Record<Standing, number>> = {
  claimable: 0,
  not_yet_open: 1,
  not_eligible: 2,
  over: 3,
}

const rankOf = ({ standing, eligible }: Evaluation): number =>
  RANKS[standing] + (eligible ? 0 : Object.keys(RANKS).length)

function evaluateWave(wave: Wave, asked: Asked, own: OwnAmount): Evaluation {
  const { campaign, facts, at } = asked
  const rules = [
    currencyRule(asked),
    ...[...campaign.rules, ...wave.rules].map((rule) => checkRule(rule, asked)),
    amountRule(own),
  ]
  const eligible = rules.every(({ passed }) => passed)
  const cycle = campaign.repeat === 'cycle' ? cycleOf(facts, at) : null
  const window = windowOf(wave.claim, cycle)
  return {
    campaignId: campaign.id,
    standing: standingOf(window, at, eligible),
    eligible,
    wave: wave.id,
    rules,
    claimFrom: window.from,
    claimUntil: window.until,
    period: cycle ? formatInstant(cycle.start) : '',
    ...own,
    expiresAt: expiryOf(campaign, facts, at),
  }
}

interface Window {
  readonly from: Instant
  readonly until: Instant | null
}

/** In a campaign of cycles each has a window of its own, inside that of the campaign. */
function windowOf({ from, until }: ClaimWindow, cycle: Interval | null): Window {
  const own = { from: from.at, until: until?.at ?? null }
  if (!cycle) return own
  return {
    from: Math.max(cycle.start, own.from) as Instant,
    until: own.until === null || cycle.end < own.until ? cycle.end : own.until,
  }
}

function standingOf(window: Window, at: Instant, eligible: boolean): Standing {
  if (at < window.from) return 'not_yet_open'
  if (window.until !== null && at >= window.until) return 'over'
  return eligible ? 'claimable' : 'not_eligible'
}

/** When credit ends that is given at `at`. */
export function expiryOf(campaign: Campaign, facts: AccountFacts, at: Instant): Instant {
  const { expiry } = campaign
  if (expiry.kind === 'at') return expiry.at.at
  if (expiry.kind === 'cycle_end') return cycleOf(facts, at).end
  return addDuration(at, { months: 0, milliseconds: DAY_MS }, expiry.days)
}

const RULE = { at: null, values: null, action: null } as const

const currencyRule = ({ campaign, facts }: Asked): RuleResult => ({
  ...RULE,
  code: 'currency',
  id: 'currency',
  passed: campaign.currency === facts.currency,
  expected: campaign.currency,
  actual: facts.currency,
})

/** Whether the campaign has an amount for this plan, or this account. */
const amountRule = (own: OwnAmount): RuleResult => ({
  ...RULE,
  code: 'amount',
  id: 'amount',
  passed: own.amount !== null,
  expected: true,
  actual: own.amount !== null,
})

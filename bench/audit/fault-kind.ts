import type { AuditRule } from '../../src/core/audit/index.ts'
import type { Nanos } from '../../src/core/money/index.ts'
import type { Bank, Served } from './bank.ts'
import { anthropicUsage, type Dice, openAiUsage } from './traffic.ts'

/** What the audit must say of a fault that was planted. */
export interface Planted {
  readonly rule: AuditRule
  readonly difference: Nanos
}

export interface FaultKind {
  readonly rule: AuditRule
  readonly name: string
  /** The plan that it takes: one with windows, one whose window is a month; else any. */
  readonly needs?: 'windows' | 'calendar'
  /** What follows would be wrong too: nothing may follow in that account. */
  readonly last?: true
  plant(bank: Bank, dice: Dice): Planted
  /** The same happening, rightly: nothing is to be found. */
  near(bank: Bank, dice: Dice): void
}

/** Credit for anything, so that a wrong amount is carried whole. */
export const rich = (bank: Bank): Bank => {
  bank.topUp('500')
  return bank.wait(1_000)
}

/** A client that no plan covers: what it uses is money. */
export const sonata = (bank: Bank, dice: Dice, more: Partial<Served> = {}): Served => ({
  id: bank.id('call'),
  dialect: 'anthropic',
  model: 'sonata',
  client: 'other',
  usage: anthropicUsage(dice),
  ...more,
})

export const granite = (bank: Bank, dice: Dice, more: Partial<Served> = {}): Served => ({
  id: bank.id('call'),
  dialect: 'openai_chat',
  model: 'granite',
  tier: 'default',
  client: 'other',
  usage: openAiUsage(dice),
  ...more,
})

import { auditJournal, type Finding } from '../../src/core/audit/index.ts'
import { type Plan, planRef } from '../../src/core/funding/index.ts'
import { type Instant, parseInstant } from '../../src/core/time/index.ts'
import { Bank } from './bank.ts'
import type { FaultKind } from './fault-kind.ts'
import { BOOKS, PLANS } from './prices.ts'
import type { Dice } from './traffic.ts'

const START = parseInstant('2026-11-04T06:00:00Z')!
const REFS = {
  plans: new Map(PLANS.map((plan) => [planRef(plan), plan])),
  books: BOOKS.map(({ document }) => ({ document, publishedAt: null })),
}

/** An account of a plan in which the fault can happen. */
export function openBank(id: string, kind: FaultKind | null, dice: Dice): Bank {
  const fitting = (plan: Plan): boolean => {
    if (kind?.needs === 'calendar') return plan.windows.some(({ shape }) => shape === 'calendar')
    return kind?.needs === 'windows' ? plan.id === 'pro' : true
  }
  const bank = new Bank(id, START, dice.one(PLANS.filter(fitting)))
  bank.topUp('30')
  return bank.wait(1_000)
}

/** What the audit says of an account, all of it at once. */
export const auditBank = (bank: Bank): Finding[] =>
  auditJournal({
    ...REFS,
    entries: bank.entries,
    openHolds: bank.openHolds(),
    at: bank.now as Instant,
  }).findings

import { auditJournal, type Finding } from '../../src/core/audit/index.ts'
import { type Plan, planRef } from '../../src/core/funding/index.ts'
import { type Instant, parseInstant } from '../../src/core/time/index.ts'
import { Bank } from './bank.ts'
import type { FaultKind } from './fault-kind.ts'
import { PLANS } from './prices.ts'
import type { Dice } from './traffic.ts'

const START = parseInstant('2026-11-04T06:00:00Z')!
/** An account of a plan in which the fault can happen. */
export function openBank(id: string, kind: FaultKind | null, dice: Dice): Bank {
  const fitting = (plan: Plan): boolean => {
    if (kind?.needs === 'calendar') return plan.windows.some(({ shape }) => shape === 'calendar')
    return kind?.needs === 'windows' ? plan.id === 'pro' : true
  }
  const bank = new Bank(id, START, { plan: dice.one(PLANS.filter(fitting)) })
  bank.topUp('30')
  return bank.wait(1_000)
}

/** What the audit says of an account, all of it at once. */
export const auditBank = (bank: Bank): Finding[] =>
  auditJournal({
    plans: new Map([[planRef(bank.plan), bank.plan]]),
    books: bank.books.map(({ document }) => ({ document, publishedAt: null })),
    entries: bank.entries,
    openHolds: bank.openHolds(),
    at: bank.now as Instant,
  }).findings

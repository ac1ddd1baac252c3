import { AUDIT_RULES, type AuditRule, type Finding } from '../../src/core/audit/index.ts'
import { auditBank, openBank } from './accounts.ts'
import type { FaultKind, Planted } from './fault-kind.ts'
import { FAULTS } from './faults.ts'
import { RECORD_FAULTS, Records } from './records.ts'
import { Dice, ordinaryCall } from './traffic.ts'

export interface AuditRun {
  /** Calls in all, planted ones aside. */
  readonly calls: number
  /** Faults of each kind. */
  readonly each: number
  readonly seed: number
}

/** What became of the faults of one rule. */
export interface Tally {
  planted: number
  found: number
  /** Found with the right amount, to the nano. */
  exact: number
  /** Findings of the rule where there was no such fault. */
  extra: number
}

export interface AuditReport {
  readonly calls: number
  readonly entries: number
  readonly accounts: number
  readonly ofRule: ReadonlyMap<AuditRule, Tally>
}

const CALLS_OF_AN_ACCOUNT = 500
const CALLS_OF_A_BILL = 100

/**
 * Ordinary traffic of many accounts through the real core, with faults planted among it, and then the
 * audit. One account at a time, so that it takes the memory of one, however many there are.
 */
export function runAudit(
  { calls, each, seed }: AuditRun,
  progress: (done: number) => void = () => {},
): AuditReport {
  const ofRule = new Map(
    AUDIT_RULES.map((rule) => [rule, { planted: 0, found: 0, exact: 0, extra: 0 }]),
  )
  const work: (FaultKind | null)[] = FAULTS.flatMap((kind) =>
    Array.from({ length: each }, () => kind),
  )
  const accounts = Math.max(work.length, Math.ceil(calls / CALLS_OF_AN_ACCOUNT))
  const report = { calls: 0, entries: 0, accounts, ofRule }
  for (let index = 0; index < accounts; index += 1) {
    const dice = new Dice(seed + index)
    const size = Math.ceil((calls - report.calls) / (accounts - index))
    const own = oneAccount(`acct_${index}`, work[index] ?? null, { dice, size })
    tally(ofRule, own.planted, own.findings)
    report.calls += size
    report.entries += own.entries
    if (index % 100 === 99) progress(report.calls)
  }
  for (let index = 0; index < each * RECORD_FAULTS.length; index += 1) {
    const dice = new Dice(seed - 1 - index)
    const own = oneBill(`bill_${index}`, index, dice)
    tally(ofRule, own.planted, own.findings)
  }
  return report
}

function oneAccount(
  id: string,
  kind: FaultKind | null,
  { dice, size }: { readonly dice: Dice; readonly size: number },
) {
  const bank = openBank(id, kind, dice)
  const before = kind?.last ? size : dice.between(0, size)
  for (let count = 0; count < before; count += 1) ordinaryCall(bank, dice)
  const planted = kind ? [kind.plant(bank, dice)] : []
  for (let count = before; count < size; count += 1) ordinaryCall(bank, dice)
  return { planted, findings: auditBank(bank), entries: bank.entries.length }
}

function oneBill(id: string, index: number, dice: Dice) {
  const records = new Records(id, dice)
  for (let count = 0; count < CALLS_OF_A_BILL; count += 1) records.add()
  const planted = [RECORD_FAULTS[index % RECORD_FAULTS.length]!.plant(records, dice)]
  return { planted, findings: records.findings() }
}

function tally(
  ofRule: ReadonlyMap<AuditRule, Tally>,
  planted: readonly Planted[],
  findings: readonly Finding[],
): void {
  const left = [...findings]
  for (const { rule, difference } of planted) {
    const own = ofRule.get(rule)!
    own.planted += 1
    const at = left.findIndex((finding) => finding.rule === rule)
    if (at < 0) continue
    const [finding] = left.splice(at, 1)
    own.found += 1
    if (finding!.difference === difference) own.exact += 1
  }
  for (const { rule } of left) ofRule.get(rule)!.extra += 1
}

/** Every fault found, to the nano, and nothing else. */
export const isPerfect = ({ ofRule }: AuditReport): boolean =>
  [...ofRule.values()].every(
    ({ planted, found, exact, extra }) =>
      planted > 0 && found === planted && exact === planted && extra === 0,
  )

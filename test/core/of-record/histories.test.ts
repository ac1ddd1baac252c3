import { readFileSync } from 'node:fs'
import { describe, test } from 'vitest'
import { type AuditState, auditInto, encodeAudit, newAudit } from '../../../src/core/audit/index.ts'
import {
  accountView,
  type BalanceStep,
  capChain,
  capView,
  changesBetween,
  dueDraws,
  endedLots,
  nextDue,
  PlanRun,
  pastView,
  reloadCheck,
  simulateReloads,
  subscriptionDue,
} from '../../../src/core/decisions/index.ts'
import { encodeState, invoiceViews, readInstant } from '../../../src/core/ledger/index.ts'
import { type Nanos, readNanos } from '../../../src/core/money/index.ts'
import { DAY_MS, type Instant } from '../../../src/core/time/index.ts'
import { played, refsOf } from '../../support/audit/histories.ts'
import type { Step } from '../../support/core/history.ts'
import { ACCOUNT, type Ledger } from '../../support/core/ledger.ts'
import { digest, OfRecord } from '../../support/core/of-record.ts'
import { alertsOf, bodiesOf, byKind, knownOf, statementsOf } from '../../support/core/told.ts'

/*
 * A journal is for ever: what was posted is chained by its hash, and is folded, audited and summed up again years
 * later. So the same story has to write the same entries, byte for byte, and everything that is read from
 * them has to say the same. Steps and record are stored; a change of either is a decision.
 */

const HISTORIES: readonly (readonly Step[])[] = JSON.parse(
  readFileSync(new URL('histories.json', import.meta.url), 'utf8'),
)
const record = new OfRecord(new URL('record.json', import.meta.url))

const stories = HISTORIES.map((steps, index) => {
  let story: { readonly ledger: Ledger; readonly refs: ReturnType<typeof refsOf> } | null = null
  const told = () => {
    if (story) return story
    const { ledger, books } = played(steps)
    story = { ledger, refs: refsOf(ledger, books) }
    return story
  }
  return [`history ${index + 1}`, told] as const
})

describe.each(stories)('%s', (name, told) => {
  test('writes the same entries', () => {
    const { ledger } = told()
    record.expectSame(`${name}: entries`, byKind(bodiesOf(ledger)))
    record.expectSame(`${name}: state`, digest(encodeState(ledger.state!)))
    record.expectSame(`${name}: caps beside`, digest([...ledger.scopedCaps]))
  })

  test('shows the same account, then and now', () => {
    const { ledger } = told()
    const views = knownOf(ledger, 10).map(([known, at]) => {
      const plan = ledger.catalogue.plan(known.state.plan)!
      return { past: pastView(known, plan, at), live: accountView(known.state, plan, at) }
    })
    record.expectSame(`${name}: views`, views.map(digest))
    const changes = views
      .slice(1)
      .map(({ past }, index) => changesBetween(views[index]!.past, past))
    record.expectSame(`${name}: changes`, digest(changes))
    const caps = [...ledger.scopedCaps.values()].map((own) =>
      capView(own, ledger.state!, ledger.now),
    )
    record.expectSame(`${name}: caps`, digest(caps))
  })

  test('knows the same to be due', () => {
    const { ledger } = told()
    const due = knownOf(ledger, 10).map(([{ state, beside }, at]) => ({
      next: nextDue(state),
      draws: dueDraws(state),
      lots: endedLots(state, at).map(({ id }) => id),
      subscription: subscriptionDue(state),
      reload: reloadCheck(state, at),
      chain: capChain(
        [...state.caps, ...beside.values()],
        { memberId: 'm1', keyId: 'k1', projectId: null, sessionId: 's1', model: 'opus' } as never,
        state,
        at,
      ),
    }))
    record.expectSame(`${name}: due`, due.map(digest))
  })

  test('gives the same alerts', () => {
    const { ledger } = told()
    const looks = knownOf(ledger, 10).map((known) => alertsOf(ledger, known))
    record.expectSame(`${name}: alerts`, looks.map(digest))
  })

  test('comes to the same statements and invoices', () => {
    const { ledger } = told()
    record.expectSame(`${name}: statements`, statementsOf(ledger, 25).map(digest))
    const views = invoiceViews(bodiesOf(ledger), (ledger.now + 40 * DAY_MS) as Instant)
    record.expectSame(`${name}: invoices`, digest(views))
  })

  test('is audited to the same state, without a finding', () => {
    const { ledger, refs } = told()
    const audited = bodiesOf(ledger).map((body) => ({ seq: body.seq, body }))
    const state: AuditState = newAudit(ACCOUNT)
    const findings = auditInto(state, audited, refs)
    record.expectSame(`${name}: findings`, findings)
    record.expectSame(`${name}: audit`, digest(encodeAudit(state)))
  })

  test('would have come to the same on other plans, and with auto-reload', () => {
    const { ledger } = told()
    const [start] = knownOf(ledger, 10)
    const rest = bodiesOf(ledger).slice(10)
    const simulated = [...ledger.catalogue.plans.values()].map((plan) => {
      const isOwnPlan = false
      const run = new PlanRun({
        plan,
        start: start![0].state,
        isOwnPlan,
        books: ledger.catalogue.books,
      })
      for (const body of rest) run.take(body)
      return run.finish()
    })
    record.expectSame(`${name}: plans`, simulated.map(digest))
    const terms = {
      ...{ trigger_below: '5', amount: null, target: '10', max_per_day: '40', max_per_month: '90' },
      ...{ method_id: 'card', tax: { policy: 'DE@1', rate: '0.19' } },
    }
    const steps = rest.map(
      ({ at, totals, refused }): BalanceStep => ({
        at: readInstant(at),
        change: -readNanos(totals?.money ?? '0') as Nanos,
        drew: totals !== undefined,
        refused: refused !== undefined,
      }),
    )
    const balance = readNanos('12')
    record.expectSame(
      `${name}: reloads`,
      digest(simulateReloads(terms, steps, { balance, currency: 'USD' })),
    )
  })
})

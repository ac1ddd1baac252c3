import { alertSettings, lookForAlerts, NO_SPEND } from '../../../src/core/alerts/index.ts'
import { auditJournal } from '../../../src/core/audit/index.ts'
import {
  accountView,
  capView,
  dueDraws,
  endedLots,
  nextDue,
  pastView,
  reloadCheck,
  subscriptionDue,
} from '../../../src/core/decisions/index.ts'
import {
  type EntryBody,
  encodeState,
  invoiceViews,
  type Known,
  learn,
  letGo,
  openingAfter,
  readInstant,
  type StatementContent,
  StatementFold,
} from '../../../src/core/ledger/index.ts'
import { DAY_MS, type Instant } from '../../../src/core/time/index.ts'
import type { Ledger } from './ledger.ts'
import { digest } from './of-record.ts'

export const bodiesOf = ({ entries }: Ledger): readonly EntryBody[] =>
  entries.map(({ body }) => body)

/** By the kind of entry: a difference says what is decided in another way. */
export function byKind(entries: readonly EntryBody[]): Record<string, string> {
  const kinds = [...new Set(entries.map(({ kind }) => kind))].sort()
  return Object.fromEntries(
    kinds.map((kind) => [kind, digest(entries.filter((one) => one.kind === kind))]),
  )
}

/** What the journal told after every so many entries. */
export function knownOf(ledger: Ledger, every: number): readonly (readonly [Known, Instant])[] {
  let known: Known | null = null
  return bodiesOf(ledger).flatMap((body, index) => {
    known = letGo(learn(known, body))
    return index % every === every - 1 ? [[known, readInstant(body.at)] as const] : []
  })
}

/** Statements of so many entries each. */
export function statementsOf(ledger: Ledger, length: number): readonly StatementContent[] {
  const bodies = bodiesOf(ledger)
  const made: StatementContent[] = []
  for (let from = 0; from < bodies.length; from += length) {
    const own = bodies.slice(from, from + length)
    const fold = new StatementFold({
      opening: openingAfter(made.at(-1) ?? null),
      startsAt: own[0] ? readInstant(own[0].at) : 0,
      statementOf: (seq) => Math.ceil(seq / length),
    })
    for (const body of own) fold.add(body)
    made.push(fold.content())
  }
  return made
}

export function alertsOf(ledger: Ledger, [known, at]: readonly [Known, Instant]) {
  const { state, beside } = known
  const source = {
    ...{ state, settings: alertSettings({}, 'USD'), spend: NO_SPEND, armed: [] },
    changes: bodiesOf(ledger),
    plan: ledger.catalogue.plan(state.plan)!,
    scopedCaps: [...beside.values()],
  }
  return [at, (at + DAY_MS) as Instant].map((when) => lookForAlerts(source, when))
}

function dueOf({ state }: Known, at: Instant) {
  return {
    next: nextDue(state),
    draws: dueDraws(state),
    lots: endedLots(state, at).map(({ id }) => id),
    subscription: subscriptionDue(state),
    reload: reloadCheck(state, at),
  }
}

/** All that is told of an account, thing by thing. */
export function tellingsOf(ledger: Ledger): Record<string, unknown> {
  const known = knownOf(ledger, 3)
  const planOf = ({ state }: Known) => ledger.catalogue.plan(state.plan)!
  const books = ledger.catalogue.books.map(({ document }) => ({ document, publishedAt: null }))
  return {
    ...byKind(bodiesOf(ledger)),
    answers: digest(ledger.told.map(({ result }) => result)),
    state: digest([encodeState(ledger.state!), [...ledger.holds]]),
    views: digest([
      accountView(ledger.state!, ledger.catalogue.plan(ledger.state!.plan)!, ledger.now),
      ...known.map(([own, at]) => pastView(own, planOf(own), at)),
    ]),
    caps: digest(
      [...ledger.scopedCaps.values()].map((own) => capView(own, ledger.state!, ledger.now)),
    ),
    due: digest(known.map(([own, at]) => dueOf(own, at))),
    alerts: digest(known.map((own) => alertsOf(ledger, own))),
    statements: digest(statementsOf(ledger, 4)),
    invoices: digest(
      [0, 40].map((days) =>
        invoiceViews(bodiesOf(ledger), (ledger.now + days * DAY_MS) as Instant),
      ),
    ),
    audit: digest(
      auditJournal({
        ...{ plans: ledger.catalogue.plans, books, openHolds: [], at: ledger.now },
        entries: bodiesOf(ledger).map((body) => ({ seq: body.seq, body })),
      }).findings,
    ),
  }
}

import {
  type AccountState,
  apply,
  type CapUseFacts,
  type EntryBody,
  isChargedBack,
  lotFacts,
  type StatementDocument,
} from '../../../core/ledger/index.ts'
import { add, formatNanos, type Nanos, readNanos, ZERO } from '../../../core/money/index.ts'
import { DAY_MS, formatInstant, parseInstant } from '../../../core/time/index.ts'

type Lot = AccountState['lots'][number]
type Run = AccountState['windows'][number]

/** What of an account's sources the entries of a file name. */
export interface Named {
  readonly lots: ReadonlySet<string>
  readonly runs: ReadonlySet<string>
  readonly caps: ReadonlySet<string>
}

const runKey = (id: string, start: string): string => `${id}@${start}`
const keyOfRun = (run: Run): string => runKey(run.windowId, formatInstant(run.start))
const capKey = ({ id, bucket, beside }: CapUseFacts): string =>
  JSON.stringify([id, bucket, beside ?? false])

/** Collects what entries name, and by which price books they were priced. */
export class Names implements Named {
  readonly lots = new Set<string>()
  readonly runs = new Set<string>()
  readonly caps = new Set<string>()
  readonly books = new Set<string>()

  add(body: EntryBody): void {
    for (const { source } of body.funding ?? []) this.lots.add(source)
    for (const { id } of body.restored_lots ?? []) this.lots.add(id)
    if (body.lot_id !== undefined) this.lots.add(body.lot_id)
    for (const { id, start } of body.windows ?? [])
      if (start !== null) this.runs.add(runKey(id, start))
    for (const use of body.caps ?? []) this.caps.add(capKey(use))
    if (body.rating?.status === 'priced') this.books.add(body.rating.book)
  }
}

/** Sources at rest are put aside once so many are kept, so that an entry costs the same after years. */
const KEPT = 64

/**
 * The journal up to a statement, folded into what the account has there: the same fold that decisions use.
 * What ended long ago is put aside, and comes back when an entry names it.
 */
export class OpeningFold {
  #state: AccountState | null = null
  readonly #lots = new Map<string, Lot>()
  readonly #runs = new Map<string, Run>()
  readonly #spent = new Map<string, { readonly use: CapUseFacts; spent: Nanos }>()

  add(body: EntryBody): void {
    if (this.#state) this.#recall(this.#state, body)
    const state = apply(this.#state, body)
    this.#state = { ...state, paidDraws: [] }
    if (!body.refused) this.#count(body)
    if (state.lots.length + state.windows.length > KEPT) this.#putAside(this.#state)
  }

  #recall(state: AccountState, body: EntryBody): void {
    if (this.#lots.size + this.#runs.size === 0) return
    const named = new Names()
    named.add(body)
    const [lots, windows] = [taken(this.#lots, named.lots), taken(this.#runs, named.runs)]
    if (lots.length + windows.length > 0)
      this.#state = {
        ...state,
        lots: [...state.lots, ...lots],
        windows: [...state.windows, ...windows],
      }
  }

  #putAside(state: AccountState): void {
    const isOver = (run: Run): boolean => run.end <= state.lastAt
    for (const lot of state.lots) if (lot.remaining === ZERO) this.#lots.set(lot.id, lot)
    for (const run of state.windows) if (isOver(run)) this.#runs.set(keyOfRun(run), run)
    this.#state = {
      ...state,
      lots: state.lots.filter((lot) => lot.remaining !== ZERO),
      windows: state.windows.filter((run) => !isOver(run)),
    }
  }

  #count(body: EntryBody): void {
    for (const use of body.caps ?? []) {
      if (use.period === 'call') continue
      const key = capKey(use)
      const own = this.#spent.get(key) ?? { use, spent: ZERO }
      own.spent = add(own.spent, readNanos(use.drawn))
      this.#spent.set(key, own)
    }
  }

  /** What the file begins with: all that has something in it, is open, or is named by its entries. */
  opening(named: Named, before: StatementDocument | null, statements: readonly Range[]) {
    const state = this.#state
    const lots = [...(state?.lots ?? []), ...this.#lots.values()]
    const runs = [...(state?.windows ?? []), ...this.#runs.values()]
    const since = state?.lastAt ?? 0
    return {
      plan: state?.plan ?? '',
      ...formerPlans(state?.formerPlans ?? []),
      paid_use: state?.paidUse ?? false,
      overage_limit: state?.overage.limit == null ? null : formatNanos(state.overage.limit),
      overage_used: formatNanos(state?.overage.used ?? ZERO),
      not_invoiced: before?.not_invoiced ?? { overage: '0', fees: '0' },
      lots: lots
        .filter((lot) => lot.remaining !== ZERO || named.lots.has(lot.id))
        .map((lot) => openingLot(lot, state!)),
      windows: runs
        .filter((run) => run.end > since || named.runs.has(keyOfRun(run)))
        .map(openingRun),
      caps: [...this.#spent]
        .filter(([key, own]) => named.caps.has(key) || isCurrent(own, since))
        .map(([, { use, spent }]) => ({
          id: use.id,
          bucket: use.bucket,
          beside: use.beside ?? false,
          spent: formatNanos(spent),
        })),
      statements: statements.map(({ number, lastSeq }) => ({ number, last_seq: lastSeq })),
    }
  }
}

/** Counters of the account that may still be drawn on; those of members and sessions are named. */
function isCurrent({ use }: { readonly use: CapUseFacts }, since: number): boolean {
  const began = parseInstant(use.bucket)
  return !use.beside && (began === undefined || began + COUNTED_MS > since)
}

/** Longer than any period of a cap. */
const COUNTED_MS = 40 * DAY_MS

interface Range {
  readonly number: number
  readonly lastSeq: number
}

/** Takes the named ones out of what was put aside. */
function taken<T>(from: Map<string, T>, names: ReadonlySet<string>): T[] {
  return [...names].flatMap((name) => {
    const own = from.get(name)
    from.delete(name)
    return own === undefined ? [] : [own]
  })
}

const openingLot = (lot: Lot, state: AccountState) => ({
  ...lotFacts(lot),
  remaining: formatNanos(lot.remaining),
  voided_at: lot.voidedAt === null ? null : formatInstant(lot.voidedAt),
  frozen: lot.frozenAt !== undefined,
  charged_back: isChargedBack(state, lot.id),
})

/** Those that what is reported late may still go by; left out where there is none. */
const formerPlans = (former: AccountState['formerPlans']) =>
  former.length === 0
    ? {}
    : { former_plans: former.map(({ plan, until }) => ({ plan, until: formatInstant(until) })) }

const openingRun = (run: Run) => ({
  id: run.windowId,
  start: formatInstant(run.start),
  end: formatInstant(run.end),
  capacity: formatNanos(run.capacity),
  used: formatNanos(run.used),
})

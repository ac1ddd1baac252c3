import type { EntryBody } from '../../core/ledger/entry.ts'
import { formatNanos, type Nanos, nanos, readNanos, ZERO } from '../../core/money/index.ts'
import type { Length } from '../explain/words.ts'
import { type AmountsBySource, happeningOf, NO_AMOUNTS, type RunPart } from './happening.ts'
import { date, fill, list, money, type Place, placeOf, type Reader, say, word } from './reader.ts'
import { counted, refusalOf, sharesOf } from './render.ts'
import { totalOf } from './runs.ts'
import { TIMELINE_WORDS } from './words.ts'

type Amounts = Readonly<Record<keyof AmountsBySource, string>>

/** What an interval came to, in figures: exact decimals, by the sources as they stand after moves. */
export interface PeriodFacts {
  readonly calls: number
  readonly failed: number
  readonly refusals: readonly { readonly code: string; readonly count: number }[]
  readonly amounts: Amounts
  /** Given back by refunds and reversals. */
  readonly given_back: string
  /** Moved from credit and overage to windows that had room again: part of `amounts` as included. */
  readonly moved: string
  readonly bought: string
  readonly granted: string
  /** Credit that ended unused. */
  readonly ended: string
  /** Why calls that the plan did not carry alone drew on credit or overage; the most frequent first. */
  readonly causes: readonly { readonly reason: string; readonly count: number }[]
  readonly models: readonly {
    readonly model: string
    readonly count: number
    readonly total: string
  }[]
}

type Sums = { -readonly [Name in keyof AmountsBySource]: bigint }

/** Adds entries up; holds no entry, however long the interval. */
export class Period {
  readonly #amounts: Sums = { ...NO_AMOUNTS }
  readonly #refusals = new Map<string, number>()
  readonly #causes = new Map<string, number>()
  readonly #models = new Map<string, { count: number; total: bigint }>()
  readonly #sums = { back: 0n, moved: 0n, bought: 0n, granted: 0n, ended: 0n }
  #calls = 0
  #failed = 0

  add(body: EntryBody): void {
    const { run, single } = happeningOf(body, new Map())
    if (run) this.#addRun(run, body)
    else if (!body.refused) this.#addSingle(body.kind, readNanos(single?.facts.amount ?? '0'))
  }

  #addRun(run: RunPart, body: EntryBody): void {
    if (run.ends === 'blocked') {
      count(this.#refusals, run.refusal ?? '')
      return
    }
    for (const name of NAMES) this.#amounts[name] += run.amounts[name]
    if (run.ends === 'moved') {
      this.#sums.moved += run.amounts.included
      return
    }
    if (run.ends === 'failed') this.#failed += 1
    if (run.ends === 'charged') this.#calls += 1
    const total = NAMES.reduce((so, name) => so + run.amounts[name], 0n)
    const own = this.#models.get(run.model ?? '') ?? { count: 0, total: 0n }
    if (run.ends !== 'failed')
      this.#models.set(run.model ?? '', {
        count: own.count + (run.ends === 'charged' ? 1 : 0),
        total: own.total + total,
      })
    const why = causeOf(body)
    if (why !== null) count(this.#causes, why)
  }

  #addSingle(kind: EntryBody['kind'], amount: Nanos): void {
    if (kind === 'refund' || kind === 'reverse') this.#sums.back += amount
    if (kind === 'top_up') this.#sums.bought += amount
    if (kind === 'grant') this.#sums.granted += amount
    if (kind === 'expire_lot') this.#sums.ended += amount
  }

  facts(): PeriodFacts {
    const { back, moved, bought, granted, ended } = this.#sums
    return {
      calls: this.#calls,
      failed: this.#failed,
      refusals: sorted(this.#refusals).map(([code, own]) => ({ code, count: own })),
      amounts: Object.fromEntries(
        NAMES.map((name) => [name, text(this.#amounts[name])]),
      ) as Amounts,
      ...{ given_back: text(back), moved: text(moved), bought: text(bought) },
      ...{ granted: text(granted), ended: text(ended) },
      causes: sorted(this.#causes).map(([reason, own]) => ({ reason, count: own })),
      models: [...this.#models]
        .map(([model, own]) => ({ model, count: own.count, total: text(own.total) }))
        .sort((a, b) => b.count - a.count || (a.model < b.model ? -1 : 1)),
    }
  }
}

const NAMES = Object.keys(NO_AMOUNTS) as (keyof AmountsBySource)[]
const text = (amount: bigint): string => formatNanos(nanos(amount))
const count = (of: Map<string, number>, key: string): void => {
  of.set(key, (of.get(key) ?? 0) + 1)
}
const sorted = (of: ReadonlyMap<string, number>): [string, number][] =>
  [...of].sort(([a, more], [b, most]) => most - more || (a < b ? -1 : 1))

/** Why the windows did not carry a call that drew on money; `null`: it drew on none. */
function causeOf({ totals, funding = [] }: EntryBody): string | null {
  if (!totals || totals.money === '0') return null
  return funding.find((own) => own.class === 'included')?.reason ?? 'no_windows'
}

/** Where it is told, and of when. */
export interface PeriodAsked extends Reader {
  readonly from: string
  readonly until: string
  readonly currency: string
  readonly length: Length
}

/**
 * An interval in sentences. `short`: what it came to, from which sources, and why, in one breath;
 * `medium`: also what failed, was refused, given back, bought and ended; `long`: also each model.
 */
export function explainPeriod(facts: PeriodFacts, asked: PeriodAsked): string[] {
  const place = placeOf(asked, { currency: asked.currency, as_of: asked.until })
  const first = [headline(place, facts, asked), ...causes(place, facts).slice(0, 1)]
  if (asked.length === 'short') return [first.join(place.lang === 'ja' ? '' : ' ')]
  const medium = [...first, ...causes(place, facts).slice(1), ...others(place, facts)]
  return asked.length === 'medium' ? medium : [...medium, ...models(place, facts)]
}

function headline(place: Place, facts: PeriodFacts, { from, until }: PeriodAsked): string {
  const words = TIMELINE_WORDS[place.lang].period
  const calls = counted(place, 'call', facts.calls)
  const times = { from: date(place, from), until: date(place, until) }
  if (readNanos(totalOf(facts.amounts)) === ZERO) return say(words.nothing, { ...times, calls })
  return say(words.headline, { ...times, calls, ...sharesOf(place, facts) })
}

const causes = (place: Place, facts: PeriodFacts): string[] =>
  facts.causes.map(({ reason, count: own }) => {
    const { whys, period } = TIMELINE_WORDS[place.lang]
    const why = word(whys, reason) ?? whys.other
    return say(period.cause, { calls: counted(place, 'call', own), why })
  })

function others(place: Place, facts: PeriodFacts): string[] {
  const words = TIMELINE_WORDS[place.lang]
  const amounts = (['moved', 'given_back', 'bought', 'granted', 'ended'] as const)
    .filter((name) => readNanos(facts[name]) !== ZERO)
    .map((name) => say(words.period[name], { amount: money(place, facts[name]) }))
  const refusals = facts.refusals.map(({ code, count: own }) =>
    say(words.run.blocks, { calls: counted(place, 'call', own), refusal: refusalOf(place, code) }),
  )
  const attempts = counted(place, 'attempt', facts.failed)
  const failed = facts.failed === 0 ? [] : [say(words.run.failed, { attempts })]
  return [...failed, ...refusals, ...amounts]
}

const models = (place: Place, facts: PeriodFacts): string[] =>
  facts.models.map(({ model, count: own, total }) =>
    fill(TIMELINE_WORDS[place.lang].period.model, {
      model: list(place, [model]),
      calls: counted(place, 'call', own),
      total: money(place, total),
    }),
  )

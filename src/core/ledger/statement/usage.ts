import { add, formatNanos, type Nanos, readNanos, ZERO } from '../../money/index.ts'
import { categoryOf } from '../charge.ts'
import type { EntryBody, FundingFacts, WindowFacts } from '../entry.ts'
import { readInstant } from '../facts.ts'
import type {
  AbsorbedLine,
  CorrectionLine,
  MovementKind,
  NotBilledLine,
  StatementContent,
  UsageLine,
  UsageSource,
  WindowLine,
} from './document.ts'
import { movementOf } from './movements.ts'
import { Tallies, Tally } from './tally.ts'

const CHARGING: readonly EntryBody['kind'][] = ['settle', 'record', 'complete']
const CORRECTING: readonly EntryBody['kind'][] = ['refund', 'rerate', 'reverse', 'reattribute']

type Key<Line extends object, Sums extends keyof Line> = Omit<
  Line,
  Sums | 'entries' | 'first_seq' | 'last_seq'
>

/** What calls did: from where they were paid, what was given back, what cost nothing. */
export class UsageTallies {
  readonly #usage = new Tallies<Key<UsageLine, 'amount'>>()
  readonly #corrections = new Tallies<Key<CorrectionLine, 'amount'>>()
  readonly #windows = new Map<string, { used: Nanos; overshoot: Nanos; runs: Set<string> }>()
  readonly #absorbed = new Tallies<string>()
  readonly #notBilled = new Tallies<string>()
  readonly #refused = new Tallies<string>()
  readonly #late = new Tally()
  #earliest: string | null = null
  readonly #startsAt: number
  readonly #statementOf: (seq: number) => number | null

  constructor(startsAt: number, statementOf: (seq: number) => number | null) {
    this.#startsAt = startsAt
    this.#statementOf = statementOf
  }

  add(body: EntryBody): void {
    if (body.refused) {
      this.#refused.of(body.refused.code).add(body.seq)
      return
    }
    if (!body.call) return
    this.#addLate(body)
    const model = body.served?.model ?? body.call.model
    if (CHARGING.includes(body.kind))
      for (const source of body.funding ?? []) this.#draw(body.seq, model, source)
    if (CORRECTING.includes(body.kind)) this.#correct(body, model)
    for (const window of body.windows ?? []) this.#window(window)
    const absorbed = readNanos(body.totals?.absorbed ?? '0')
    if (absorbed > ZERO)
      this.#absorbed.of(body.absorbed_reason ?? 'unknown').add(body.seq, absorbed)
    const why = notBilled(body)
    if (why !== null) this.#notBilled.of(why).add(body.seq)
  }

  #draw(seq: number, model: string, source: FundingFacts): void {
    if (source.drawn !== '0')
      this.#usage.of({ model, source: sourceOf(source) }).add(seq, readNanos(source.drawn))
  }

  #correct(body: EntryBody, model: string): void {
    const what: MovementKind = movementOf(body)
    const statement = body.ref_seq === undefined ? null : this.#statementOf(body.ref_seq)
    for (const source of body.funding ?? []) {
      if (source.drawn === '0') continue
      const key = { what, reason: body.reason ?? null, model, source: sourceOf(source), statement }
      this.#corrections.of(key).add(body.seq, readNanos(source.drawn))
    }
  }

  #window(facts: WindowFacts): void {
    if (facts.start === null || (facts.drawn === '0' && facts.overshoot === '0')) return
    const own = this.#windows.get(facts.id) ?? { used: ZERO, overshoot: ZERO, runs: new Set() }
    own.used = add(own.used, readNanos(facts.drawn))
    own.overshoot = add(own.overshoot, readNanos(facts.overshoot))
    own.runs.add(facts.start)
    this.#windows.set(facts.id, own)
  }

  #addLate(body: EntryBody): void {
    if (readInstant(body.event_at) >= this.#startsAt) return
    this.#late.add(body.seq)
    if (this.#earliest === null || body.event_at < this.#earliest) this.#earliest = body.event_at
  }

  lines(): Pick<
    StatementContent,
    'usage' | 'corrections' | 'windows' | 'absorbed' | 'not_billed' | 'refused' | 'late'
  > {
    return {
      usage: this.#usage.sorted().map(({ key, tally }) => ({ ...key, ...tally.line() })),
      corrections: this.#corrections
        .sorted()
        .map(({ key, tally }) => ({ ...key, ...tally.line() })),
      windows: [...this.#windows].sort(([a], [b]) => (a < b ? -1 : 1)).map(windowLine),
      absorbed: this.#absorbed
        .sorted()
        .map(({ key, tally }): AbsorbedLine => ({ reason: key, ...tally.line() })),
      not_billed: this.#notBilled.sorted().map(countedLine),
      refused: this.#refused.sorted().map(countedLine),
      late: this.#earliest === null ? null : { ...this.#late.range(), earliest: this.#earliest },
    }
  }
}

const countedLine = ({
  key,
  tally,
}: {
  readonly key: string
  readonly tally: Tally
}): NotBilledLine => ({ why: key, ...tally.range() })

const windowLine = ([window_id, own]: [
  string,
  { readonly used: Nanos; readonly overshoot: Nanos; readonly runs: ReadonlySet<string> },
]): WindowLine => ({
  window_id,
  runs: own.runs.size,
  used: formatNanos(own.used),
  overshoot: formatNanos(own.overshoot),
})

const sourceOf = (source: FundingFacts): UsageSource =>
  source.class === 'overage' ? 'overage' : (categoryOf(source) ?? 'included')

const ENDS: readonly EntryBody['kind'][] = ['settle', 'record', 'release', 'expire_hold']

/** Why an attempt that ended was not billed; `null`: it was, or it is no end. */
function notBilled(body: EntryBody): string | null {
  if (!ENDS.includes(body.kind)) return null
  if (body.pending) return body.pending
  return body.outcome?.customer_pays === 'nothing' ? body.outcome.code : null
}

import type { Catalogue } from '../../../src/core/decisions/index.ts'
import { readInstant } from '../../../src/core/ledger/index.ts'
import type { Instant } from '../../../src/core/time/index.ts'
import type { JournalRow } from '../../engine/support/journal.ts'
import { Model } from './model.ts'
import type { Answered } from './script.ts'

/*
 * Several clients asked several servers at once. Were they all answered as if there were one server that
 * does one thing after another? The journal says in which order; holds, which it has only once they have
 * ended, say after which entry and when they were placed, and where that is not enough every order is tried.
 */

/** More orders of holds that were placed in one moment are not tried. */
const TRIES_MAX = 20_000

const SYSTEM = { type: 'system', id: 'housekeeping' } as const

export interface Explained {
  /** In words, what no order explains. */
  readonly problems: readonly string[]
  readonly model: Model
  /** How often an answer was explained, by kind. */
  readonly counts: Readonly<
    Record<'entries' | 'by_themselves' | 'holds' | 'repeats' | 'refusals', number>
  >
}

/** Where an answer stands: after which entry it was, or which one it is. */
interface Placed {
  readonly own: Answered
  readonly seq: number
  readonly type: 'entry' | 'hold'
}

export function explain(
  catalogue: Catalogue,
  answers: readonly Answered[],
  rows: readonly JournalRow[],
): Explained {
  const walk = new Walk(catalogue, answers, rows)
  walk.all()
  return walk
}

/** Of an answer that was decided by it and is no repeat. */
function placeOf(own: Answered): Placed[] {
  const { result, replayed } = own
  if (replayed) return []
  if (result.status === 'admitted') return [{ own, seq: result.admission.seq, type: 'hold' }]
  if (result.status === 'extended' || result.entry === null) return []
  return [{ own, seq: result.entry.seq, type: 'entry' }]
}

class Walk implements Explained {
  model: Model
  readonly problems: string[] = []
  readonly counts = { entries: 0, by_themselves: 0, holds: 0, repeats: 0, refusals: 0 }
  readonly #rows: readonly JournalRow[]
  readonly #entries = new Map<number, Answered>()
  readonly #holds = new Map<number, Answered[]>()
  /** Repeats and refusals without an entry, with the entries between which they were decided. */
  #open: { readonly own: Answered; readonly from: number; readonly to: number }[]

  constructor(catalogue: Catalogue, answers: readonly Answered[], rows: readonly JournalRow[]) {
    this.model = new Model(catalogue)
    this.#rows = rows
    const placed = answers.flatMap(placeOf)
    for (const { own, seq, type } of placed)
      if (type === 'entry') this.#entries.set(seq, own)
      else this.#holds.set(seq, [...(this.#holds.get(seq) ?? []), own])
    this.#open = answers
      .filter((own) => placeOf(own).length === 0)
      .map((own) => ({ own, ...boundsOf(own, placed) }))
    this.problems.push(...placed.flatMap((own) => outOfOrder(own, placed)))
  }

  all(): void {
    while (this.problems.length === 0) {
      this.#explainOpen()
      this.#placeHolds()
      const row = this.#rows[this.model.seq]
      if (!row || this.problems.length > 0) break
      this.#takeEntry(row)
    }
    if (this.problems.length > 0) return
    for (const { own } of this.#open)
      this.problems.push(`${wordsOf(own)}: no state explains ${JSON.stringify(own.result)}`)
  }

  /** The next entry, as it is stored and as it was told. */
  #takeEntry(row: JournalRow): void {
    const own = this.#entries.get(row.seq)
    if (!own) {
      this.#takeExpiry(row)
      return
    }
    const step = this.model.run(own.command, readInstant(row.body.at))
    const [written, ...more] = step.written
    if (written?.text !== row.text || written.hash !== row.hash || more.length > 0)
      this.problems.push(`${wordsOf(own)}: is ${row.text}, and should be ${written?.text}`)
    if (!isEqual(step.result, own.result))
      this.problems.push(`${wordsOf(own)}: was told ${JSON.stringify(own.result)}`)
    this.counts.entries += 1
    this.model = step.model
  }

  /** Before what gives back, ended credit expires by itself, also where nothing is given back then. */
  #takeExpiry({ seq, kind, body, text }: JournalRow): void {
    const { lot_id: lotId } = body
    if (kind !== 'expire_lot' || lotId === undefined || body.actor.type !== 'system') {
      this.problems.push(`entry ${seq} (${kind}): nobody was told about it`)
      return
    }
    const { model, written } = this.model.run(
      { kind, accountId: body.account_id, requestId: `${lotId}#expire`, actor: SYSTEM, lotId },
      readInstant(body.at),
    )
    if (written[0]?.text !== text) this.problems.push(`entry ${seq} (${kind}): ${text}`)
    this.counts.by_themselves += 1
    this.model = model
  }

  #placeHolds(): void {
    const holds = this.#holds.get(this.model.seq) ?? []
    const placed = this.#tryHolds(this.model, byTime(holds), { left: TRIES_MAX })
    if (placed) {
      this.model = placed
      this.counts.holds += holds.length
    } else this.problems.push(`no order explains the holds after entry ${this.model.seq}`)
  }

  #tryHolds(model: Model, holds: readonly Answered[], tries: { left: number }): Model | null {
    const [first] = holds
    if (!first) return model
    for (const own of holds.filter((other) => timeOf(other) === timeOf(first))) {
      if (tries.left-- <= 0) return null
      const step = model.run(own.command, timeOf(own))
      if (step.written.length > 0 || !isEqual(step.result, own.result)) continue
      const rest = this.#tryHolds(
        step.model,
        holds.filter((other) => other !== own),
        tries,
      )
      if (rest) {
        this.model = step.model
        this.#explainOpen()
        return rest
      }
    }
    return null
  }

  #explains(own: Answered, at: Instant): boolean {
    const { model, written, result } = this.model.run(own.command, at)
    // it may move the account's time, as every entry after it does
    return written.length === 0 && model.holds === this.model.holds && isSame(result, own)
  }

  #explainOpen(): void {
    const { seq, lastAt } = this.model
    this.#open = this.#open.filter(({ own, from, to }) => {
      if (seq < from || seq > to) return true
      const times = [lastAt, Math.max(lastAt, own.askedMs), Math.max(lastAt, own.answeredMs)]
      if (!times.some((at) => this.#explains(own, at as Instant))) return true
      this.counts[own.replayed ? 'repeats' : 'refusals'] += 1
      return false
    })
  }
}

const timeOf = ({ result }: Answered): Instant =>
  result.status === 'admitted' ? readInstant(result.admission.at) : (0 as Instant)

const byTime = (holds: readonly Answered[]): Answered[] =>
  [...holds].sort((one, other) => timeOf(one) - timeOf(other))

const isEqual = (one: object, other: object): boolean =>
  JSON.stringify(one) === JSON.stringify(other)

/** For a repeat: a hold may have ended since it was answered, or live longer; the admission stays. */
const isSame = (result: Answered['result'], { result: told }: Answered): boolean =>
  result.status === 'admitted' && told.status === 'admitted'
    ? isEqual(result.admission, told.admission)
    : isEqual(result, told)

/** What had been answered before this was asked is before it, and what was asked later is after it. */
function boundsOf(own: Answered, placed: readonly Placed[]): { from: number; to: number } {
  let [from, to] = [0, Number.POSITIVE_INFINITY]
  for (const other of placed) {
    if (other.own.answeredNs < own.askedNs) from = Math.max(from, other.seq)
    if (other.own.askedNs > own.answeredNs)
      to = Math.min(to, other.type === 'entry' ? other.seq - 1 : other.seq)
  }
  return { from, to }
}

/** Time does not run backwards for anybody: whoever asks after an answer stands after it. */
function outOfOrder(late: Placed, placed: readonly Placed[]): string[] {
  const { from } = boundsOf(
    late.own,
    placed.filter((other) => other !== late),
  )
  const isBefore = late.type === 'entry' ? late.seq <= from : late.seq < from
  return isBefore
    ? [`${wordsOf(late.own)}: stands at ${late.seq}, and ${from} was answered before`]
    : []
}

const wordsOf = ({ client, command }: Answered): string =>
  `${client}: ${command.kind} ${command.requestId}`

import { add, formatNanos, type Nanos, readNanos, ZERO } from '../../money/index.ts'
import type { EntryRange, Flow, MovementKind } from './document.ts'

/** A sum with the entries that it comes from. */
export class Tally {
  amount: Nanos = ZERO
  entries = 0
  firstSeq = 0
  lastSeq = 0

  add(seq: number, amount: Nanos = ZERO): void {
    this.amount = add(this.amount, amount)
    if (this.lastSeq === seq) return
    if (this.entries === 0) this.firstSeq = seq
    this.lastSeq = seq
    this.entries += 1
  }

  range(): EntryRange {
    return { entries: this.entries, first_seq: this.firstSeq, last_seq: this.lastSeq }
  }

  line(): EntryRange & { readonly amount: string } {
    return { amount: formatNanos(this.amount), ...this.range() }
  }
}

/** Tallies by a key, in the order in which the keys came first, or in that of the keys. */
export class Tallies<Key> {
  readonly #all = new Map<string, { readonly key: Key; readonly tally: Tally }>()

  of(key: Key): Tally {
    const text = JSON.stringify(key)
    const known = this.#all.get(text)
    if (known) return known.tally
    const tally = new Tally()
    this.#all.set(text, { key, tally })
    return tally
  }

  sorted(): { readonly key: Key; readonly tally: Tally }[] {
    return [...this.#all.entries()].sort(([a], [b]) => (a < b ? -1 : 1)).map(([, own]) => own)
  }

  listed(): { readonly key: Key; readonly tally: Tally }[] {
    return [...this.#all.values()]
  }
}

/** A balance from its opening to its closing. */
export class FlowTally {
  readonly opening: Nanos
  readonly #movements = new Tallies<MovementKind>()
  #closing: Nanos

  constructor(opening: string) {
    this.opening = readNanos(opening)
    this.#closing = this.opening
  }

  get closing(): Nanos {
    return this.#closing
  }

  get moved(): boolean {
    return this.#movements.listed().length > 0
  }

  move(what: MovementKind, amount: Nanos, seq: number): void {
    this.#movements.of(what).add(seq, amount)
    this.#closing = add(this.#closing, amount)
  }

  flow(): Flow {
    return {
      opening: formatNanos(this.opening),
      movements: this.#movements.listed().map(({ key, tally }) => ({ what: key, ...tally.line() })),
      closing: formatNanos(this.#closing),
    }
  }
}

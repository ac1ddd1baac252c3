import { written } from './amounts.ts'

/** A sum, and the entries that it comes from. */
export class Sum {
  amount = 0n
  #entries = 0
  #first = 0
  #last = 0

  add(seq: number, own = 0n): void {
    this.amount += own
    if (this.#last === seq) return
    if (this.#entries === 0) this.#first = seq
    this.#last = seq
    this.#entries += 1
  }

  range() {
    return { entries: this.#entries, first_seq: this.#first, last_seq: this.#last }
  }
}

export class Sums {
  readonly all = new Map<string, Sum>()

  of(key: unknown): Sum {
    const text = JSON.stringify(key)
    const own = this.all.get(text) ?? new Sum()
    this.all.set(text, own)
    return own
  }

  /** With amounts, sorted by their keys. */
  lines<T extends object>(keyOf: (key: never) => T) {
    return [...this.all]
      .sort(([a], [b]) => (a < b ? -1 : 1))
      .map(([key, sum]) => ({
        ...keyOf(JSON.parse(key) as never),
        amount: written(sum.amount),
        ...sum.range(),
      }))
  }

  counted() {
    return this.lines((why: string) => ({ why })).map(({ amount: _, ...own }) => own)
  }
}

export class Flow {
  readonly #moves = new Sums()
  readonly opening: bigint
  closing: bigint

  constructor(opening: bigint) {
    this.opening = opening
    this.closing = opening
  }

  move(what: string, own: bigint, seq: number): void {
    this.#moves.of(what).add(seq, own)
    this.closing += own
  }

  get isEmpty(): boolean {
    return this.#moves.all.size === 0 && this.closing === 0n
  }

  /** In the order in which the movements came first. */
  flow() {
    const movements = [...this.#moves.all].map(([key, sum]) => ({
      what: JSON.parse(key) as string,
      amount: written(sum.amount),
      ...sum.range(),
    }))
    return { opening: written(this.opening), movements, closing: written(this.closing) }
  }
}

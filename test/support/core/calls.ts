import type { HoldBody } from '../../../src/core/decisions/index.ts'
import { RESIZING } from '../../../src/core/ledger/fold.ts'
import type { EntryBody } from '../../../src/core/ledger/index.ts'
import { readNanos } from '../../../src/core/money/index.ts'

interface CallBook {
  settledSeq: number
  covered: boolean
  /** Window runs that the call drew, or would have drawn, from. */
  runs: readonly string[]
  /** Net money from lots after the windows and from overage. */
  money: bigint
  /** Net of everything that was drawn. */
  net: bigint
  gross: bigint
}

interface Run {
  capacity: bigint
  used: bigint
}

const runName = (facts: { readonly id: string; readonly start: string | null }): string =>
  `${facts.id}@${facts.start}`

/**
 * Charges and window runs, rebuilt from the entries alone by a second hand: nothing here uses the
 * fold, the funding order or the list of paid draws of the code under test.
 */
export class Calls {
  readonly charges = new Map<string, CallBook>()
  readonly runs = new Map<string, Run>()

  observe(entry: EntryBody): void {
    if (entry.refused) return
    for (const facts of entry.windows ?? []) {
      if (facts.start === null) continue
      const run = this.runs.get(runName(facts)) ?? { capacity: readNanos(facts.capacity), used: 0n }
      // what a released hold shows is how the window stood when it was admitted
      if (RESIZING.includes(entry.kind)) run.capacity = readNanos(facts.capacity)
      run.used += readNanos(facts.drawn)
      this.runs.set(runName(facts), run)
    }
    const callId = entry.call?.call_id
    if (callId === undefined) return
    if (entry.kind === 'settle' || entry.kind === 'record') this.#settled(callId, entry)
    else if (entry.ref_seq !== undefined) this.#corrected(callId, entry)
  }

  #settled(callId: string, entry: EntryBody): void {
    if (this.charges.has(callId)) throw new Error(`invariant 4: ${callId} was charged twice`)
    this.charges.set(callId, {
      settledSeq: entry.seq,
      covered: entry.coverage?.effect === 'covered',
      runs: namesOf(entry),
      money: 0n,
      net: 0n,
      gross: 0n,
    })
    this.#draw(callId, entry)
  }

  #corrected(callId: string, entry: EntryBody): void {
    const own = this.charges.get(callId)
    if (!own) return
    if (entry.kind === 'complete') own.runs = namesOf(entry)
    this.#draw(callId, entry)
    if (own.net < 0n) throw new Error(`invariant 12: ${callId} got back more than it cost`)
    if (own.money < 0n) throw new Error(`invariant 12: ${callId} got back more money than it drew`)
  }

  #draw(callId: string, entry: EntryBody): void {
    const own = this.charges.get(callId)!
    for (const source of entry.funding ?? []) {
      const drawn = readNanos(source.drawn)
      own.net += drawn
      if (drawn > 0n && entry.kind !== 'reattribute') own.gross += drawn
      if (source.class !== 'included' && source.class !== 'before_windows') own.money += drawn
    }
  }

  moneyBesideRoom(holds: readonly HoldBody[]): string | null {
    const held = new Map<string, bigint>()
    for (const facts of holds.flatMap((hold) => hold.windows))
      if (facts.start !== null)
        held.set(runName(facts), (held.get(runName(facts)) ?? 0n) + readNanos(facts.drawn))
    for (const [callId, own] of this.charges) {
      if (!own.covered || own.money === 0n || own.runs.length === 0) continue
      const rooms = own.runs.map((name) => {
        const run = this.runs.get(name)!
        return run.capacity - run.used - (held.get(name) ?? 0n)
      })
      if (rooms.every((room) => room > 0n))
        return `${callId} drew ${own.money} of money, its windows have room: ${rooms.join(', ')}`
    }
    return null
  }
}

const namesOf = (entry: EntryBody): string[] =>
  (entry.windows ?? []).filter((facts) => facts.start !== null).map(runName)

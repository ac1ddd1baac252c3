import type { Change, Command, HoldBody, ScopedCap, StoredEntry } from '../core/decisions/index.ts'
import type { AccountState, LotFacts } from '../core/ledger/index.ts'
import { callIdOf, callOfRequest, rangeOf } from './needs.ts'

/** An entry that was decided in this batch, sealed and ready to be written. */
export interface SealedEntry extends StoredEntry {
  /** The body's bytes as they are hashed and stored. */
  readonly text: string
  /** The evidence's, stored beside the body; `null`: there is none. */
  readonly evidence: string | null
}

/**
 * One account within one batch: what was read for it, overlaid with what the batch has decided so far,
 * so that the commands of a batch see one another.
 */
export class Workspace {
  readonly accountId: string
  /** The version on which the batch's decisions rest; 0 = there is no such account yet. */
  version: bigint
  state: AccountState | null
  /** Holds known before the batch: the cache's own map, changed only when the batch has won. */
  readonly #known: Map<string, HoldBody>
  /** The batch before this one, where that was not durable yet when this one was decided. */
  #before: Workspace | null = null
  readonly entries: SealedEntry[] = []
  readonly #read = new Map<string, HoldBody>()
  readonly holdsPut = new Map<string, HoldBody>()
  readonly holdsRemoved = new Set<string>()
  readonly changes: Change[] = []
  changed = false
  /** Read for this batch, not from the cache. */
  readonly loaded: boolean
  #stored: StoredEntry[] = []
  /** This batch's entries by the call or request that they begin with: a busy account has hundreds. */
  readonly #byCall = new Map<string, SealedEntry[]>()
  #caps = new Map<string, ScopedCap>()
  readonly lots = new Map<string, LotFacts>()
  /** The call whose money is to move next, where one was looked for. */
  drawCallId: string | null = null

  constructor(
    accountId: string,
    from: {
      version: bigint
      state: AccountState | null
      holds: Map<string, HoldBody>
      loaded: boolean
    },
  ) {
    this.accountId = accountId
    this.version = from.version
    this.state = from.state
    this.#known = from.holds
    this.loaded = from.loaded
  }

  /** For the next batch of the account: it sees what this one has decided. */
  follow(): Workspace {
    const next = new Workspace(this.accountId, {
      version: this.versionAfter,
      state: this.state,
      holds: this.#known,
      loaded: false,
    })
    next.#before = this
    return next
  }

  /** This batch is over: what it rested on need not be kept. */
  forgetBefore(): void {
    this.#before = null
  }

  /** The account's version once this batch has won. */
  get versionAfter(): bigint {
    return this.changed ? this.version + 1n : this.version
  }

  addStored(entries: readonly StoredEntry[]): void {
    const known = new Set(this.#stored.map((entry) => entry.body.seq))
    this.#stored.push(...entries.filter((entry) => !known.has(entry.body.seq)))
    this.#stored.sort((a, b) => a.body.seq - b.body.seq)
  }

  addCaps(caps: readonly ScopedCap[]): void {
    for (const own of caps) if (!this.#caps.has(own.cap.id)) this.#caps.set(own.cap.id, own)
  }

  get scopedCaps(): readonly ScopedCap[] {
    return [...this.#caps.values()]
  }

  /**
   * Entries of a range of request ids, read or decided in this batch, in `seq` order. The ids of a
   * range begin with the same call or request.
   */
  entriesIn(low: string, high: string): StoredEntry[] {
    const within = ({ body }: StoredEntry) => body.request_id >= low && body.request_id <= high
    const stored = this.#stored.filter(within)
    const after = stored.at(-1)?.body.seq ?? 0
    const decided = this.#decidedOf(callOfRequest(low)).filter((entry) => entry.body.seq > after)
    return [...stored, ...decided.filter(within)]
  }

  /** Of this batch and those that it follows. */
  #decidedOf(call: string): StoredEntry[] {
    const own = this.#byCall.get(call) ?? []
    return this.#before ? [...this.#before.#decidedOf(call), ...own] : own
  }

  /** All entries that were read or decided in this batch. */
  allEntries(): StoredEntry[] {
    return [...this.#stored, ...this.entries]
  }

  entryAt(seq: number): StoredEntry | null {
    const find = (entry: StoredEntry) => entry.body.seq === seq
    return this.#stored.find(find) ?? this.entries.find(find) ?? null
  }

  priorOf(command: Command): StoredEntry[] {
    const range = rangeOf(command)
    return range ? this.entriesIn(range.low, range.high) : []
  }

  holdOf(command: Command): HoldBody | null {
    const callId = callIdOf(command)
    if (callId === null) return null
    const decided = this.#decidedHold(callId)
    if (decided !== undefined) return decided
    return this.#read.get(callId) ?? this.#known.get(callId) ?? null
  }

  /** An open hold that need not be read; `undefined` = it may exist, `null` = it does not. */
  knownHold(callId: string): HoldBody | null | undefined {
    const decided = this.#decidedHold(callId)
    return decided === undefined ? this.#known.get(callId) : decided
  }

  #decidedHold(callId: string): HoldBody | null | undefined {
    if (this.holdsRemoved.has(callId)) return null
    const own = this.holdsPut.get(callId)
    return own || this.#before === null ? own : this.#before.#decidedHold(callId)
  }

  /** A hold that was read for this batch. */
  addHold(hold: HoldBody): void {
    this.#read.set(hold.call_id, hold)
  }

  /** All open holds that are known once the batch has won. */
  knownHolds(): Map<string, HoldBody> {
    for (const [callId, hold] of this.holdsPut) this.#known.set(callId, hold)
    for (const callId of this.holdsRemoved) this.#known.delete(callId)
    return this.#known
  }

  /** Takes a decided change in. */
  accept(change: Change, sealed: SealedEntry | null): void {
    this.changed = true
    this.changes.push(change)
    this.state = sealed ? { ...change.state, hash: sealed.hash } : change.state
    if (sealed) this.#addEntry(sealed)
    if (change.hold?.type === 'put') {
      this.holdsPut.set(change.hold.hold.call_id, change.hold.hold)
      this.holdsRemoved.delete(change.hold.hold.call_id)
    } else if (change.hold) {
      this.holdsPut.delete(change.hold.callId)
      this.holdsRemoved.add(change.hold.callId)
    }
    this.#applyCaps(change)
  }

  #addEntry(sealed: SealedEntry): void {
    this.entries.push(sealed)
    const call = callOfRequest(sealed.body.request_id)
    const known = this.#byCall.get(call)
    if (known) known.push(sealed)
    else this.#byCall.set(call, [sealed])
  }

  #applyCaps(change: Change): void {
    for (const id of change.capDefinitions?.remove ?? []) this.#caps.delete(id)
    for (const cap of change.capDefinitions?.put ?? [])
      this.#caps.set(cap.id, { cap, counters: this.#caps.get(cap.id)?.counters ?? [] })
    for (const own of change.caps) {
      const scoped = this.#caps.get(own.capId)
      if (!scoped) continue
      const old = scoped.counters.find((counter) => counter.bucket === own.bucket)
      const counter = {
        bucket: own.bucket,
        spent: ((old?.spent ?? 0n) + own.spent) as typeof own.spent,
        held: ((old?.held ?? 0n) + own.held) as typeof own.held,
      }
      this.#caps.set(own.capId, {
        cap: scoped.cap,
        counters: [...scoped.counters.filter((kept) => kept !== old), counter],
      })
    }
  }
}

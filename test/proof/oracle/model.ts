import {
  beforehand,
  type Catalogue,
  type Change,
  type Command,
  type Context,
  type Decision,
  decide,
  type HoldBody,
  type Result,
  type StoredEntry,
} from '../../../src/core/decisions/index.ts'
import type { Cap } from '../../../src/core/funding/index.ts'
import type { AccountState, CapCounter } from '../../../src/core/ledger/index.ts'
import { add, ZERO } from '../../../src/core/money/index.ts'
import type { Instant } from '../../../src/core/time/index.ts'
import { seal } from '../../../src/engine/seal.ts'

/** An entry as the model would have written it. */
export interface Written extends StoredEntry {
  readonly text: string
}

/** What one command does: entries that come first by themselves, then its own, and its answer. */
export interface Step {
  readonly model: Model
  readonly written: readonly Written[]
  readonly result: Result
}

type Counters = ReadonlyMap<string, readonly CapCounter[]>

type Known = Pick<Model, 'state' | 'holds' | 'caps' | 'counters'> & {
  readonly entries: readonly StoredEntry[]
}

/**
 * One account, decided one command after another: no cache, no batch, no connection, no version. All that
 * ever was is at hand, so that nothing can be looked up too early, too late or not at all.
 */
export class Model {
  readonly state: AccountState | null
  readonly holds: ReadonlyMap<string, HoldBody>
  readonly caps: ReadonlyMap<string, Cap>
  readonly counters: Counters
  readonly #entries: readonly StoredEntry[]
  readonly #catalogue: Catalogue

  constructor(
    catalogue: Catalogue,
    from: Known = {
      state: null,
      holds: new Map(),
      caps: new Map(),
      counters: new Map(),
      entries: [],
    },
  ) {
    this.#catalogue = catalogue
    this.state = from.state
    this.holds = from.holds
    this.caps = from.caps
    this.counters = from.counters
    this.#entries = from.entries
  }

  get seq(): number {
    return this.state?.seq ?? 0
  }

  get lastAt(): Instant {
    return this.state?.lastAt ?? (0 as Instant)
  }

  /** This model stays as it is. */
  run(command: Command, at: Instant): Step {
    let model: Model = this
    const written: Written[] = []
    for (const own of [...beforehand(this.state, command, at), command]) {
      const decision = decide(model.state, own, model.#contextOf(own, at))
      const next = model.#after(decision)
      model = next.model
      if (next.written) written.push(next.written)
      if (own === command) return { model, written, result: next.result }
    }
    throw new Error('unreachable: the command itself is the last')
  }

  #after(decision: Decision): { model: Model; written: Written | null; result: Result } {
    if (decision.type === 'answer') return { model: this, written: null, result: decision.result }
    const written = decision.entry
      ? seal(this.state?.hash ?? decision.state.hash, decision.entry)
      : null
    return {
      model: new Model(this.#catalogue, {
        state: written ? { ...decision.state, hash: written.hash } : decision.state,
        holds: this.#holdsAfter(decision),
        caps: this.#capsAfter(decision),
        counters: this.#countersAfter(decision),
        entries: written ? [...this.#entries, written] : this.#entries,
      }),
      written,
      result: decision.result ?? answerOf(written),
    }
  }

  #holdsAfter({ hold }: Change): ReadonlyMap<string, HoldBody> {
    if (!hold) return this.holds
    const holds = new Map(this.holds)
    if (hold.type === 'put') holds.set(hold.hold.call_id, hold.hold)
    else holds.delete(hold.callId)
    return holds
  }

  #capsAfter({ capDefinitions }: Change): ReadonlyMap<string, Cap> {
    const after = new Map(this.caps)
    for (const id of capDefinitions?.remove ?? []) after.delete(id)
    for (const cap of capDefinitions?.put ?? []) after.set(cap.id, cap)
    return after
  }

  /** Of every cap that ever was: one that is set again goes on with them. */
  #countersAfter({ caps }: Change): Counters {
    const after = new Map(this.counters)
    for (const { capId, bucket, spent, held } of caps) {
      const all = after.get(capId) ?? []
      const before = all.find((counter) => counter.bucket === bucket)
      const counter = {
        bucket,
        spent: add(before?.spent ?? ZERO, spent),
        held: add(before?.held ?? ZERO, held),
      }
      after.set(capId, [...all.filter((own) => own !== before), counter])
    }
    return after
  }

  #contextOf(command: Command, at: Instant): Context {
    const target =
      command.kind === 'reverse'
        ? (this.#entries.find(({ body }) => body.seq === command.seq) ?? null)
        : null
    const callId = callOf(command) ?? target?.body.call?.call_id ?? null
    return {
      at,
      catalogue: this.#catalogue,
      prior: this.#entries.filter(
        ({ body }) =>
          body.request_id === command.requestId ||
          (callId !== null && body.call?.call_id === callId),
      ),
      hold: callId === null ? null : (this.holds.get(callId) ?? null),
      scopedCaps: [...this.caps.values()].map((cap) => ({
        cap,
        counters: this.counters.get(cap.id) ?? [],
      })),
      lots: [],
      target,
    }
  }
}

function callOf(command: Command): string | null {
  if ('callId' in command) return command.callId
  return 'call' in command ? command.call.callId : null
}

function answerOf(written: Written | null): Result {
  if (!written) throw new Error('a change without an entry has to bring its answer')
  const { body, hash } = written
  return body.refused
    ? { status: 'refused', refused: body.refused, entry: body }
    : { status: 'posted', entry: body, hash }
}

import {
  type Authorize,
  beforehand,
  type Change,
  type Command,
  decide,
  dueDraws,
  type HoldBody,
  type OutcomeCode,
  prune,
  type Result,
  type ScopedCap,
  type StoredEntry,
  selfCheck,
} from '../../../src/core/decisions/index.ts'
import type { Cap, Plan } from '../../../src/core/funding/index.ts'
import { planRef } from '../../../src/core/funding/index.ts'
import {
  type AccountState,
  type CapCounter,
  decodeState,
  type EntryBody,
  encodeState,
} from '../../../src/core/ledger/index.ts'
import type { Nanos } from '../../../src/core/money/index.ts'
import type { Instant } from '../../../src/core/time/index.ts'
import type { NormalisedCall } from '../../../src/core/usage/index.ts'
import { seal } from '../../../src/engine/seal.ts'
import { Auditor } from './auditor.ts'
import {
  at,
  boundOf,
  type CallSketch,
  call,
  costing,
  plan,
  plus,
  TestCatalogue,
  usd,
} from './fixtures.ts'
import { contextFor, type Stored } from './journal.ts'
import { show } from './render.ts'

export const ACCOUNT = 'acct_story'
const ACTOR = { type: 'operator', id: 'op_test' } as const

export interface LedgerOptions {
  readonly plans?: readonly Plan[]
  readonly catalogue?: TestCatalogue
  readonly at?: Instant
  readonly anchor?: Instant
  readonly paidUse?: boolean
  readonly overage?: string
  readonly caps?: readonly Cap[]
  /** Off: `reattribute` commands are left to the test. */
  readonly followUps?: boolean
}

export interface CallOptions extends CallSketch {
  readonly fit?: Authorize['fit']
  readonly minOutput?: number
  readonly ttlMs?: number
  readonly requestId?: string
  readonly askedBy?: string
  readonly inPlaceOf?: string
}

export interface LotOptions {
  readonly expiresAt?: Instant
  readonly effectiveAt?: Instant
  readonly priority?: number
  readonly before?: boolean
  readonly scope?: { models?: readonly string[]; features?: readonly string[] }
  readonly price?: string
  readonly tax?: string
  readonly origin?: 'promotion' | 'compensation' | 'plan' | 'gift'
  readonly requestId?: string
  readonly method?: { readonly brand: string; readonly last4: string }
}

/**
 * One account, run through `decide` the way the engine runs it: sealed entries, open holds, counters
 * beside the state, pruning after each commit, moves of paid draws afterwards. Everything goes through
 * JSON, as it would through the database. After each step the auditor checks the invariants.
 */
export class Ledger implements Stored {
  /** Told of every ledger that is opened, while somebody keeps a record. */
  static onOpened: ((ledger: Ledger) => void) | null = null
  /** Every command, when it came, and the answer, while somebody keeps a record. */
  readonly told: { command: Command; at: Instant; result: Result | null }[] = []
  state: AccountState | null = null
  readonly entries: StoredEntry[] = []
  /** What stands beside an entry, by its `seq`. */
  readonly evidence = new Map<number, unknown>()
  readonly holds = new Map<string, HoldBody>()
  readonly scopedCaps = new Map<string, ScopedCap>()
  readonly catalogue: TestCatalogue
  readonly auditor = new Auditor()
  now: Instant
  readonly #followUps: boolean
  readonly #definitions = new Map<string, Cap>()
  readonly #counters = new Map<string, readonly CapCounter[]>()
  #requests = 0

  constructor(options: LedgerOptions = {}) {
    this.now = options.at ?? at('09:00')
    this.catalogue = options.catalogue ?? new TestCatalogue(options.plans ?? [plan()])
    this.#followUps = options.followUps ?? true
    Ledger.onOpened?.(this)
    this.run({
      kind: 'open_account',
      ...this.#common('open'),
      name: 'Story',
      currency: 'USD',
      plan: planRef([...this.catalogue.plans.values()][0]!),
      ...(options.anchor !== undefined && { anchor: options.anchor }),
    })
    if (options.paidUse || options.overage !== undefined || options.caps)
      this.controls({
        ...(options.paidUse && { paidUse: true }),
        ...(options.overage !== undefined && { overageLimit: usd(options.overage) }),
        ...(options.caps && { caps: options.caps }),
      })
  }

  /** Decides, commits, follows up, and checks every invariant. */
  run(command: Command, when?: Instant): Result {
    if (when !== undefined) this.now = when
    for (const first of beforehand(this.state, command, this.now)) this.#decide(first)
    const told = { command, at: this.now, result: null as Result | null }
    if (Ledger.onOpened) this.told.push(told)
    const result = this.#decide(command)
    told.result = result
    if (this.#followUps) this.followUp()
    return result
  }

  #decide(command: Command): Result {
    const before = this.state
    const context = contextFor(this, command, this.now)
    const decision = decide(before, command, context)
    if (show(decide(before, command, context)) !== show(decision))
      throw new Error(`invariant 16: ${command.kind} is decided in two ways`)
    if (decision.type === 'answer') return decision.result
    const violation = selfCheck(before, decision)
    if (violation !== null) throw new Error(`self-check of ${command.kind}: ${violation}`)
    const result = this.#commit(decision)
    this.auditor.check(this, before, decision)
    return result
  }

  #commit(change: Change): Result {
    const sealed = change.entry ? seal(this.state?.hash ?? change.state.hash, change.entry) : null
    const state = prune(
      sealed ? { ...change.state, hash: sealed.hash } : change.state,
      change.state.lastAt,
    )
    this.state = decodeState(JSON.parse(JSON.stringify(encodeState(state))))
    if (sealed) this.entries.push({ body: JSON.parse(sealed.text) as EntryBody, hash: sealed.hash })
    if (sealed?.evidence) this.evidence.set(sealed.body.seq, JSON.parse(sealed.evidence))
    if (change.hold?.type === 'put')
      this.holds.set(change.hold.hold.call_id, JSON.parse(JSON.stringify(change.hold.hold)))
    if (change.hold?.type === 'remove') this.holds.delete(change.hold.callId)
    this.#commitCaps(change)
    if (change.result) return change.result
    const { body, hash } = this.entries.at(-1)!
    return body.refused
      ? { status: 'refused', refused: body.refused, entry: body }
      : { status: 'posted', entry: body, hash }
  }

  /** Counters stay when a cap goes, as their rows do. */
  #commitCaps(change: Change): void {
    for (const id of change.capDefinitions?.remove ?? []) this.#definitions.delete(id)
    for (const cap of change.capDefinitions?.put ?? []) this.#definitions.set(cap.id, cap)
    for (const own of change.caps) {
      const counters = this.#counters.get(own.capId) ?? []
      const old = counters.find((counter) => counter.bucket === own.bucket)
      const counter = {
        bucket: own.bucket,
        spent: ((old?.spent ?? 0n) + own.spent) as Nanos,
        held: ((old?.held ?? 0n) + own.held) as Nanos,
      }
      this.#counters.set(own.capId, [...counters.filter((kept) => kept !== old), counter])
    }
    this.scopedCaps.clear()
    for (const [id, cap] of this.#definitions)
      this.scopedCaps.set(id, { cap, counters: this.#counters.get(id) ?? [] })
  }

  /** Moves paid draws back to windows with room until the account is at rest. */
  followUp(): void {
    for (let steps = 0; this.state && dueDraws(this.state); steps += 1) {
      if (steps > 1_000) throw new Error('re-attribution never comes to rest')
      const cause = this.entries.at(-1)?.body.call?.call_id ?? 'housekeeping'
      const moved = this.#decide({
        kind: 'reattribute',
        ...this.#common('reattribute'),
        causeCallId: cause,
      })
      if (moved.status !== 'posted') throw new Error(`a due draw was not moved: ${show(moved)}`)
    }
    this.auditor.checkAtRest(this)
  }

  #common(requestId?: string) {
    this.#requests += 1
    return { accountId: ACCOUNT, requestId: requestId ?? `req_${this.#requests}`, actor: ACTOR }
  }

  authorize(callId: string, worst: Nanos, options: CallOptions = {}): Result {
    const requestId =
      options.requestId ?? (options.attempt ? `${callId}#${options.attempt}` : callId)
    return this.run({
      kind: 'authorize',
      ...this.#common(requestId),
      call: call(callId, options),
      bound: boundOf(worst),
      minOutputTokens: options.minOutput ?? 1,
      fit: options.fit ?? 'clamp',
      ttlMs: options.ttlMs ?? 600_000,
      ...(options.askedBy !== undefined && { askedBy: options.askedBy }),
      ...(options.inPlaceOf !== undefined && { inPlaceOf: options.inPlaceOf }),
    })
  }

  settle(
    callId: string,
    used: Nanos | NormalisedCall | null,
    outcome: OutcomeCode = 'succeeded',
    requestId = callId,
  ): Result {
    return this.run({
      kind: 'settle',
      ...this.#common(requestId),
      callId,
      outcome,
      usage: typeof used === 'bigint' ? costing(used) : used,
      evidence: {},
    })
  }

  release(
    callId: string,
    outcome: OutcomeCode = 'error_before_output',
    requestId = callId,
  ): Result {
    return this.run({
      kind: 'release',
      ...this.#common(requestId),
      callId,
      outcome,
      evidence: {},
    })
  }

  extend(callId: string, ttlMs: number): Result {
    return this.run({ kind: 'extend', ...this.#common(callId), callId, ttlMs })
  }

  record(
    callId: string,
    used: Nanos | NormalisedCall | null,
    options: CallSketch & {
      readonly eventAt?: Instant
      readonly outcome?: OutcomeCode
      readonly requestId?: string
    } = {},
  ): Result {
    return this.run({
      kind: 'record',
      ...this.#common(options.requestId ?? callId),
      call: call(callId, options),
      eventAt: options.eventAt ?? this.now,
      outcome: options.outcome ?? 'succeeded',
      usage: typeof used === 'bigint' ? costing(used) : used,
      evidence: {},
    })
  }

  complete(callId: string, reported?: NormalisedCall): Result {
    return this.run({
      kind: 'complete',
      ...this.#common(callId),
      callId,
      ...(reported && { usage: reported }),
    })
  }

  grant(lotId: string, amount: string, options: LotOptions = {}): Result {
    return this.run({
      kind: 'grant',
      ...this.#common(options.requestId),
      lotId,
      name: lotId,
      origin: options.origin ?? 'promotion',
      amount: usd(amount),
      expiresAt: options.expiresAt ?? null,
      ...(options.effectiveAt !== undefined && { effectiveAt: options.effectiveAt }),
      scope: options.scope ?? {},
      position: options.before ? 'before_windows' : 'after_windows',
      priority: options.priority ?? 50,
    })
  }

  topUp(lotId: string, face: string, options: LotOptions = {}): Result {
    return this.run({
      kind: 'top_up',
      ...this.#common(options.requestId),
      lotId,
      name: lotId,
      origin: options.price === undefined ? 'purchase' : 'bundle',
      face: usd(face),
      price: usd(options.price ?? face),
      tax: usd(options.tax ?? '0'),
      expiresAt: options.expiresAt ?? null,
      scope: options.scope ?? {},
      priority: options.priority ?? 50,
      ...(options.method && { facts: { method: options.method } }),
    })
  }

  controls(change: {
    readonly paidUse?: boolean
    readonly overageLimit?: Nanos | null
    readonly caps?: readonly Cap[]
    readonly removeCaps?: readonly string[]
  }): Result {
    return this.run({ kind: 'set_controls', ...this.#common(), ...change })
  }

  requestRaise(
    raiseId: string,
    capId: string,
    amount: Nanos,
    options: {
      readonly until?: Instant | null
      readonly for?: string | null
      readonly member?: string
      readonly ttlMs?: number
    } = {},
  ): Result {
    return this.run({
      kind: 'request_raise',
      ...this.#common(raiseId),
      capId,
      for: options.for ?? null,
      amount,
      until: options.until ?? null,
      reason: 'more to do',
      memberId: options.member ?? null,
      ttlMs: options.ttlMs ?? 14 * 86_400_000,
    })
  }

  decideRaise(
    raiseId: string,
    decision: 'approved' | 'denied' | 'withdrawn',
    more: {
      readonly amount?: Nanos
      readonly until?: Instant | null
      readonly memberId?: string
    } = {},
  ): Result {
    return this.run({
      kind: 'decide_raise',
      ...this.#common(`${raiseId}#decision`),
      raiseId,
      decision,
      ...more,
    })
  }

  changePlan(ref: string): Result {
    return this.run({ kind: 'change_plan', ...this.#common(), plan: ref })
  }

  voidLot(lotId: string): Result {
    return this.run({ kind: 'void_lot', ...this.#common(), lotId, reason: 'given_in_error' })
  }

  expireLot(lotId: string): Result {
    return this.run({ kind: 'expire_lot', ...this.#common(), lotId })
  }

  expireHold(callId: string): Result {
    return this.run({ kind: 'expire_hold', ...this.#common(callId), callId })
  }

  refund(callId: string, amount?: Nanos, reason = 'goodwill', extensionMs?: number): Result {
    return this.run({
      kind: 'refund',
      ...this.#common(`${callId}#refund:${reason}`),
      callId,
      reason,
      ...(amount !== undefined && { amount }),
      ...(extensionMs !== undefined && { extensionMs }),
    })
  }

  reverse(seq: number, finding?: string): Result {
    return this.run({
      kind: 'reverse',
      ...this.#common(`entry:${seq}#reverse`),
      seq,
      reason: 'posted_in_error',
      ...(finding !== undefined && { finding }),
    })
  }

  park(kind: 'park' | 'unpark'): Result {
    return this.run({ kind, ...this.#common(), reason: 'test' })
  }

  /** Moves the clock on. */
  wait(ms: number): this {
    this.now = plus(this.now, ms)
    return this
  }

  lot(id: string) {
    const own = this.state!.lots.find((lot) => lot.id === id)
    if (!own) throw new Error(`lot ${id} is not in the state`)
    return own
  }

  /** The instance of a window that is open now. */
  window(id: string) {
    const own = this.state!.windows.find(
      (w) => w.windowId === id && w.start <= this.now && this.now < w.end,
    )
    if (!own) throw new Error(`window ${id} is not open`)
    return own
  }

  /** The last entry of a kind about a call. */
  entry(callId: string, kind?: EntryBody['kind']): EntryBody {
    const found = this.entries.findLast(
      ({ body }) => body.call?.call_id === callId && (kind === undefined || body.kind === kind),
    )
    if (!found) throw new Error(`no ${kind ?? 'entry'} of ${callId}`)
    return found.body
  }
}

/** The entry of an answer; anything else fails with the answer in the message. */
export function postedEntry(result: Result): EntryBody {
  if (result.status !== 'posted') throw new Error(`expected an entry, got ${show(result)}`)
  return result.entry
}

export function admitted(result: Result) {
  if (result.status !== 'admitted') throw new Error(`expected admission, got ${show(result)}`)
  return result.admission
}

export function refused(result: Result) {
  if (result.status !== 'refused') throw new Error(`expected a refusal, got ${show(result)}`)
  return result.refused
}

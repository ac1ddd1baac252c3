import type { AuditedEntry, OpenHold } from '../../src/core/audit/index.ts'
import {
  type Change,
  type Command,
  decide,
  dueDraws,
  type HoldBody,
  type OutcomeCode,
  prune,
} from '../../src/core/decisions/index.ts'
import { type Cap, type Plan, planRef } from '../../src/core/funding/index.ts'
import { type AccountState, apply, type EntryBody } from '../../src/core/ledger/index.ts'
import { type Nanos, readNanos, ZERO } from '../../src/core/money/index.ts'
import type { PriceBook } from '../../src/core/pricing/index.ts'
import type { Instant } from '../../src/core/time/index.ts'
import { type Dialect, type NormalisedCall, normalise } from '../../src/core/usage/index.ts'
import { BOOKS, PLANS, usd } from './prices.ts'

/** A call as it was served: the provider's words are its evidence. */
export interface Served {
  readonly id: string
  readonly dialect: Dialect
  /** As served; the answer says it. */
  readonly model: string
  readonly tier?: string
  readonly speed?: string
  readonly features?: readonly string[]
  readonly client?: string
  readonly fingerprint?: string
  /** `null`: the provider said nothing. */
  readonly usage: Readonly<Record<string, unknown>> | null
  readonly outcome?: OutcomeCode
  readonly evidence?: Readonly<Record<string, unknown>>
}

/** How a faulty program differs from the real one. */
export interface Fault {
  /** What it takes the usage for. */
  readonly usage?: NormalisedCall
  readonly books?: readonly PriceBook[]
  /** The state as it believes it to be. */
  readonly view?: (state: AccountState) => AccountState
  /** What it writes. */
  readonly edit?: (body: EntryBody) => EntryBody
  readonly outcome?: OutcomeCode
  /** When the call was, if not now. */
  readonly eventAt?: Instant
}

const ACTOR = { type: 'operator', id: 'op_bench' } as const
const HOLD_MS = 600_000

export interface BankOptions {
  readonly plan?: Plan
  readonly books?: readonly PriceBook[]
}

/**
 * One account, run by the real core. A fault is what a program with that bug would have decided: the same
 * code with a wrong view of one thing, so that its entries are as consistent as those of a real bug.
 */
export class Bank {
  readonly accountId: string
  readonly plan: Plan
  readonly books: readonly PriceBook[]
  state: AccountState | null = null
  now: Instant
  readonly entries: AuditedEntry[] = []
  readonly holds = new Map<string, HoldBody>()
  readonly #ofCall = new Map<string, { body: EntryBody; hash: string }[]>()
  #ids = 0

  constructor(
    accountId: string,
    at: Instant,
    { plan = PLANS[0]!, books = BOOKS }: BankOptions = {},
  ) {
    this.accountId = accountId
    this.now = at
    this.plan = plan
    this.books = books
    this.run({
      kind: 'open_account',
      ...this.common('open'),
      name: accountId,
      currency: 'USD',
      plan: planRef(plan),
    })
    this.run({ kind: 'set_controls', ...this.common(), paidUse: true })
  }

  id(kind: string): string {
    this.#ids += 1
    return `${kind}_${this.accountId}_${this.#ids}`
  }

  wait(ms: number): this {
    this.now = (this.now + ms) as Instant
    return this
  }

  common(requestId = this.id('req')) {
    return { accountId: this.accountId, requestId, actor: ACTOR }
  }

  /** Decides and takes the entry into the state, whatever it was decided from. */
  run(command: Command, fault: Fault = {}): EntryBody {
    const body = this.#decide(command, fault)
    while (this.state && dueDraws(this.state)) {
      const cause = body.call?.call_id ?? 'housekeeping'
      this.#decide({ kind: 'reattribute', ...this.common('reattribute'), causeCallId: cause }, {})
    }
    return body
  }

  #decide(command: Command, fault: Fault): EntryBody {
    const change = this.#change(command, fault)
    if (change.hold?.type === 'put') this.holds.set(change.hold.hold.call_id, change.hold.hold)
    if (change.hold?.type === 'remove') this.holds.delete(change.hold.callId)
    const { entry } = change
    if (!entry) {
      this.state = change.state
      return {} as EntryBody
    }
    // as the database would have it
    const body = JSON.parse(JSON.stringify(fault.edit ? fault.edit(entry) : entry)) as EntryBody
    const wrong = fault.view !== undefined || fault.edit !== undefined
    this.state = prune(wrong ? apply(this.state, body) : change.state, change.state.lastAt)
    this.entries.push({ seq: body.seq, body })
    if (body.call) this.#remember(body.call.call_id, body)
    return body
  }

  #remember(callId: string, body: EntryBody): void {
    const own = this.#ofCall.get(callId)
    if (own) own.push({ body, hash: '' })
    else this.#ofCall.set(callId, [{ body, hash: '' }])
  }

  #change(command: Command, { view, books = this.books }: Fault): Change {
    const state = this.state && view ? view(this.state) : this.state
    const decision = decide(state, command, {
      at: this.now,
      catalogue: { plan: (ref) => (planRef(this.plan) === ref ? this.plan : undefined), books },
      prior: this.#prior(command),
      hold: 'callId' in command ? (this.holds.get(command.callId) ?? null) : null,
      scopedCaps: [],
      lots: [],
      target: null,
    })
    if (decision.type === 'answer') throw new Error(JSON.stringify(decision.result))
    return decision
  }

  #prior(command: Command) {
    if (command.kind === 'reattribute') {
      const due = this.state && dueDraws(this.state)
      const next = this.entries.find(
        ({ body }) => body.draw_key === due?.key && body.seq > (due?.afterSeq ?? 0),
      )
      return this.#ofCall.get(next?.body.call?.call_id ?? '') ?? []
    }
    return 'callId' in command ? (this.#ofCall.get(command.callId) ?? []) : []
  }

  #description(own: Served) {
    return {
      callId: own.id,
      attempt: 1,
      model: own.model,
      features: own.features ?? [],
      client: own.client ?? null,
      keyId: null,
      memberId: null,
      projectId: null,
      sessionId: null,
      tier: null,
      speed: null,
      region: null,
      dialect: own.dialect,
      route: null,
      fingerprint: own.fingerprint ?? null,
    }
  }

  #record(own: Served, fault: Fault): Command {
    const usage = own.usage === null ? null : readServed(own)
    return {
      kind: 'record',
      ...this.common(own.id),
      call: this.#description(own),
      eventAt: fault.eventAt ?? this.now,
      outcome: fault.outcome ?? own.outcome ?? 'succeeded',
      usage: fault.usage ?? usage,
      evidence: evidenceOf(own),
    }
  }

  /** A call that is reported afterwards. */
  record(own: Served, fault: Fault = {}): EntryBody {
    return this.run(this.#record(own, fault), fault)
  }

  /** What the customer would carry of a call; nothing is posted. */
  quote(own: Served, fault: Fault = {}): Nanos {
    const { entry } = this.#change(this.#record(own, fault), fault)
    return carriedBy(entry!)
  }

  authorize(own: Served, maxOutputTokens: number, fault: Fault = {}): EntryBody {
    return this.run(
      {
        kind: 'authorize',
        ...this.common(own.id),
        call: this.#description(own),
        bound: {
          promptTokensMax: 4_000,
          promptTokensExpected: 3_000,
          promptKinds: ['input', 'cache_read'],
          maxOutputTokens,
          outputKinds: ['output'],
          fees: {},
        },
        minOutputTokens: 1,
        fit: 'refuse',
        ttlMs: HOLD_MS,
      },
      fault,
    )
  }

  settle(own: Served): EntryBody {
    return this.run({
      kind: 'settle',
      ...this.common(own.id),
      callId: own.id,
      outcome: own.outcome ?? 'succeeded',
      usage: own.usage === null ? null : readServed(own),
      evidence: evidenceOf(own),
    })
  }

  refund(callId: string, fault: Fault = {}): EntryBody {
    const requestId = `${callId}#refund:goodwill`
    return this.run(
      { kind: 'refund', ...this.common(requestId), callId, reason: 'goodwill' },
      fault,
    )
  }

  grant(amount: string, own: { expiresAt?: Instant; models?: readonly string[] } = {}): EntryBody {
    return this.run({
      kind: 'grant',
      ...this.common(),
      lotId: this.id('lot'),
      name: 'gift',
      origin: 'promotion',
      amount: usd(amount),
      expiresAt: own.expiresAt ?? null,
      scope: own.models ? { models: own.models } : {},
      position: 'after_windows',
      priority: 50,
    })
  }

  topUp(
    amount: string,
    own: Partial<Extract<Command, { kind: 'top_up' }>> = {},
    fault: Fault = {},
  ) {
    return this.run(
      {
        kind: 'top_up',
        ...this.common(own.requestId ?? this.id('pay')),
        lotId: this.id('lot'),
        name: 'credit',
        origin: 'purchase',
        face: usd(amount),
        price: usd(amount),
        tax: ZERO,
        expiresAt: null,
        scope: {},
        priority: 50,
        ...own,
      },
      fault,
    )
  }

  caps(caps: readonly Cap[]): EntryBody {
    return this.run({ kind: 'set_controls', ...this.common(), caps })
  }

  removeCaps(ids: readonly string[]): EntryBody {
    return this.run({ kind: 'set_controls', ...this.common(), removeCaps: ids })
  }

  autoReload(amount: string, limits: { day: string; month: string }): EntryBody {
    return this.run({
      kind: 'set_auto_reload',
      ...this.common(),
      terms: {
        trigger_below: '5',
        amount,
        target: null,
        max_per_day: limits.day,
        max_per_month: limits.month,
        method_id: 'pm_1',
        tax: { policy: 'none@1', rate: '0' },
      },
      consent: { text: 'Buy again.', locale: 'en', version: '1' },
    })
  }

  openHolds(): OpenHold[] {
    return [...this.holds.values()]
  }
}

/** The answer that the evidence is of, read by the program itself. */
export const readServed = (own: Served): NormalisedCall => ({
  ...normalise(own.dialect, own.usage),
  model: own.model,
  tier: own.tier ?? null,
  speed: own.speed ?? null,
})

const evidenceOf = (own: Served): Readonly<Record<string, unknown>> => ({
  ...(own.usage && { provider_usage: own.usage }),
  retry_count: 0,
  message_id: `msg_${own.id}`,
  ...own.evidence,
})

export const carriedBy = ({ totals }: EntryBody): Nanos =>
  (readNanos(totals?.money ?? '0') + readNanos(totals?.included ?? '0')) as Nanos

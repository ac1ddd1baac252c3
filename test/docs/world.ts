import { alertMessage } from '../../src/contract/alerts/index.ts'
import { explain, explainBlock, inUtc, nextCallSentence } from '../../src/contract/explain/index.ts'
import { blockCard, buildReceipt, type JournalEntry } from '../../src/contract/receipt/index.ts'
import { groups, happeningOf, itemOf } from '../../src/contract/timeline/index.ts'
import { alertSettings, lookForAlerts, NO_SPEND } from '../../src/core/alerts/index.ts'
import {
  type AccountView,
  accountView,
  type Catalogue,
  type Change,
  type Command,
  type Context,
  decide,
  dueDraws,
  type HoldBody,
  type PastView,
  pastView,
  planOf,
  type Result,
  type ScopedCap,
  type StoredEntry,
  selfCheck,
} from '../../src/core/decisions/index.ts'
import { type Plan, planRef } from '../../src/core/funding/index.ts'
import {
  type AccountState,
  GENESIS_HASH,
  type Known,
  type LotFacts,
  learn,
  openingAfter,
  type StatementContent,
  StatementFold,
} from '../../src/core/ledger/index.ts'
import { nanos } from '../../src/core/money/index.ts'
import type { PriceBook } from '../../src/core/pricing/index.ts'
import { formatInstant, type Instant, parseInstant } from '../../src/core/time/index.ts'
import { seal } from '../../src/engine/seal.ts'
import { withEvidence } from '../../src/store/evidence/compose.ts'

export const instantOf = (text: string): Instant => {
  const at = parseInstant(text)
  if (at === undefined) throw new Error(`not a time: ${text}`)
  return at
}

const SYSTEM = { type: 'system', id: 'engine' } as const

/**
 * One account in memory, decided by the real core: what the engine does with a database around it.
 * Enough for examples; not a store.
 */
export class World {
  readonly accountId = 'acct_example'
  readonly entries: JournalEntry[] = []
  readonly #plans = new Map<string, Plan>()
  readonly #books: readonly PriceBook[]
  readonly #holds = new Map<string, HoldBody>()
  readonly #caps = new Map<string, ScopedCap>()
  readonly #refused = new Map<string, Extract<Result, { status: 'refused' }>>()
  #state: AccountState | null = null

  constructor(books: readonly PriceBook[]) {
    this.#books = books
  }

  /** Of all that has happened, as one cycle. */
  statement(): StatementContent {
    const fold = new StatementFold({
      opening: openingAfter(null),
      startsAt: 0,
      statementOf: () => null,
    })
    for (const { body } of this.entries) fold.add(body)
    return fold.content()
  }

  get state(): AccountState {
    if (!this.#state) throw new Error('the account is not open')
    return this.#state
  }

  addPlan(plan: Plan): string {
    this.#plans.set(planRef(plan), plan)
    return planRef(plan)
  }

  /** Decides, seals and keeps; then moves paid draws back while windows have room, as the engine does. */
  execute(command: Command, at: Instant): Result | null {
    const result = this.#decide(command, at, this.#contextOf(command, at))
    const callId = callIdOf(command)
    if (result?.status === 'refused' && callId) this.#refused.set(callId, result)
    if (callId) this.#moveBack(callId, at)
    return result
  }

  #decide(command: Command, at: Instant, context: Context): Result | null {
    const before = this.#state
    const decision = decide(before, command, context)
    if (decision.type === 'answer') return decision.result
    const wrong = selfCheck(before, decision)
    if (wrong !== null) throw new Error(`${command.kind} at ${at}: ${wrong}`)
    return this.#commit(decision)
  }

  #commit(change: Change): Result | null {
    const hash = change.entry ? this.#seal(change.entry) : (this.#state?.hash ?? GENESIS_HASH)
    this.#state = { ...change.state, hash }
    if (change.hold?.type === 'put') this.#holds.set(change.hold.hold.call_id, change.hold.hold)
    if (change.hold?.type === 'remove') this.#holds.delete(change.hold.callId)
    for (const cap of change.capDefinitions?.put ?? []) {
      this.#caps.set(cap.id, { cap, counters: this.#caps.get(cap.id)?.counters ?? [] })
    }
    for (const id of change.capDefinitions?.remove ?? []) this.#caps.delete(id)
    for (const moved of change.caps) this.#count(moved)
    if (change.result || !change.entry) return change.result
    const { entry } = change
    return entry.refused
      ? { status: 'refused', refused: entry.refused, entry }
      : { status: 'posted', entry, hash }
  }

  #seal(body: StoredEntry['body']): string {
    const previous_hash = this.#state?.hash ?? GENESIS_HASH
    const sealed = seal(previous_hash, body)
    const { hash } = sealed
    this.entries.push({ body: withEvidence(sealed.body, sealed.evidence), hash, previous_hash })
    return hash
  }

  #count(moved: Change['caps'][number]): void {
    const own = this.#caps.get(moved.capId)
    if (!own) return
    const old = own.counters.find(({ bucket }) => bucket === moved.bucket)
    const counter = {
      bucket: moved.bucket,
      spent: nanos((old?.spent ?? 0n) + moved.spent),
      held: nanos((old?.held ?? 0n) + moved.held),
    }
    const others = own.counters.filter(({ bucket }) => bucket !== moved.bucket)
    this.#caps.set(moved.capId, { cap: own.cap, counters: [...others, counter] })
  }

  #contextOf(command: Command, at: Instant, prior?: readonly StoredEntry[]): Context {
    const callId = callIdOf(command)
    const found = (prior ?? this.entries).filter(
      ({ body }) =>
        body.request_id === command.requestId ||
        (callId !== undefined && body.call?.call_id === callId),
    )
    const target =
      command.kind === 'reverse'
        ? this.entries.find(({ body }) => body.seq === command.seq)
        : undefined
    return {
      at,
      catalogue: this.#catalogue(),
      prior: prior ?? found,
      hold: (callId && this.#holds.get(callId)) || null,
      scopedCaps: [...this.#caps.values()],
      lots: this.lots(),
      target: target ?? null,
    }
  }

  #catalogue(): Catalogue {
    return { plan: (ref) => this.#plans.get(ref), books: this.#books }
  }

  #moveBack(causeCallId: string, at: Instant): void {
    for (let due = dueDraws(this.state); due; due = dueDraws(this.state)) {
      const { key, afterSeq } = due
      const call = this.entries.find(({ body }) => body.draw_key === key && body.seq > afterSeq)
        ?.body.call?.call_id
      if (!call) throw new Error(`nothing drew on ${key}`)
      const command = {
        kind: 'reattribute',
        accountId: this.accountId,
        requestId: `${causeCallId}#moved:${this.state.seq}`,
        actor: SYSTEM,
        causeCallId,
      } as const
      const result = this.#decide(command, at, this.#contextOf(command, at, this.entriesOf(call)))
      if (result?.status !== 'posted') throw new Error(`not moved: ${JSON.stringify(result)}`)
    }
  }

  lots(): LotFacts[] {
    return this.entries.flatMap(({ body }) => (body.lot ? [body.lot] : []))
  }

  entriesOf(callId: string): JournalEntry[] {
    return this.entries.filter(({ body }) => body.call?.call_id === callId)
  }

  receipt(callId: string) {
    const { currency } = this.state
    return buildReceipt(this.entriesOf(callId), { lots: this.lots(), currency })
  }

  says(callId: string, lang: 'en' | 'ja' = 'en'): string {
    return explain(this.receipt(callId), { ...inUtc(lang), length: 'short' }).join(' ')
  }

  /** The card of the newest refusal about a call. */
  card(callId: string) {
    const refused = this.#refused.get(callId)
    if (!refused) throw new Error(`${callId} was not refused`)
    return blockCard(refused.refused, refused.entry, {
      currency: this.state.currency,
      call_id: callId,
    })
  }

  blocked(callId: string): string {
    return explainBlock(this.card(callId), inUtc('en')).join(' ')
  }

  /** The sentences of the timeline, the latest first. */
  timeline(lang: 'en' | 'ja'): string[] {
    const lots = new Map(this.lots().map((lot) => [lot.id, lot]))
    const happened = this.entries.map(({ body }) => happeningOf(body, lots)).reverse()
    const about = { currency: this.state.currency, timeZone: 'UTC' }
    return groups(happened).map((own) => itemOf(own, about).sentence[lang])
  }

  /** As the journal tells it of a moment. */
  stateAt(at: Instant): PastView {
    const bodies = this.entries.map(({ body }) => body)
    const known = bodies
      .filter((body) => instantOf(body.at) <= at)
      .reduce<Known | null>((so, body) => learn(so, body), null)
    if (!known) throw new Error('the account is not open')
    return pastView(known, planOf(this.#catalogue(), known.state.plan), at)
  }

  view(at: Instant): AccountView {
    return accountView(this.state, planOf(this.#catalogue(), this.state.plan), at)
  }

  /** What is crossed at a moment, as the subject lines have it. */
  tells(at: Instant): string[] {
    const { state } = this
    const look = lookForAlerts(
      {
        state,
        plan: planOf(this.#catalogue(), state.plan),
        scopedCaps: [],
        settings: alertSettings({}, state.currency),
        spend: NO_SPEND,
        armed: [],
        changes: this.entries.map(({ body }) => body).filter(({ kind }) => kind === 'set_controls'),
      },
      at,
    )
    const about = { account_id: state.accountId, account_name: state.name, seq: state.seq }
    const moment = { currency: state.currency, as_of: formatInstant(at) }
    return look.crossings.map(
      ({ alert: { facts } }) =>
        alertMessage({ ...about, ...moment, facts }, { lang: 'en', timeZone: 'UTC' }).title,
    )
  }

  next(at: Instant): string {
    return nextCallSentence(this.view(at), inUtc('en'))
  }
}

function callIdOf(command: Command): string | undefined {
  if ('call' in command) return command.call.callId
  return 'callId' in command ? command.callId : undefined
}

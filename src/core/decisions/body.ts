import type { CallFacts, CapUse, SourceTrace, WindowInstance } from '../funding/index.ts'
import { countsAgainst, eachOf } from '../funding/index.ts'
import type {
  AccountState,
  CallFactsBody,
  CapUseFacts,
  EntryBody,
  EntryKind,
  FundingFacts,
  RefusalFacts,
  UsageFacts,
  WindowFacts,
} from '../ledger/index.ts'
import { apply } from '../ledger/index.ts'
import { formatNanos, type Nanos, ZERO } from '../money/index.ts'
import { formatInstant, type Instant } from '../time/index.ts'
import type { NormalisedCall, Usage } from '../usage/usage.ts'
import type { CallDescription, Command } from './commands.ts'
import type { Change, Context } from './decision.ts'

/** The members that every entry has, in the order in which they are hashed. */
export function head(
  state: AccountState | null,
  command: Command,
  context: Context,
  content: Readonly<Record<string, unknown>>,
  eventAt?: Instant,
): Pick<
  EntryBody,
  | 'account_id'
  | 'seq'
  | 'kind'
  | 'at'
  | 'event_at'
  | 'request_id'
  | 'currency'
  | 'actor'
  | 'command'
> {
  const at = timeOf(state, context)
  return {
    account_id: command.accountId,
    seq: (state?.seq ?? 0) + 1,
    kind: command.kind as EntryKind,
    at: formatInstant(at),
    event_at: formatInstant(eventAt ?? at),
    request_id: command.requestId,
    currency: state?.currency ?? (command.kind === 'open_account' ? command.currency : ''),
    actor: command.actor,
    command: content,
  }
}

/** The decision's time: the database's, never before the account's last one. */
export const timeOf = (state: AccountState | null, context: Context): Instant =>
  state && state.lastAt > context.at ? state.lastAt : context.at

/** A change that is its entry: the new state is the fold of it. */
export const posted = (
  state: AccountState | null,
  entry: EntryBody,
  rest: Partial<Change> = {},
): Change => ({
  type: 'change',
  state: apply(state, entry),
  entry,
  hold: null,
  caps: [],
  capDefinitions: null,
  result: null,
  ...rest,
})

/** A refusal that goes into the journal: nothing moves but `seq`. */
export function refusedEntry(
  state: AccountState,
  command: Command,
  context: Context,
  refused: RefusalFacts,
  rest: Partial<EntryBody> & { readonly content: Readonly<Record<string, unknown>> },
): Change {
  const { content, ...facts } = rest
  return posted(state, {
    ...head(state, command, context, content),
    postings: [],
    refused,
    ...facts,
  })
}

export const callFacts = (call: CallDescription): CallFactsBody => ({
  call_id: call.callId,
  attempt: call.attempt,
  model: call.model,
  features: call.features,
  client: call.client,
  key_id: call.keyId,
  member_id: call.memberId,
  project_id: call.projectId,
  session_id: call.sessionId,
  ...(call.parentCallId !== undefined && { parent_call_id: call.parentCallId }),
  ...(call.tags !== undefined && { tags: call.tags }),
  tier: call.tier,
  speed: call.speed,
  region: call.region,
  dialect: call.dialect,
  route: call.route,
  fingerprint: call.fingerprint,
})

export const usageFacts = (usage: Usage): UsageFacts => ({
  tokens: usage.tokens as Readonly<Record<string, number>>,
  fees: usage.fees,
  estimated: usage.estimated,
  flags: usage.flags,
})

/** A normalised call as the journal keeps it. */
export function normalisedFacts(call: NormalisedCall | null): UsageFacts | null {
  if (!call?.usage) return null
  if (call.parts.length === 0) return usageFacts(call.usage)
  return {
    ...usageFacts(call.usage),
    parts: call.parts.map((part) => ({ model: part.model, ...usageFacts(part.usage) })),
  }
}

export const fundingFacts = (trace: readonly SourceTrace[]): FundingFacts[] =>
  trace.map((step) => ({
    class: step.class,
    source: step.source,
    ...(step.class === 'before_windows' && step.category && { category: step.category }),
    free: formatNanos(step.free),
    drawn: formatNanos(step.drawn),
    reason: step.reason,
    ...(step.capId !== undefined && { cap_id: step.capId }),
    ...(step.windowId !== undefined && { window_id: step.windowId }),
  }))

/** The trace of a refusal: what each source could have given; nothing was drawn. */
export const refusedTrace = (trace: readonly SourceTrace[]): FundingFacts[] =>
  fundingFacts(trace.map((step) => ({ ...step, drawn: ZERO })))

export const windowFacts = (
  instance: WindowInstance,
  change: { readonly drawn: Nanos; readonly overshoot: Nanos },
  begun = true,
): WindowFacts => ({
  id: instance.windowId,
  start: begun ? formatInstant(instance.start) : null,
  end: begun ? formatInstant(instance.end) : null,
  capacity: formatNanos(instance.capacity),
  used: formatNanos(instance.used),
  held: formatNanos(instance.held),
  drawn: formatNanos(change.drawn),
  overshoot: formatNanos(change.overshoot),
  ...promotionFacts(instance),
})

/** The promotion that a run began in, and what its capacity would be without it. */
export const promotionFacts = ({ promotion }: Pick<WindowInstance, 'promotion'>) =>
  promotion
    ? {
        promotion: {
          id: promotion.id,
          name: promotion.name,
          multiplier: promotion.multiplier,
          base_capacity: formatNanos(promotion.baseCapacity),
        },
      }
    : {}

/** What of a trace counts against a cap. */
function counted(use: CapUse, trace: readonly SourceTrace[]): Nanos {
  let total = 0n
  for (const step of trace) if (countsAgainst(use.cap, step.category)) total += step.drawn
  return total as Nanos
}

export interface CountedDraws {
  readonly trace: readonly SourceTrace[]
  /** By cap id: what the call's own hold had reserved. */
  readonly promised?: ReadonlyMap<string, Nanos>
  /** What a hold reserves of the caps that count everything: more than it holds on the windows. */
  readonly worst?: Nanos
}

export const capFactsOf = (
  uses: readonly CapUse[],
  call: CallFacts,
  draws: CountedDraws,
): CapUseFacts[] =>
  uses.map((use) => {
    const own = counted(use, draws.trace)
    const drawn = use.cap.counts === 'all' ? (draws.worst ?? own) : own
    return {
      id: use.cap.id,
      scope: use.cap.scope,
      scope_id: eachOf(use.cap, call) ?? use.cap.scopeId,
      period: use.cap.period,
      bucket: use.bucket,
      amount: formatNanos(use.amount),
      spent: formatNanos(use.spent),
      held: formatNanos(use.held),
      counts: use.cap.counts,
      ...(use.beside && { beside: true as const }),
      ...exceeding(use, drawn, draws.promised),
      drawn: formatNanos(drawn),
    }
  })

const exceeding = (use: CapUse, drawn: Nanos, promised?: ReadonlyMap<string, Nanos>) =>
  drawn > ZERO && use.spent + use.held + drawn > use.amount
    ? { promised: formatNanos(promised?.get(use.cap.id) ?? ZERO) }
    : {}

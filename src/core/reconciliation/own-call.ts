import type { EntryBody, UsageFacts } from '../ledger/index.ts'
import { readInstant } from '../ledger/index.ts'
import {
  DIALECTS,
  type Dialect,
  normalise,
  PROMPT_KINDS,
  TOKEN_KINDS,
  type TokenKind,
  type Usage,
} from '../usage/index.ts'
import type { BillingProvider, OpenCause, OwnCall } from './types.ts'

const PROVIDERS: Readonly<Partial<Record<Dialect, BillingProvider>>> = {
  anthropic: 'anthropic',
  openai_chat: 'openai',
  openai_responses: 'openai',
}

type Counts = Readonly<Partial<Record<TokenKind, number>>>

/** How an outcome stands towards the provider: whether what was reported is billed for sure. */
const STANDING: Readonly<
  Record<string, { readonly counts: boolean; readonly open: OpenCause | null }>
> = {
  succeeded: { counts: true, open: null },
  refused_after_output: { counts: true, open: null },
  // a provider says before output that it refuses, and bills nothing; the usage is for information
  refused_before_output: { counts: false, open: 'refused' },
  client_aborted: { counts: true, open: 'client_aborted' },
  client_aborted_before_output: { counts: false, open: 'client_aborted' },
  upstream_failed_mid_stream: { counts: false, open: 'upstream_failed' },
  error_before_output: { counts: false, open: 'upstream_failed' },
  usage_zero_with_output: { counts: false, open: 'usage_missing' },
  gateway_crashed: { counts: false, open: 'usage_missing' },
}

/**
 * The provider's side of an attempt, from the entry that ended it: the usage as the provider reported
 * it, whatever the customer pays, and at most how much more the provider can have counted. `null`: the
 * attempt never went to a provider that bills, or to none that is known.
 */
export function ownCallOf(body: EntryBody): { provider: BillingProvider; call: OwnCall } | null {
  const { call } = body
  const dialect = DIALECTS.find((known) => known === call?.dialect)
  const provider = dialect && PROVIDERS[dialect]
  const standing = standingOf(body)
  if (!call || !provider || !standing || wasNotSent(body)) return null
  const usage = usageOf(body, dialect)
  const isMissing = body.pending === 'usage_missing' || (standing.counts && usage === null)
  const cause = isMissing ? 'usage_missing' : isWhole(body, standing.counts) ? null : standing.open
  const counted = standing.counts && !isMissing ? usage : null
  return {
    provider,
    call: {
      at: readInstant(body.event_at),
      ...servedOf(body, call.model),
      tokens: counted?.tokens ?? {},
      fees: counted?.fees ?? {},
      open: cause && { cause, most: mostOf(usage?.tokens ?? {}, counted !== null, body) },
    },
  }
}

const servedOf = ({ served }: EntryBody, requested: string) => ({
  model: served?.model ?? requested,
  tier: served?.tier ?? null,
  speed: served?.speed ?? null,
  region: served?.region ?? null,
})

function standingOf({ kind, outcome, refused }: EntryBody) {
  if (refused) return undefined
  return STANDING[outcome?.code ?? (kind === 'expire_hold' ? 'gateway_crashed' : '')]
}

const wasNotSent = ({ evidence }: EntryBody): boolean =>
  Array.isArray(evidence?.flags) && evidence.flags.includes('not_sent')

/**
 * Nothing is left open where the provider was read to its end although the client had left, or where it
 * answered with an error: such requests are not charged.
 */
const isWhole = ({ evidence }: EntryBody, counts: boolean): boolean =>
  counts
    ? typeof evidence?.stop_reason === 'string' && evidence.provider_usage !== undefined
    : typeof evidence?.upstream_status === 'number' && evidence.upstream_status >= 400

/** In the provider's own words where they were kept. */
function usageOf(body: EntryBody, dialect: Dialect): Pick<Usage, 'tokens' | 'fees'> | null {
  const reported = body.evidence?.provider_usage
  return reported === undefined ? factsOf(body.usage) : normalise(dialect, reported).usage
}

/** Our own estimates are nobody's bill. */
function factsOf(usage: UsageFacts | null | undefined): Pick<Usage, 'tokens' | 'fees'> | null {
  if (!usage) return null
  const kinds = TOKEN_KINDS.filter((kind) => !usage.estimated.includes(kind))
  const tokens = Object.fromEntries(
    kinds.flatMap((kind) => (usage.tokens[kind] === undefined ? [] : [[kind, usage.tokens[kind]]])),
  )
  return { tokens, fees: usage.fees }
}

/**
 * What can be billed beside what is counted: the prompt has at most a token for each byte of the
 * request, the answer at most as many as were allowed.
 */
function mostOf(known: Counts, counts: boolean, { evidence, hold }: EntryBody): Counts {
  const prompt = PROMPT_KINDS.filter((kind) => (known[kind] ?? 0) > 0)
  const most: Partial<Record<TokenKind, number>> = {}
  if (prompt.length === 0) most.input = numberOf(evidence?.request_bytes)
  else if (!counts) for (const kind of prompt) most[kind] = known[kind] ?? 0
  const limits = evidence?.max_output_tokens as { readonly sent?: unknown } | undefined
  const allowed = numberOf(limits?.sent) || (hold?.max_output_tokens ?? 0)
  const written = (known.output ?? 0) + (known.reasoning ?? 0)
  most.output = counts ? Math.max(0, allowed - written) : Math.max(allowed, written)
  return most
}

const numberOf = (value: unknown): number =>
  typeof value === 'number' && Number.isSafeInteger(value) && value > 0 ? value : 0

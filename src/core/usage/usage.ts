/**
 * Usage in normal form: disjoint quantities. Whatever a provider's field includes or excludes, here
 * no token is counted under two kinds.
 */

/** Token kinds, in the order in which receipts list them. */
export const TOKEN_KINDS = [
  'input',
  'cache_read',
  'cache_write_5m',
  'cache_write_1h',
  'cache_write',
  'input_audio',
  'input_image',
  'output',
  'reasoning',
  'output_audio',
  'output_image',
] as const

export type TokenKind = (typeof TOKEN_KINDS)[number]

/** Kinds that are part of the prompt: their sum decides the band. */
export const PROMPT_KINDS: readonly TokenKind[] = [
  'input',
  'cache_read',
  'cache_write_5m',
  'cache_write_1h',
  'cache_write',
  'input_audio',
  'input_image',
]

export const OUTPUT_KINDS: readonly TokenKind[] = [
  'output',
  'reasoning',
  'output_audio',
  'output_image',
]

/** The wire formats that can be read. */
export const DIALECTS = [
  'anthropic',
  'openai_chat',
  'openai_responses',
  'gemini',
  'otel',
  'ai_sdk',
] as const
export type Dialect = (typeof DIALECTS)[number]

/** What made a reading less than plain. Never renamed; shown on the receipt. */
export type UsageFlag =
  /** The parts do not add up to the provider's total: read at the lowest consistent reading. */
  | 'identity_broken'
  /** A subset exceeds the set it is part of (cached > prompt): read at the lowest. */
  | 'subset_exceeds_total'
  /** Cached and image or audio tokens overlap; the provider does not say how. */
  | 'modality_overlap'
  /** A count was not a whole number from 0 to a billion and was read as absent. */
  | 'malformed_count'
  /** Provider reported zero output although text was delivered. */
  | 'zero_reported_with_output'
  /** More output than the request was allowed: not charged until it is known what is right. */
  | 'output_beyond_limit'
  /** A quantity is our estimate, not the provider's count. */
  | 'estimated'
  /** Entries of other models (fallback, advisor) are part of the call. */
  | 'multiple_models'

/**
 * Usage of one call (or of one part of it that a single model served).
 *
 * A kind that is missing from `tokens` is *absent*: the provider did not say. A kind with `0` was
 * *reported* as zero. The two are never mixed. Kinds named in `estimated` are our own count.
 */
export interface Usage {
  /** Whole tokens by kind, disjoint. */
  readonly tokens: Readonly<Partial<Record<TokenKind, number>>>
  /** Counted fees by name, e.g. `web_search: 2`. An open set. */
  readonly fees: Readonly<Record<string, number>>
  readonly estimated: readonly TokenKind[]
  readonly flags: readonly UsageFlag[]
}

export const NO_USAGE: Usage = { tokens: {}, fees: {}, estimated: [], flags: [] }

/** Tokens that the model read: all prompt kinds. */
export function promptTokens(usage: Usage): number {
  let total = 0
  for (const kind of PROMPT_KINDS) total += usage.tokens[kind] ?? 0
  return total
}

/** Tokens that the model wrote: all output kinds. */
export function outputTokens(usage: Usage): number {
  let total = 0
  for (const kind of OUTPUT_KINDS) total += usage.tokens[kind] ?? 0
  return total
}

/** Whether there is usage that can be charged: it was reported, and nothing says that it cannot be. */
export const isKnown = ({ usage }: Pick<NormalisedCall, 'usage'>): boolean =>
  usage !== null && !usage.flags.includes('output_beyond_limit')

/** What a normaliser reads out of one provider response. */
export interface NormalisedCall {
  /** The model that served; `null` when the response does not say. */
  readonly model: string | null
  /** The tier, speed and region that were served, in the provider's words; `null` when unsaid. */
  readonly tier: string | null
  readonly speed: string | null
  readonly region: string | null
  /** `null` when the response carries no usage at all: missing is not zero. */
  readonly usage: Usage | null
  /** Parts served by another model (Anthropic `iterations`), each priced at its own row. */
  readonly parts: readonly { readonly model: string | null; readonly usage: Usage }[]
}

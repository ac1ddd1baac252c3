import type { Fields, Vector } from '../../vectors/shapes.ts'
import type { LoggedCall } from './ccusage.ts'

/** How a row is logged by one of the tools. Its charge, or its tokens where it states no prices, are compared. */
type Expressed = (vector: Vector) => Omit<LoggedCall, 'id'>

const NO_PRICES = { input: '1', output: '1' }

const anthropic: Expressed = ({ given, prices_usd_per_mtok }) => ({
  log: 'claude',
  usages: [given.usage],
  prices: prices_usd_per_mtok ?? NO_PRICES,
})

const NAMES: Readonly<Record<string, string>> = {
  input: 'input_tokens',
  output: 'output_tokens',
  cache_read: 'cache_read_input_tokens',
}

const buckets: Expressed = ({ given, prices_usd_per_mtok }) => ({
  log: 'claude',
  usages: [
    Object.fromEntries(
      Object.entries(given.usage_buckets ?? {}).map(([kind, count]) => [NAMES[kind], count]),
    ),
  ],
  prices: prices_usd_per_mtok ?? null,
})

/** As Claude Code logs a stream: the message again and again, with its usage so far. */
const stream: Expressed = ({ given }) => ({
  log: 'claude',
  usages: given.sse.map(({ usage }: Fields) => usage),
  prices: NO_PRICES,
})

const chunks: Expressed = () => ({
  log: 'claude',
  usages: Array.from({ length: 100 }, (_, index) => ({
    input_tokens: 10,
    output_tokens: index + 1,
  })),
  prices: NO_PRICES,
})

const openai =
  (prices: (own: Fields) => Fields = (own) => own): Expressed =>
  ({ given: { usage }, prices_usd_per_mtok }) => {
    const output_tokens = usage.completion_tokens ?? usage.outputTokens ?? 0
    const input_tokens = usage.prompt_tokens ?? usage.inputTokens
    return {
      log: 'codex',
      usages: [
        {
          input_tokens,
          cached_input_tokens: usage.prompt_tokens_details?.cached_tokens ?? 0,
          output_tokens,
          reasoning_output_tokens: usage.outputTokenDetails?.reasoningTokens ?? 0,
          total_tokens: input_tokens + output_tokens,
        },
      ],
      prices: prices_usd_per_mtok ? prices(prices_usd_per_mtok) : NO_PRICES,
    }
  }

export const EXPRESSED: Readonly<Record<string, Expressed>> = {
  V01: anthropic,
  V03: openai(),
  V05: openai(),
  V08: anthropic,
  V10: stream,
  V11: chunks,
  V13: stream,
  V14: stream,
  V16: openai(),
  V18: buckets,
  V19: buckets,
  // which tier was served is for us to find; at that tier's prices both have to come to the same
  V21: openai(({ priority }) => priority),
  V22: openai(({ default: served }) => served),
  V28: openai(),
}

const NO_CALL = 'its outcome is no charge for tokens'
const NOT_LOGGED = 'the tools log no call that failed, or was cut off, or was made twice'

export const NOT_EXPRESSED: Readonly<Record<string, string>> = {
  V06: 'neither log has a count of the whole prompt with cache writes in it',
  V25: 'neither log has fees',
  V29: 'ccusage finds a model by likeness, which is what the row forbids',
  V31: 'ccusage has one price for all times: the report behind the row is about this',
  V32: NOT_LOGGED,
  V33: NOT_LOGGED,
  V36: NOT_LOGGED,
  V39: NO_CALL,
  V41: NO_CALL,
  V42: NO_CALL,
  V43: NO_CALL,
  V45: NO_CALL,
  V46: NO_CALL,
  V48: NO_CALL,
  V50: NO_CALL,
  V51: NO_CALL,
  V53: NO_CALL,
  V54: NO_CALL,
  V59: 'ccusage takes a price below zero',
  V60: NO_CALL,
}

interface Deviation {
  readonly ours: string
  readonly theirs: string
  readonly why: string
}

/** Where the two differ and ours is right, with both numbers: an agreement would be news. */
export const DEVIATIONS: Readonly<Record<string, Deviation>> = {
  V18: {
    ours: '1.5225',
    theirs: '0.9149999999999999',
    why: 'ccusage prices the tokens above 200,000 at the upper price, the provider the whole request',
  },
  V14: {
    ours: '{"input":86,"cache_read":2900,"cache_write":0,"output":12}',
    theirs: '{"input":3000,"cache_read":0,"cache_write":0,"output":0}',
    why: 'ccusage keeps the state with the most tokens, and so an estimate that the last event replaces',
  },
}

import type { Dialect } from '../usage/usage.ts'

/** Where a dialect puts a quantity: of several names the first that is there; of several groups the sum. */
export type Place = readonly (readonly string[])[]

export interface Layout {
  readonly members: readonly string[]
  /** The prompt's count holds the cached tokens as well. */
  readonly inclusive: boolean
  readonly prompt: Place
  readonly output: Place
  readonly total: Place
  readonly read: Place
  readonly write: Place
  readonly short: Place
  readonly long: Place
  readonly reasoning: Place
  readonly audio: Place
  readonly image: Place
  readonly outputAudio: Place
  readonly outputImage: Place
  /** The rest of the prompt and of the output, where the provider says that too. */
  readonly uncached: Place
  readonly text: Place
}

const NONE: Place = []
const BARE = {
  members: ['usage'],
  inclusive: true,
  total: NONE,
  write: NONE,
  short: NONE,
  long: NONE,
  audio: NONE,
  image: NONE,
  outputAudio: NONE,
  outputImage: NONE,
  uncached: NONE,
  text: NONE,
}

const openAi = (input: string, output: string): Layout => ({
  ...BARE,
  prompt: [[`${input}_tokens`]],
  output: [[`${output}_tokens`]],
  total: [['total_tokens']],
  read: [[`${input}_tokens_details.cached_tokens`]],
  write: [[`${input}_tokens_details.cache_write_tokens`]],
  reasoning: [[`${output}_tokens_details.reasoning_tokens`]],
  audio: [[`${input}_tokens_details.audio_tokens`]],
  image: [[`${input}_tokens_details.image_tokens`]],
  outputAudio: [[`${output}_tokens_details.audio_tokens`]],
  outputImage: [[`${output}_tokens_details.image_tokens`]],
})

/** What each dialect calls what. */
export const LAYOUTS: Readonly<Record<Dialect, Layout>> = {
  anthropic: {
    ...BARE,
    inclusive: false,
    prompt: [['input_tokens']],
    output: [['output_tokens']],
    read: [['cache_read_input_tokens']],
    write: [['cache_creation_input_tokens']],
    short: [['cache_creation.ephemeral_5m_input_tokens']],
    long: [['cache_creation.ephemeral_1h_input_tokens']],
    reasoning: [['output_tokens_details.thinking_tokens']],
  },
  openai_chat: openAi('prompt', 'completion'),
  openai_responses: openAi('input', 'output'),
  gemini: {
    ...BARE,
    members: ['usageMetadata'],
    prompt: [['promptTokenCount'], ['toolUsePromptTokenCount']],
    output: [['candidatesTokenCount'], ['thoughtsTokenCount']],
    total: [['totalTokenCount']],
    read: [['cachedContentTokenCount']],
    reasoning: [['thoughtsTokenCount']],
  },
  otel: {
    ...BARE,
    members: ['attributes'],
    prompt: [['gen_ai.usage.input_tokens', 'gen_ai.usage.prompt_tokens']],
    output: [['gen_ai.usage.output_tokens', 'gen_ai.usage.completion_tokens']],
    total: [['gen_ai.usage.total_tokens']],
    read: [
      [
        'gen_ai.usage.cache_read.input_tokens',
        'gen_ai.usage.cache_read_input_tokens',
        'gen_ai.usage.cache_read_tokens',
      ],
    ],
    write: [
      [
        'gen_ai.usage.cache_write.input_tokens',
        'gen_ai.usage.cache_creation.input_tokens',
        'gen_ai.usage.cache_creation_input_tokens',
        'gen_ai.usage.cache_write_tokens',
      ],
    ],
    reasoning: [['gen_ai.usage.reasoning.output_tokens', 'gen_ai.usage.reasoning_tokens']],
  },
  ai_sdk: {
    ...BARE,
    prompt: [['inputTokens']],
    output: [['outputTokens']],
    total: [['totalTokens']],
    read: [['inputTokenDetails.cacheReadTokens', 'cachedInputTokens']],
    write: [['inputTokenDetails.cacheWriteTokens']],
    reasoning: [['outputTokenDetails.reasoningTokens', 'reasoningTokens']],
    uncached: [['inputTokenDetails.noCacheTokens']],
    text: [['outputTokenDetails.textTokens']],
  },
}

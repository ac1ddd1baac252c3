import { apiError, openAiError } from './errors.ts'
import { chatPrompt, isRecord, type Json } from './prompt.ts'
import {
  REFUSAL_TEXT,
  type Reply,
  textChunks,
  textOf,
  thinkingWithin,
  totalOutputTokens,
} from './reply.ts'
import { type ApiError, type Frame, numberOf, quoted, type Surface } from './surface.ts'

/** Random padding of real streams, so that nobody can count tokens by bytes on the wire. */
const OBFUSCATION = 'k3Vq9ZtY1mXcB7wR'
const CHOICES_MAX = 16

function check(body: Json): ApiError | undefined {
  const invalid = (message: string, param: string): ApiError =>
    apiError('openai', 400, message, { param })
  if (typeof body.model !== 'string' || body.model === '') {
    return invalid('you must provide a model parameter', 'model')
  }
  if (!Array.isArray(body.messages) || body.messages.length === 0) {
    return invalid("Missing required parameter: 'messages'.", 'messages')
  }
  return undefined
}

/** How the request's `service_tier` is served when no header says otherwise. */
export function openAiTier(body: Json): string {
  const asked = body.service_tier
  return asked === 'flex' || asked === 'priority' || asked === 'scale' ? asked : 'default'
}

export function reasons(effort: unknown): boolean {
  return typeof effort === 'string' && effort !== 'none'
}

const choicesOf = (request: Json): number =>
  Math.min(CHOICES_MAX, Math.max(1, numberOf(request.n) ?? 1))

function usageJson(reply: Reply, generated: number): string {
  const { read, write } = reply.cached
  const zero = reply.fault === 'usage_zero'
  const completion = zero ? 0 : generated
  const reasoning = zero ? 0 : thinkingWithin(reply, generated)
  const prompt = reply.prompt.tokens
  return (
    `{"prompt_tokens":${prompt},"completion_tokens":${completion},` +
    `"total_tokens":${prompt + completion},"prompt_tokens_details":{"cached_tokens":${read},` +
    `"cache_write_tokens":${write},"audio_tokens":0},"completion_tokens_details":` +
    `{"reasoning_tokens":${reasoning},"audio_tokens":0,"accepted_prediction_tokens":0,` +
    '"rejected_prediction_tokens":0}}'
  )
}

/** A classifier's refusal is a filter; a refusal the model writes itself ends like any text. */
function finishReason(reply: Reply): string {
  if (reply.stop === 'refusal') return 'content_filter'
  if (reply.stop === 'length') return 'length'
  return reply.stop === 'tool' ? 'tool_calls' : 'stop'
}

const toolId = (reply: Reply, choice: number): string => `call_${reply.serial}${choice}`

function choice(reply: Reply, index: number): string {
  const content = reply.textTokens > 0 ? `"${textOf(reply)}"` : 'null'
  const refusal = reply.stop === 'refusal_message' ? quoted(REFUSAL_TEXT) : 'null'
  const tools = reply.tool
    ? `,"tool_calls":[{"id":"${toolId(reply, index)}","type":"function","function":` +
      `{"name":${quoted(reply.tool.name)},"arguments":${quoted(reply.tool.input)}}}]`
    : ''
  return (
    `{"index":${index},"message":{"role":"assistant","content":${content},"refusal":${refusal},` +
    `"annotations":[]${tools}},"logprobs":null,"finish_reason":"${finishReason(reply)}"}`
  )
}

function head(reply: Reply, object: string): string {
  return (
    `{"id":"chatcmpl-${reply.serial}","object":"${object}","created":${reply.createdSeconds},` +
    `"model":${quoted(reply.model)},"service_tier":${quoted(reply.tier)},` +
    '"system_fingerprint":"fp_e7e2c3n7"'
  )
}

function body(reply: Reply): string {
  const choices = Array.from({ length: reply.choices }, (_, index) => choice(reply, index))
  const usage =
    reply.fault === 'usage_missing' ? '' : `,"usage":${usageJson(reply, totalOutputTokens(reply))}`
  return `${head(reply, 'chat.completion')},"choices":[${choices.join(',')}]${usage}}`
}

interface StreamOptions {
  readonly includeUsage: boolean
  readonly obfuscate: boolean
}

function streamOptions(request: Json): StreamOptions {
  const options = isRecord(request.stream_options) ? request.stream_options : {}
  return {
    includeUsage: options.include_usage === true,
    obfuscate: options.include_obfuscation !== false,
  }
}

/** Writes the chunks of one stream: what is the same in all of them is rendered once. */
class ChunkWriter {
  readonly #head: string
  readonly #reply: Reply
  readonly #options: StreamOptions

  constructor(reply: Reply, request: Json) {
    this.#head = head(reply, 'chat.completion.chunk')
    this.#reply = reply
    this.#options = streamOptions(request)
  }

  chunk(kind: Frame['kind'], choices: string, generated: number, text = ''): Frame {
    const padding =
      this.#options.obfuscate && kind === 'delta'
        ? `,"obfuscation":"${OBFUSCATION.slice(0, 3 + (generated % 13))}"`
        : ''
    const data = `${this.#head},"choices":[${choices}]${this.#usage(generated)}${padding}}`
    return { kind, data, generated, text }
  }

  delta(index: number, delta: string, generated: number, text = ''): Frame {
    const choices = `{"index":${index},"delta":${delta},"logprobs":null,"finish_reason":null}`
    return this.chunk('delta', choices, generated, text)
  }

  *final(generated: number): Generator<Frame> {
    const { fault } = this.#reply
    if (this.#options.includeUsage && fault !== 'usage_missing') {
      const usage = usageJson(this.#reply, generated)
      const data = `${this.#head},"choices":[],"usage":${usage}}`
      yield { kind: 'final', data, generated }
      if (fault === 'duplicate_final_usage') yield { kind: 'final', data, generated }
    }
    yield { kind: 'final', data: '[DONE]', generated }
  }

  #usage(generated: number): string {
    if (this.#reply.fault === 'usage_every_chunk') {
      return `,"usage":${usageJson(this.#reply, generated)}`
    }
    return this.#options.includeUsage ? ',"usage":null' : ''
  }
}

function* toolFrames(reply: Reply, writer: ChunkWriter, at: ChoicePosition): Generator<Frame> {
  if (!reply.tool) return
  const { index, before } = at
  const { name, input } = reply.tool
  const call = `"id":"${toolId(reply, index)}","type":"function"`
  const named = `"function":{"name":${quoted(name)},"arguments":""}`
  const spoken = before + reply.thinkingTokens + reply.textTokens
  yield writer.delta(index, `{"tool_calls":[{"index":0,${call},${named}}]}`, spoken)
  const half = Math.floor(input.length / 2)
  for (const part of [input.slice(0, half), input.slice(half)]) {
    const piece = `{"tool_calls":[{"index":0,"function":{"arguments":${quoted(part)}}}]}`
    yield writer.delta(index, piece, before + reply.outputTokens)
  }
}

interface ChoicePosition {
  readonly index: number
  /** Tokens generated for the choices before this one. */
  readonly before: number
}

function* choiceFrames(reply: Reply, writer: ChunkWriter, at: ChoicePosition): Generator<Frame> {
  const { index, before } = at
  const { textTokens, textOffset, chunkTokens } = reply
  const thought = before + reply.thinkingTokens
  const after = before + reply.outputTokens
  const opening = writer.delta(index, '{"role":"assistant","content":"","refusal":null}', thought)
  yield { ...opening, kind: 'open' }
  if (reply.stop === 'refusal_message') {
    yield writer.delta(index, `{"refusal":${quoted(REFUSAL_TEXT)}}`, after)
  }
  for (const { text, tokens } of textChunks(textTokens, textOffset, chunkTokens)) {
    yield writer.delta(index, `{"content":"${text}"}`, thought + tokens, text)
  }
  yield* toolFrames(reply, writer, at)
  const reason = finishReason(reply)
  const end = `{"index":${index},"delta":{},"logprobs":null,"finish_reason":"${reason}"}`
  yield writer.chunk('final', end, after)
}

function* frames(reply: Reply, request: Json): Generator<Frame> {
  const writer = new ChunkWriter(reply, request)
  for (let index = 0; index < reply.choices; index += 1) {
    yield* choiceFrames(reply, writer, { index, before: index * reply.outputTokens })
  }
  yield* writer.final(totalOutputTokens(reply))
}

export const openAiChat: Surface = {
  name: 'openai_chat',
  dialect: 'openai',
  searchable: false,
  check,
  prompt: chatPrompt,
  maxTokens: (request) => numberOf(request.max_completion_tokens) ?? numberOf(request.max_tokens),
  thinking: (request) => reasons(request.reasoning_effort),
  choices: choicesOf,
  tier: openAiTier,
  body,
  frames,
  errorFrames: (_reply, error, { generated }) => [
    { kind: 'final', data: JSON.stringify({ error: openAiError(error) }), generated },
  ],
}

import type { Directives, FaultName } from './faults.ts'
import { FILLER_PERIOD_TOKENS, fillerText } from './filler.ts'
import type { Prompt } from './prompt.ts'
import type { CachedTokens } from './prompt-cache.ts'
import { hashText, seededRandom } from './random.ts'

/** Disjoint quantities of one answer: what the provider would put on its bill. */
export interface Quantities {
  readonly input_tokens: number
  readonly cache_read_tokens: number
  readonly cache_write_5m_tokens: number
  readonly cache_write_1h_tokens: number
  readonly cache_write_tokens: number
  /** Includes `thinking_tokens`. */
  readonly output_tokens: number
  readonly thinking_tokens: number
  readonly web_searches: number
}

export const NO_QUANTITIES: Quantities = {
  input_tokens: 0,
  cache_read_tokens: 0,
  cache_write_5m_tokens: 0,
  cache_write_1h_tokens: 0,
  cache_write_tokens: 0,
  output_tokens: 0,
  thinking_tokens: 0,
  web_searches: 0,
}

export type Stop = 'end' | 'length' | 'tool' | 'refusal' | 'refusal_message'

export interface ToolCall {
  readonly name: string
  /** The arguments as JSON text. */
  readonly input: string
  readonly tokens: number
}

/** One answer, decided in full before its first byte is written; the dialects only render it. */
export interface Reply {
  readonly requestId: string
  /** Unique; the tail of every id in the answer. */
  readonly serial: string
  readonly createdSeconds: number
  /** The served model. */
  readonly model: string
  readonly tier: string
  readonly fault: FaultName | undefined
  readonly stop: Stop
  /** True when nothing but the refusal is delivered. */
  readonly empty: boolean
  readonly prompt: Prompt
  readonly cached: CachedTokens
  readonly inputTokens: number
  readonly searchInputTokens: number
  /** Of one choice, thinking included. */
  readonly outputTokens: number
  readonly thinkingTokens: number
  readonly textTokens: number
  readonly textOffset: number
  readonly tool: ToolCall | undefined
  readonly webSearches: number
  readonly chunkTokens: number
  readonly choices: number
}

/** A refusal that the model itself writes: six tokens. */
export const REFUSAL_TEXT = 'I cannot help with that.'
/** Each search's results come back to the model as input: the count grows after message_start. */
const INPUT_TOKENS_PER_SEARCH = 256
const TOOL_INPUT_FILL_TOKENS = 12
const MEAN_OUTPUT_TOKENS = 220
const OUTPUT_TOKENS_MAX = 4096
/** Of the words of a prompt, its end tells it from others; hashing all of it would cost time. */
const SEED_TEXT_UNITS = 192

export interface ReplyRequest {
  readonly requestId: string
  readonly serial: string
  readonly nowMs: number
  readonly seed: number
  readonly requestedModel: string
  readonly tier: string
  readonly maxTokens: number | undefined
  readonly thinking: boolean
  readonly toolName: string | undefined
  readonly choices: number
  readonly searchable: boolean
  readonly prompt: Prompt
  readonly cached: CachedTokens
  readonly chunkTokens: number
}

function promptSeed(prompt: Prompt, seed: number): number {
  const last = prompt.segments.at(-1)?.text ?? ''
  return hashText(last.slice(-SEED_TEXT_UNITS), seed ^ prompt.bytes)
}

/** Geometric lengths: many short answers, few long ones, as in the real traces. */
function drawnOutputTokens(draw: () => number): number {
  const drawn = 8 - Math.log(1 - draw()) * MEAN_OUTPUT_TOKENS
  return Math.min(OUTPUT_TOKENS_MAX, Math.floor(drawn))
}

function toolCall(name: string, offset: number): ToolCall {
  const input = `{"query":"${fillerText(TOOL_INPUT_FILL_TOKENS, offset)}"}`
  return { name, input, tokens: Math.ceil(Buffer.byteLength(input) / 4) }
}

function stopOf(fault: FaultName | undefined): Stop {
  if (fault === 'refusal_before_output' || fault === 'refusal_after_output') return 'refusal'
  return fault === 'refusal_message' ? 'refusal_message' : 'end'
}

interface OutputPlan {
  readonly stop: Stop
  readonly empty: boolean
  readonly outputTokens: number
  readonly thinkingTokens: number
  readonly textTokens: number
  readonly textOffset: number
  readonly tool: ToolCall | undefined
}

function planOutput(
  request: ReplyRequest,
  directives: Directives,
  fault: FaultName | undefined,
): OutputPlan {
  const draw = seededRandom(promptSeed(request.prompt, request.seed))
  const wanted = directives.outputTokens ?? drawnOutputTokens(draw)
  const textOffset = Math.floor(draw() * FILLER_PERIOD_TOKENS)
  const stop = stopOf(fault)
  if (fault === 'refusal_before_output' || fault === 'refusal_message') {
    // A refusal before output is reported with one token, as the live API does.
    const outputTokens = fault === 'refusal_message' ? REFUSAL_TEXT.length / 4 : 1
    const nothing = { thinkingTokens: 0, textTokens: 0, textOffset, tool: undefined }
    return { stop, empty: true, outputTokens, ...nothing }
  }
  const outputTokens = Math.min(wanted, request.maxTokens ?? wanted)
  const thinking = directives.thinkingTokens ?? Math.floor(outputTokens / 3)
  const thinkingTokens = request.thinking ? Math.min(thinking, outputTokens) : 0
  const textTokens = outputTokens - thinkingTokens
  const plan = { empty: false, outputTokens, thinkingTokens, textTokens, textOffset }
  if (stop === 'refusal') return { ...plan, stop, tool: undefined }
  if (wanted > outputTokens) return { ...plan, stop: 'length', tool: undefined }
  return withTool({ ...plan, stop, tool: undefined }, request.toolName)
}

/** Turns the end of the text into a tool call, where one is asked for and fits. */
function withTool(plan: OutputPlan, name: string | undefined): OutputPlan {
  if (name === undefined) return plan
  const tool = toolCall(name, plan.textOffset)
  if (tool.tokens > plan.textTokens) return plan
  return { ...plan, stop: 'tool', tool, textTokens: plan.textTokens - tool.tokens }
}

export function planReply(
  request: ReplyRequest,
  directives: Directives,
  fault: FaultName | undefined,
): Reply {
  const output = planOutput(request, directives, fault)
  const { cached, prompt } = request
  const prefix = cached.read + cached.write5m + cached.write1h + cached.write
  const webSearches = request.searchable && !output.empty ? directives.webSearches : 0
  return {
    ...output,
    requestId: request.requestId,
    serial: request.serial,
    createdSeconds: Math.floor(request.nowMs / 1000),
    model: directives.servedModel ?? request.requestedModel,
    tier: directives.servedTier ?? request.tier,
    fault,
    prompt,
    cached,
    inputTokens: prompt.tokens - prefix,
    searchInputTokens: webSearches * INPUT_TOKENS_PER_SEARCH,
    webSearches,
    chunkTokens: request.chunkTokens,
    choices: request.choices,
  }
}

export const totalOutputTokens = (reply: Reply): number => reply.outputTokens * reply.choices

/** Thinking comes first, so a broken answer has paid for all of it before any text. */
export const thinkingWithin = (reply: Reply, generatedTokens: number): number =>
  Math.min(reply.thinkingTokens * reply.choices, generatedTokens)

/** What is billed when `generatedTokens` of the answer came to exist. */
export function quantitiesOf(reply: Reply, generatedTokens: number): Quantities {
  return {
    input_tokens: reply.inputTokens + reply.searchInputTokens,
    cache_read_tokens: reply.cached.read,
    cache_write_5m_tokens: reply.cached.write5m,
    cache_write_1h_tokens: reply.cached.write1h,
    cache_write_tokens: reply.cached.write,
    output_tokens: generatedTokens,
    thinking_tokens: thinkingWithin(reply, generatedTokens),
    web_searches: reply.webSearches,
  }
}

/** The reply's visible text, whole. */
export const textOf = (reply: Reply): string => fillerText(reply.textTokens, reply.textOffset)

/** The visible text in pieces of `chunkTokens`, each with the tokens delivered after it. */
export function* textChunks(
  tokens: number,
  offset: number,
  chunkTokens: number,
): Generator<{ text: string; tokens: number }> {
  for (let done = 0; done < tokens; ) {
    const take = Math.min(chunkTokens, tokens - done)
    const text = fillerText(take, offset + done)
    done += take
    yield { text, tokens: done }
  }
}

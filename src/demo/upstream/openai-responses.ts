import { apiError } from './errors.ts'
import { fillerText } from './filler.ts'
import { openAiTier, reasons } from './openai-chat.ts'
import { isRecord, type Json, responsesPrompt } from './prompt.ts'
import { REFUSAL_TEXT, type Reply, textChunks, textOf } from './reply.ts'
import {
  type ApiError,
  type Frame,
  numberOf,
  quoted,
  type StreamPosition,
  type Surface,
} from './surface.ts'

const OBFUSCATION = 'Zq8Lw2Nf6Tb0Hd4J'

function check(body: Json): ApiError | undefined {
  const invalid = (param: string): ApiError =>
    apiError('openai', 400, `Missing required parameter: '${param}'.`, {
      param,
      code: 'missing_required_parameter',
    })
  if (typeof body.model !== 'string' || body.model === '') return invalid('model')
  if (typeof body.input !== 'string' && !Array.isArray(body.input)) return invalid('input')
  return undefined
}

function usageJson(reply: Reply, generated: number): string {
  const { read, write } = reply.cached
  const zero = reply.fault === 'usage_zero'
  const input = reply.prompt.tokens + reply.searchInputTokens
  const output = zero ? 0 : generated
  const reasoning = zero ? 0 : Math.min(reply.thinkingTokens, generated)
  return (
    `{"input_tokens":${input},"input_tokens_details":{"cached_tokens":${read},` +
    `"cache_write_tokens":${write}},"output_tokens":${output},` +
    `"output_tokens_details":{"reasoning_tokens":${reasoning}},"total_tokens":${input + output}}`
  )
}

type Status = 'in_progress' | 'completed' | 'incomplete' | 'failed'

/** A cap and a filter both end a response early; only the details tell them apart. */
function endOf(reply: Reply): { status: Status; details: string } {
  if (reply.stop === 'length') {
    return { status: 'incomplete', details: '{"reason":"max_output_tokens"}' }
  }
  return reply.stop === 'refusal'
    ? { status: 'incomplete', details: '{"reason":"content_filter"}' }
    : { status: 'completed', details: 'null' }
}

const echoed = (value: unknown, otherwise: string): string =>
  value === undefined || value === null ? otherwise : JSON.stringify(value)

interface ResponseParts {
  readonly status: Status
  readonly details: string
  readonly output: string
  readonly usage: string
  readonly error?: string
}

function responseJson(reply: Reply, request: Json, parts: ResponseParts): string {
  const effort = isRecord(request.reasoning) ? request.reasoning.effort : undefined
  const done = parts.status === 'in_progress' ? 'null' : `${reply.createdSeconds}`
  return (
    `{"id":"resp_${reply.serial}","object":"response","created_at":${reply.createdSeconds},` +
    `"status":"${parts.status}","background":false,"completed_at":${done},` +
    `"error":${parts.error ?? 'null'},"incomplete_details":${parts.details},` +
    `"instructions":${echoed(request.instructions, 'null')},` +
    `"max_output_tokens":${echoed(request.max_output_tokens, 'null')},"max_tool_calls":null,` +
    `"model":${quoted(reply.model)},"output":[${parts.output}],` +
    `"parallel_tool_calls":true,"previous_response_id":` +
    `${echoed(request.previous_response_id, 'null')},"prompt_cache_key":null,` +
    `"reasoning":{"effort":${echoed(effort, 'null')},"summary":null},` +
    `"safety_identifier":null,"service_tier":${quoted(reply.tier)},"store":true,"temperature":1,` +
    '"text":{"format":{"type":"text"},"verbosity":"medium"},"tool_choice":"auto",' +
    `"tools":${echoed(request.tools, '[]')},"top_logprobs":0,"top_p":1,` +
    `"truncation":"disabled","usage":${parts.usage},"user":null,` +
    `"metadata":${echoed(request.metadata, '{}')}}`
  )
}

interface OutputItem {
  readonly kind: 'reasoning' | 'search' | 'message' | 'tool'
  readonly id: string
  readonly json: string
}

const textPart = (text: string): string =>
  `{"type":"output_text","annotations":[],"logprobs":[],"text":"${text}"}`
const refusalPart = (text: string): string => `{"type":"refusal","refusal":${quoted(text)}}`

function messageJson(id: string, status: string, parts: string): string {
  return `{"id":"${id}","type":"message","status":"${status}","role":"assistant","content":[${parts}]}`
}

function toolJson(reply: Reply, id: string, status: string, input: string): string {
  return (
    `{"id":"${id}","type":"function_call","status":"${status}","arguments":${quoted(input)},` +
    `"call_id":"call_${reply.serial}","name":${quoted(reply.tool?.name ?? '')}}`
  )
}

function searchJson(id: string, status: string): string {
  const action = '{"type":"search","query":"every cent explained","queries":[],"sources":[]}'
  return `{"id":"${id}","type":"web_search_call","status":"${status}","action":${action}}`
}

function outputItems(reply: Reply): OutputItem[] {
  const items: OutputItem[] = []
  if (reply.thinkingTokens > 0) {
    const id = `rs_${reply.serial}`
    items.push({ kind: 'reasoning', id, json: `{"id":"${id}","type":"reasoning","summary":[]}` })
  }
  for (let index = 0; index < reply.webSearches; index += 1) {
    const id = `ws_${reply.serial}${index}`
    items.push({ kind: 'search', id, json: searchJson(id, 'completed') })
  }
  const id = `msg_${reply.serial}`
  const { status } = endOf(reply)
  if (reply.stop === 'refusal_message') {
    const json = messageJson(id, status, refusalPart(REFUSAL_TEXT))
    items.push({ kind: 'message', id, json })
  } else if (reply.textTokens > 0) {
    items.push({ kind: 'message', id, json: messageJson(id, status, textPart(textOf(reply))) })
  }
  if (reply.tool) {
    const call = `fc_${reply.serial}`
    const json = toolJson(reply, call, 'completed', reply.tool.input)
    items.push({ kind: 'tool', id: call, json })
  }
  return items
}

function finalJson(reply: Reply, request: Json, items: readonly OutputItem[]): string {
  const { status, details } = endOf(reply)
  const output = items.map((item) => item.json).join(',')
  const usage = reply.fault === 'usage_missing' ? 'null' : usageJson(reply, reply.outputTokens)
  return responseJson(reply, request, { status, details, output, usage })
}

/** Numbers the events of one stream. */
class EventWriter {
  #sequence = 0
  #generated = 0
  readonly reply: Reply
  readonly request: Json

  constructor(reply: Reply, request: Json) {
    this.reply = reply
    this.request = request
  }

  event(kind: Frame['kind'], type: string, rest: string, text = ''): Frame {
    const data = `{"type":"${type}","sequence_number":${this.#sequence},${rest}}`
    this.#sequence += 1
    return { kind, event: type, data, generated: this.#generated, text }
  }

  delta(type: string, rest: string, generated: number, text = ''): Frame {
    this.#generated = generated
    const padding = OBFUSCATION.slice(0, 3 + (generated % 13))
    return this.event('delta', type, `${rest},"obfuscation":"${padding}"`, text)
  }

  reached(generated: number): void {
    this.#generated = generated
  }

  /** The whole response as it stands, with `usage` only where a fault puts it there. */
  response(type: string, usage = 'null', output = ''): Frame {
    const parts = { status: 'in_progress', details: 'null', output, usage } as const
    return this.event('open', type, `"response":${responseJson(this.reply, this.request, parts)}`)
  }
}

/** A running count beside the text: cumulative, so a reader that sums it overcharges. */
function usageSoFar(writer: EventWriter, item: OutputItem, tokens: number): Frame {
  const { reply } = writer
  const text = textPart(fillerText(tokens, reply.textOffset))
  const earlier = outputItems(reply).slice(0, outputIndex(reply))
  const output = [...earlier.map(({ json }) => json), messageJson(item.id, 'in_progress', text)]
  const usage = usageJson(reply, reply.thinkingTokens + tokens)
  return writer.response('response.in_progress', usage, output.join(','))
}

/** What comes before the message: its reasoning and its searches. */
const outputIndex = (reply: Reply): number => (reply.thinkingTokens > 0 ? 1 : 0) + reply.webSearches

function* messageFrames(writer: EventWriter, item: OutputItem, index: number): Generator<Frame> {
  const { reply } = writer
  const at = `"item_id":"${item.id}","output_index":${index},"content_index":0`
  const opened = messageJson(item.id, 'in_progress', '')
  yield writer.event(
    'open',
    'response.output_item.added',
    `"output_index":${index},"item":${opened}`,
  )
  const refused = reply.stop === 'refusal_message'
  const empty = refused ? refusalPart('') : textPart('')
  yield writer.event('open', 'response.content_part.added', `${at},"part":${empty}`)
  if (refused) {
    const delta = `${at},"delta":${quoted(REFUSAL_TEXT)}`
    yield writer.delta('response.refusal.delta', delta, reply.outputTokens)
    const done = `${at},"refusal":${quoted(REFUSAL_TEXT)}`
    yield writer.event('open', 'response.refusal.done', done)
  } else {
    const { textTokens, textOffset, chunkTokens } = reply
    for (const { text, tokens } of textChunks(textTokens, textOffset, chunkTokens)) {
      const generated = reply.thinkingTokens + tokens
      const delta = `${at},"delta":"${text}","logprobs":[]`
      yield writer.delta('response.output_text.delta', delta, generated, text)
      if (reply.fault === 'usage_every_chunk') yield usageSoFar(writer, item, tokens)
    }
    const done = `${at},"text":"${textOf(reply)}","logprobs":[]`
    yield writer.event('open', 'response.output_text.done', done)
  }
  const part = refused ? refusalPart(REFUSAL_TEXT) : textPart(textOf(reply))
  yield writer.event('open', 'response.content_part.done', `${at},"part":${part}`)
  yield itemDone(writer, item, index)
}

const itemDone = (writer: EventWriter, item: OutputItem, index: number): Frame =>
  writer.event('open', 'response.output_item.done', `"output_index":${index},"item":${item.json}`)

function* toolFrames(writer: EventWriter, item: OutputItem, index: number): Generator<Frame> {
  const { reply } = writer
  const input = reply.tool?.input ?? ''
  const at = `"item_id":"${item.id}","output_index":${index}`
  const opened = toolJson(reply, item.id, 'in_progress', '')
  yield writer.event(
    'open',
    'response.output_item.added',
    `"output_index":${index},"item":${opened}`,
  )
  const half = Math.floor(input.length / 2)
  for (const part of [input.slice(0, half), input.slice(half)]) {
    const delta = `${at},"delta":${quoted(part)}`
    yield writer.delta('response.function_call_arguments.delta', delta, reply.outputTokens)
  }
  const done = `${at},"name":${quoted(reply.tool?.name ?? '')},"arguments":${quoted(input)}`
  yield writer.event('open', 'response.function_call_arguments.done', done)
  yield itemDone(writer, item, index)
}

function* otherFrames(writer: EventWriter, item: OutputItem, index: number): Generator<Frame> {
  const search = item.kind === 'search'
  const opened = search ? searchJson(item.id, 'in_progress') : item.json
  yield writer.event(
    'open',
    'response.output_item.added',
    `"output_index":${index},"item":${opened}`,
  )
  if (search) {
    const at = `"output_index":${index},"item_id":"${item.id}"`
    yield writer.event('open', 'response.web_search_call.in_progress', at)
    yield writer.event('open', 'response.web_search_call.searching', at)
    yield writer.event('open', 'response.web_search_call.completed', at)
  } else {
    writer.reached(writer.reply.thinkingTokens)
  }
  yield itemDone(writer, item, index)
}

function* frames(reply: Reply, request: Json): Generator<Frame> {
  const writer = new EventWriter(reply, request)
  yield writer.response('response.created')
  yield writer.response('response.in_progress')
  const items = outputItems(reply)
  for (const [index, item] of items.entries()) {
    if (item.kind === 'message') yield* messageFrames(writer, item, index)
    else if (item.kind === 'tool') yield* toolFrames(writer, item, index)
    else yield* otherFrames(writer, item, index)
  }
  writer.reached(reply.outputTokens)
  const terminal = `response.${endOf(reply).status}`
  const final = `"response":${finalJson(reply, request, items)}`
  yield writer.event('final', terminal, final)
  if (reply.fault === 'duplicate_final_usage') yield writer.event('final', terminal, final)
}

function errorFrames(reply: Reply, error: ApiError, at: StreamPosition): Frame[] {
  const code = quoted(error.code ?? error.type)
  const message = quoted(error.message)
  const response = responseJson(
    reply,
    {},
    {
      status: 'failed',
      details: 'null',
      output: '',
      usage: 'null',
      error: `{"code":${code},"message":${message}}`,
    },
  )
  const event = (type: string, rest: string, sequence: number): Frame => ({
    kind: 'final',
    event: type,
    data: `{"type":"${type}","sequence_number":${sequence},${rest}}`,
    generated: at.generated,
  })
  return [
    event('error', `"code":${code},"message":${message},"param":null`, at.events),
    event('response.failed', `"response":${response}`, at.events + 1),
  ]
}

export const openAiResponses: Surface = {
  name: 'openai_responses',
  dialect: 'openai',
  searchable: true,
  check,
  prompt: responsesPrompt,
  maxTokens: (request) => numberOf(request.max_output_tokens),
  thinking: ({ reasoning }) => isRecord(reasoning) && reasons(reasoning.effort),
  choices: () => 1,
  tier: openAiTier,
  body: (reply, request) => finalJson(reply, request, outputItems(reply)),
  frames,
  errorFrames,
}

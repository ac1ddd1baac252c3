import { apiError, errorBody } from './errors.ts'
import { anthropicPrompt, isRecord, type Json } from './prompt.ts'
import { quantitiesOf, type Reply, textChunks, textOf } from './reply.ts'
import { type ApiError, type Frame, numberOf, quoted, type Surface } from './surface.ts'

/** Before the answer exists, `message_start` reports a few tokens: a placeholder, not a count. */
const PLACEHOLDER_OUTPUT_TOKENS = 4
const QUERY = 'every cent explained'
const NO_DELTA_INPUT =
  '"input_tokens":null,"cache_creation_input_tokens":null,"cache_read_input_tokens":null'

function check(body: Json): ApiError | undefined {
  const invalid = (message: string): ApiError => apiError('anthropic', 400, message)
  if (typeof body.model !== 'string' || body.model === '') return invalid('model: Field required')
  if (!Array.isArray(body.messages)) return invalid('messages: Field required')
  if (body.messages.length === 0) return invalid('messages: at least one message is required')
  if (numberOf(body.max_tokens) === undefined) return invalid('max_tokens: Field required')
  return undefined
}

/** `speed` and `inference_geo` come back as served; both are prices of their own. */
function servedAs(request: Json): string {
  const speed = request.speed === 'fast' ? 'fast' : 'standard'
  const geo = typeof request.inference_geo === 'string' ? request.inference_geo : 'global'
  return `"speed":"${speed}","inference_geo":${quoted(geo)}`
}

const thinkingDetails = (reply: Reply, thinking: number): string =>
  reply.thinkingTokens > 0
    ? `"output_tokens_details":{"thinking_tokens":${thinking}}`
    : '"output_tokens_details":null'

const searchDetails = (reply: Reply): string =>
  reply.webSearches > 0
    ? `"server_tool_use":{"web_search_requests":${reply.webSearches},"web_fetch_requests":0}`
    : '"server_tool_use":null'

interface FullUsage {
  readonly input: number
  readonly output: number
  readonly thinking: number
  /** `null` before the first search ran. */
  readonly searched: boolean
}

function fullUsage(reply: Reply, request: Json, usage: FullUsage): string {
  const { read, write5m, write1h } = reply.cached
  const search = usage.searched ? searchDetails(reply) : '"server_tool_use":null'
  return (
    `{"input_tokens":${usage.input},"cache_creation_input_tokens":${write5m + write1h},` +
    `"cache_read_input_tokens":${read},"cache_creation":{"ephemeral_5m_input_tokens":${write5m},` +
    `"ephemeral_1h_input_tokens":${write1h}},"output_tokens":${usage.output},` +
    `${thinkingDetails(reply, usage.thinking)},${search},` +
    `"service_tier":${quoted(reply.tier)},${servedAs(request)}}`
  )
}

/** Cumulative; `null` means "as in message_start". Searches raise the input, so then it is there. */
function deltaUsage(reply: Reply, generated: number): string {
  const quantities = quantitiesOf(reply, generated)
  const output = reply.fault === 'usage_zero' ? 0 : generated
  const input =
    reply.webSearches > 0
      ? `"input_tokens":${quantities.input_tokens},"cache_creation_input_tokens":null,` +
        '"cache_read_input_tokens":null'
      : NO_DELTA_INPUT
  const thinking = reply.fault === 'usage_zero' ? 0 : quantities.thinking_tokens
  return (
    `{${input},"output_tokens":${output},${thinkingDetails(reply, thinking)},` +
    `${searchDetails(reply)}}`
  )
}

function stopFields(reply: Reply): string {
  const refused = reply.stop === 'refusal' || reply.stop === 'refusal_message'
  const reason = refused
    ? 'refusal'
    : { end: 'end_turn', length: 'max_tokens', tool: 'tool_use' }[reply.stop as 'end']
  const details = refused
    ? '{"type":"refusal","category":"cyber","explanation":"The request was declined."}'
    : 'null'
  return `"stop_reason":"${reason}","stop_sequence":null,"stop_details":${details}`
}

const signatureOf = (reply: Reply): string => `EqQB${reply.serial.repeat(3)}==`

function searchBlocks(reply: Reply): { use: (input: string) => string; result: string }[] {
  return Array.from({ length: reply.webSearches }, (_, index) => {
    const id = `srvtoolu_${reply.serial}${index}`
    return {
      use: (input: string) =>
        `{"type":"server_tool_use","id":"${id}","name":"web_search","input":${input},` +
        '"caller":{"type":"direct"}}',
      result:
        `{"type":"web_search_tool_result","tool_use_id":"${id}","caller":{"type":"direct"},` +
        `"content":[{"type":"web_search_result","title":"Result ${index}",` +
        `"url":"https://example.com/${index}","encrypted_content":"RW1w","page_age":null}]}`,
    }
  })
}

function toolBlock(reply: Reply, input: string): string {
  return (
    `{"type":"tool_use","id":"toolu_${reply.serial}","name":${quoted(reply.tool?.name ?? '')},` +
    `"input":${input},"caller":{"type":"direct"}}`
  )
}

function message(reply: Reply, content: string, stop: string, usage: string | undefined): string {
  const usageField = usage === undefined ? '' : `,"usage":${usage}`
  return (
    `{"id":"msg_${reply.serial}","type":"message","role":"assistant",` +
    `"model":${quoted(reply.model)},"content":[${content}],${stop},"container":null,` +
    `"diagnostics":null${usageField}}`
  )
}

function body(reply: Reply, request: Json): string {
  const blocks: string[] = []
  if (reply.thinkingTokens > 0) {
    const thinking = quoted(thinkingText(reply))
    blocks.push(`{"type":"thinking","thinking":${thinking},"signature":"${signatureOf(reply)}"}`)
  }
  for (const search of searchBlocks(reply)) {
    blocks.push(search.use(`{"query":"${QUERY}"}`), search.result)
  }
  if (reply.textTokens > 0) {
    blocks.push(`{"type":"text","text":"${textOf(reply)}","citations":null}`)
  }
  if (reply.tool) blocks.push(toolBlock(reply, reply.tool.input))
  const zero = reply.fault === 'usage_zero'
  const usage = fullUsage(reply, request, {
    input: reply.inputTokens + reply.searchInputTokens,
    output: zero ? 0 : reply.outputTokens,
    thinking: zero ? 0 : reply.thinkingTokens,
    searched: true,
  })
  const sent = reply.fault === 'usage_missing' ? undefined : usage
  return message(reply, blocks.join(','), stopFields(reply), sent)
}

const thinkingText = (reply: Reply): string => {
  let text = ''
  for (const chunk of textChunks(reply.thinkingTokens, reply.textOffset + 77, 512)) {
    text += chunk.text
  }
  return text
}

const frame = (kind: Frame['kind'], type: string, rest: string, generated: number): Frame => ({
  kind,
  event: type,
  data: rest === '' ? `{"type":"${type}"}` : `{"type":"${type}",${rest}}`,
  generated,
})

const blockStart = (index: number, block: string, generated: number): Frame =>
  frame('open', 'content_block_start', `"index":${index},"content_block":${block}`, generated)
const blockStop = (index: number, generated: number): Frame =>
  frame('open', 'content_block_stop', `"index":${index}`, generated)

function blockDelta(index: number, delta: string, generated: number, text = ''): Frame {
  const event = 'content_block_delta'
  const data = `{"type":"content_block_delta","index":${index},"delta":${delta}}`
  return { kind: 'delta', event, data, generated, text }
}

function* thinkingFrames(reply: Reply, index: number): Generator<Frame> {
  yield blockStart(index, '{"type":"thinking","thinking":"","signature":""}', 0)
  const offset = reply.textOffset + 77
  for (const { text, tokens } of textChunks(reply.thinkingTokens, offset, reply.chunkTokens)) {
    yield blockDelta(index, `{"type":"thinking_delta","thinking":"${text}"}`, tokens, text)
  }
  const signature = `{"type":"signature_delta","signature":"${signatureOf(reply)}"}`
  yield frame(
    'open',
    'content_block_delta',
    `"index":${index},"delta":${signature}`,
    reply.thinkingTokens,
  )
  yield blockStop(index, reply.thinkingTokens)
}

function* searchFrames(reply: Reply, first: number): Generator<Frame> {
  let index = first
  const before = reply.thinkingTokens
  for (const search of searchBlocks(reply)) {
    yield blockStart(index, search.use('{}'), before)
    const input = quoted(`{"query":"${QUERY}"}`)
    const delta = `{"type":"input_json_delta","partial_json":${input}}`
    yield frame('open', 'content_block_delta', `"index":${index},"delta":${delta}`, before)
    yield blockStop(index, before)
    yield blockStart(index + 1, search.result, before)
    yield blockStop(index + 1, before)
    index += 2
  }
}

function* outputFrames(reply: Reply, first: number): Generator<Frame> {
  let index = first
  const before = reply.thinkingTokens
  if (reply.textTokens > 0) {
    yield blockStart(index, '{"type":"text","text":"","citations":null}', before)
    const { textTokens, textOffset, chunkTokens } = reply
    for (const { text, tokens } of textChunks(textTokens, textOffset, chunkTokens)) {
      const generated = before + tokens
      yield blockDelta(index, `{"type":"text_delta","text":"${text}"}`, generated, text)
      if (reply.fault === 'usage_every_chunk') yield messageDelta(reply, generated, false)
    }
    yield blockStop(index, before + textTokens)
    index += 1
  }
  if (!reply.tool) return
  const { input } = reply.tool
  yield blockStart(index, toolBlock(reply, '{}'), before + reply.textTokens)
  const half = Math.floor(input.length / 2)
  for (const part of ['', input.slice(0, half), input.slice(half)]) {
    const delta = `{"type":"input_json_delta","partial_json":${quoted(part)}}`
    yield blockDelta(index, delta, part === '' ? before + reply.textTokens : reply.outputTokens)
  }
  yield blockStop(index, reply.outputTokens)
}

function messageDelta(reply: Reply, generated: number, last: boolean): Frame {
  const stop = last ? stopFields(reply) : '"stop_reason":null,"stop_sequence":null'
  const details = last ? '' : ',"stop_details":null'
  const usage = reply.fault === 'usage_missing' ? '' : `,"usage":${deltaUsage(reply, generated)}`
  const delta = `"delta":{"container":null,${stop}${details}}${usage}`
  return frame(last ? 'final' : 'open', 'message_delta', delta, generated)
}

function* contentFrames(reply: Reply): Generator<Frame> {
  let index = 0
  if (reply.thinkingTokens > 0) {
    yield* thinkingFrames(reply, index)
    index += 1
  }
  yield* searchFrames(reply, index)
  yield* outputFrames(reply, index + 2 * reply.webSearches)
}

function* frames(reply: Reply, request: Json): Generator<Frame> {
  const unstopped = '"stop_reason":null,"stop_sequence":null,"stop_details":null'
  const usage =
    reply.fault === 'usage_missing'
      ? undefined
      : fullUsage(reply, request, {
          input: reply.inputTokens,
          output: reply.fault === 'usage_zero' ? 0 : placeholder(reply),
          thinking: 0,
          searched: false,
        })
  const start = message(reply, '', unstopped, usage)
  yield frame('open', 'message_start', `"message":${start}`, 0)
  let opened = false
  for (const content of contentFrames(reply)) {
    yield content
    // The live API sends its first ping right after the first block has opened.
    if (!opened) yield frame('open', 'ping', '', 0)
    opened = true
  }
  yield messageDelta(reply, reply.outputTokens, true)
  if (reply.fault === 'duplicate_final_usage') yield messageDelta(reply, reply.outputTokens, true)
  yield frame('final', 'message_stop', '', reply.outputTokens)
}

const placeholder = (reply: Reply): number =>
  Math.min(PLACEHOLDER_OUTPUT_TOKENS, reply.outputTokens)

export const anthropicMessages: Surface = {
  name: 'anthropic_messages',
  dialect: 'anthropic',
  searchable: true,
  check,
  prompt: anthropicPrompt,
  maxTokens: (request) => numberOf(request.max_tokens),
  thinking: ({ thinking }) =>
    isRecord(thinking) && (thinking.type === 'enabled' || thinking.type === 'adaptive'),
  tier: () => 'standard',
  choices: () => 1,
  body,
  frames,
  errorFrames: (reply, error, { generated }) => [
    {
      kind: 'final',
      event: 'error',
      data: errorBody('anthropic', error, reply.requestId),
      generated,
    },
  ],
}

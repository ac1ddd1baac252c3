import { normaliseOpenAiResponses } from './openai-responses.ts'
import { type Fields, fieldsOf, isError, isFields, listOf, wordOf } from './reading.ts'
import { type Accumulator, type StreamEvent, type StreamSnapshot, StreamState } from './stream.ts'

const TERMINAL = new Set([
  'response.completed',
  'response.incomplete',
  'response.failed',
  'response.cancelled',
])

/** Deltas that bring something to the caller; annotations and progress events do not. */
const DELIVERING = new Set([
  'response.output_text.delta',
  'response.refusal.delta',
  'response.reasoning_text.delta',
  'response.reasoning_summary_text.delta',
  'response.function_call_arguments.delta',
  'response.custom_tool_call_input.delta',
  'response.mcp_call_arguments.delta',
  'response.code_interpreter_call_code.delta',
  'response.audio.transcript.delta',
])

/** OpenAI Responses stream: usage is in the terminal event's response, and only there. */
export class OpenAiResponsesAccumulator implements Accumulator {
  readonly #state = new StreamState()
  readonly #items: unknown[] = []
  #response: Fields = {}

  push({ event, data }: StreamEvent): void {
    if (!isFields(data)) return
    const type = wordOf(data.type) ?? event ?? ''
    if (DELIVERING.has(type)) this.#deliver(type, data.delta)
    else if (type === 'error') this.#state.fail(isError(data.error) ? data.error : codeFirst(data))
    else if (type === 'response.output_item.added') this.#open(fieldsOf(data.item))
    else if (type === 'response.output_item.done') this.#items.push(data.item)
    if (isFields(data.response)) this.#respond(type, data.response)
  }

  #deliver(type: string, delta: unknown): void {
    if (type === 'response.refusal.delta') this.#state.refusal = true
    this.#state.deliver(delta)
  }

  #open(item: Fields): void {
    if (item.type === 'function_call' || item.type === 'custom_tool_call')
      this.#state.deliver(item.name)
  }

  #respond(type: string, response: Fields): void {
    this.#state.identify(response)
    this.#response = { ...this.#response, ...withoutNulls(response) }
    if (!TERMINAL.has(type)) return
    this.#state.finished = true
    const reason = wordOf(fieldsOf(response.incomplete_details).reason)
    this.#state.stopReason = reason ?? wordOf(response.status) ?? type.slice('response.'.length)
    if (reason === 'content_filter') this.#state.refusal = true
    if (isFields(response.error)) this.#state.fail(codeFirst(response.error))
    else if (type === 'response.failed') this.#state.fail({ type: 'failed' })
  }

  snapshot(): StreamSnapshot {
    const { usage = null, output } = this.#response
    const items = listOf(output).length > 0 ? output : this.#items
    const call = normaliseOpenAiResponses({
      model: this.#state.model,
      service_tier: this.#response.service_tier,
      usage,
      output: items,
    })
    return this.#state.snapshot(call, usage)
  }
}

/** Responses errors carry a code; where there is none the type stays. */
const codeFirst = (error: Fields): Fields => ({
  type: wordOf(error.code) ?? (error.type === 'error' ? 'error' : error.type),
  message: error.message,
})

function withoutNulls(fields: Fields): Fields {
  const kept: Record<string, unknown> = {}
  for (const [name, value] of Object.entries(fields)) if (value !== null) kept[name] = value
  return kept
}

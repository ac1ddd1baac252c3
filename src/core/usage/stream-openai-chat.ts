import { normaliseOpenAiChat } from './openai-chat.ts'
import { fieldsOf, isError, isFields, listOf, wordOf } from './reading.ts'
import {
  type Accumulator,
  type Asked,
  type StreamEvent,
  type StreamSnapshot,
  StreamState,
} from './stream.ts'

/**
 * OpenAI Chat Completions stream. Usage is of the whole request: the last chunk that has one counts
 * (some compatible servers send it with every chunk, cumulatively). The end is `[DONE]`, or a finish
 * reason for every choice that was asked for, since some servers leave `[DONE]` out.
 */
export class OpenAiChatAccumulator implements Accumulator {
  readonly #state = new StreamState()
  readonly #open = new Set<unknown>()
  readonly #ended = new Set<unknown>()
  #usage: unknown = null
  #tier: string | null = null
  readonly #asked: Asked

  constructor(asked: Asked) {
    this.#asked = asked
  }

  push({ event, data }: StreamEvent): void {
    if (data === '[DONE]') {
      this.#state.finished = true
      return
    }
    if (!isFields(data)) return
    if (isError(data.error)) this.#state.fail(data.error)
    else if (event === 'error' || data.object === 'error') this.#state.fail(data)
    this.#state.identify(data)
    this.#tier = wordOf(data.service_tier) ?? this.#tier
    if (isFields(data.usage)) this.#usage = data.usage
    for (const choice of listOf(data.choices)) this.#choice(choice)
  }

  #choice(value: unknown): void {
    const choice = fieldsOf(value)
    const index = choice.index ?? 0
    this.#deliver(choice.delta)
    this.#state.deliver(choice.text)
    const reason = wordOf(choice.finish_reason)
    if (reason === null) {
      this.#open.add(index)
      return
    }
    this.#open.delete(index)
    this.#ended.add(index)
    this.#state.stopReason = reason
    if (reason === 'content_filter') this.#state.refusal = true
    const { choices = 1 } = this.#asked
    if (this.#open.size === 0 && this.#ended.size >= choices) this.#state.finished = true
  }

  #deliver(value: unknown): void {
    if (!isFields(value)) return
    const state = this.#state
    state.deliver(value.content)
    // Reasoning in the clear, as compatible servers send it.
    state.deliver(value.reasoning_content ?? value.reasoning)
    if (wordOf(value.refusal) !== null) {
      state.refusal = true
      state.deliver(value.refusal)
    }
    if (isFields(value.audio)) {
      state.deliver(value.audio.transcript)
      if (wordOf(value.audio.data) !== null) state.outputStarted = true
    }
    this.#deliverCall(value.function_call)
    for (const call of listOf(value.tool_calls)) this.#deliverCall(fieldsOf(call).function)
  }

  #deliverCall(value: unknown): void {
    const call = fieldsOf(value)
    this.#state.deliver(call.name)
    this.#state.deliver(call.arguments)
  }

  snapshot(): StreamSnapshot {
    const answer = { model: this.#state.model, service_tier: this.#tier, usage: this.#usage }
    const call = normaliseOpenAiChat(answer, this.#asked.searches)
    return this.#state.snapshot(call, this.#usage)
  }
}

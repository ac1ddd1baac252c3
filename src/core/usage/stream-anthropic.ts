import { normaliseAnthropic } from './anthropic.ts'
import { type Fields, fieldsOf, isFields, wordOf } from './reading.ts'
import { type Accumulator, type StreamEvent, type StreamSnapshot, StreamState } from './stream.ts'

/**
 * Anthropic Messages stream. The usage of `message_delta` is cumulative: a later field that is not
 * null replaces the earlier one, even when it is lower; nothing is summed. The split of cache writes,
 * the tier, the speed and the region are only in `message_start` and stay.
 */
export class AnthropicAccumulator implements Accumulator {
  readonly #state = new StreamState()
  #usage: Record<string, unknown> | null = null
  /** `message_start` reports a placeholder: an output count is real only from a `message_delta`. */
  #outputIsReal = false

  push({ event, data }: StreamEvent): void {
    const fields = fieldsOf(data)
    switch (wordOf(fields.type) ?? event) {
      case 'message_start':
        this.#start(isFields(fields.message) ? fields.message : fields)
        break
      case 'content_block_start':
        this.#open(fieldsOf(fields.content_block))
        break
      case 'content_block_delta':
        this.#deliver(fieldsOf(fields.delta))
        break
      case 'message_delta':
        this.#delta(fields)
        break
      case 'message_stop':
        this.#state.finished = true
        break
      case 'error':
        this.#state.fail(fields.error)
        break
    }
  }

  #start(message: Fields): void {
    this.#state.identify(message)
    this.#merge(message.usage)
  }

  #open(block: Fields): void {
    this.#state.deliver(block.text)
    this.#state.deliver(block.thinking)
    if (block.type === 'tool_use' || block.type === 'redacted_thinking')
      this.#state.outputStarted = true
  }

  #deliver(delta: Fields): void {
    this.#state.deliver(delta.text)
    this.#state.deliver(delta.thinking)
    this.#state.deliver(delta.partial_json)
  }

  #delta(fields: Fields): void {
    const stop = wordOf(fieldsOf(fields.delta).stop_reason)
    if (stop !== null) {
      this.#state.stopReason = stop
      this.#state.refusal = stop === 'refusal'
    }
    const { output_tokens: output } = fieldsOf(fields.usage)
    if (output !== undefined && output !== null) this.#outputIsReal = true
    this.#merge(fields.usage)
  }

  #merge(usage: unknown): void {
    if (!isFields(usage)) return
    const merged: Record<string, unknown> = this.#usage ?? {}
    for (const [name, value] of Object.entries(usage)) {
      if (value !== null || !(name in merged)) merged[name] = value
    }
    this.#usage = merged
  }

  snapshot(): StreamSnapshot {
    const { model } = this.#state
    const call = normaliseAnthropic({ model, usage: this.#countable() })
    return this.#state.snapshot(call, this.#usage && { ...this.#usage })
  }

  #countable(): Fields | null {
    if (this.#usage === null || this.#outputIsReal) return this.#usage
    const { output_tokens: _placeholder, output_tokens_details: _none, ...rest } = this.#usage
    return rest
  }
}

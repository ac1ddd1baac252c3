import {
  type Asked,
  createAccumulator,
  type Dialect,
  type StreamDialect,
  type StreamEvent,
  type StreamSnapshot,
} from '../../core/usage/index.ts'
import { isRecord, type Json, listOf } from '../request.ts'

/** What an answer in one piece says, read like the stream that it could have been. */
export function snapshotOfWhole(dialect: Dialect, json: Json, asked: Asked): StreamSnapshot {
  const own = dialect as StreamDialect
  const accumulator = createAccumulator(own, asked)
  for (const event of EVENTS[own](json)) accumulator.push(event)
  return accumulator.snapshot()
}

const EVENTS: Readonly<Record<StreamDialect, (json: Json) => StreamEvent[]>> = {
  anthropic: messageEvents,
  openai_chat: chatEvents,
  openai_responses: responseEvents,
}

function messageEvents(json: Json): StreamEvent[] {
  if (json.type === 'error') return [{ data: json }]
  const blocks = listOf(json.content).map((block) => ({
    data: { type: 'content_block_start', content_block: block },
  }))
  const { stop_reason, usage } = json
  return [
    { data: { type: 'message_start', message: json } },
    ...blocks,
    { data: { type: 'message_delta', delta: { stop_reason }, usage } },
    { data: { type: 'message_stop' } },
  ]
}

function chatEvents(json: Json): StreamEvent[] {
  const choices = listOf(json.choices).map((choice) =>
    isRecord(choice) ? { ...choice, delta: choice.message } : choice,
  )
  return [{ data: { ...json, choices } }, { data: '[DONE]' }]
}

const STATUSES = new Set(['completed', 'incomplete', 'failed', 'cancelled'])

function responseEvents(json: Json): StreamEvent[] {
  if (isRecord(json.error) && json.status === undefined)
    return [{ data: { type: 'error', error: json.error } }]
  const status = STATUSES.has(String(json.status)) ? json.status : 'completed'
  return [
    ...listOf(json.output).flatMap(itemEvents),
    { data: { type: `response.${status}`, response: json } },
  ]
}

function itemEvents(item: unknown): StreamEvent[] {
  if (!isRecord(item)) return []
  const texts = listOf(item.content).map((part) => {
    const { text, refusal } = isRecord(part) ? part : {}
    return refusal === undefined
      ? { data: { type: 'response.output_text.delta', delta: text } }
      : { data: { type: 'response.refusal.delta', delta: refusal } }
  })
  const input = { type: 'response.function_call_arguments.delta', delta: item.arguments }
  return [{ data: { type: 'response.output_item.added', item } }, ...texts, { data: input }]
}

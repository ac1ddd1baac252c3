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

/** An answer without the member that every answer has is an error, whatever its status and its form. */
const noAnswer = (json: Json): StreamEvent[] => {
  const { error } = json
  const isSaid = isRecord(error) || (typeof error === 'string' && error !== '')
  return [{ data: { type: 'error', error: isSaid ? error : json } }]
}

function messageEvents(json: Json): StreamEvent[] {
  if (json.type === 'error' || !Array.isArray(json.content)) return noAnswer(json)
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
  // embeddings are read by this dialect too
  if (!Array.isArray(json.choices) && !Array.isArray(json.data)) return noAnswer(json)
  const choices = listOf(json.choices).map((choice) =>
    isRecord(choice) ? { ...choice, delta: choice.message } : choice,
  )
  return [{ data: { ...json, choices } }, { data: '[DONE]' }]
}

const STATUSES = new Set(['completed', 'incomplete', 'failed', 'cancelled'])

function responseEvents(json: Json): StreamEvent[] {
  const isFailure = isRecord(json.error) && json.status === undefined
  if (isFailure || !Array.isArray(json.output)) return noAnswer(json)
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

import type { PromptWriter } from '../traces.ts'
import type { PlannedCall, Surface } from './call.ts'

const PATHS: Readonly<Record<Surface, string>> = {
  messages: '/anthropic/v1/messages',
  chat: '/openai/v1/chat/completions',
  responses: '/openai/v1/responses',
}

export const pathOf = (call: PlannedCall): string => PATHS[call.surface]

/** The body as the official SDKs would send it: the same for every attempt. */
export function bodyOf(call: PlannedCall, writer: PromptWriter): Buffer {
  return Buffer.from(JSON.stringify(BODIES[call.surface](call, writer)))
}

const BODIES: Readonly<Record<Surface, (call: PlannedCall, writer: PromptWriter) => object>> = {
  messages: (call, writer) => ({
    model: call.model,
    max_tokens: call.outputTokensMax,
    messages: [{ role: 'user', content: writer.contentOf(call.traceCall) }],
    metadata: { user_id: call.id },
    ...(call.stream && { stream: true }),
  }),
  chat: (call, writer) => ({
    model: call.model,
    max_completion_tokens: call.outputTokensMax,
    messages: [{ role: 'user', content: writer.stringOf(call.traceCall) }],
    safety_identifier: call.id,
    ...(call.stream && { stream: true, stream_options: { include_usage: true } }),
  }),
  responses: (call, writer) => ({
    model: call.model,
    max_output_tokens: call.outputTokensMax,
    input: writer.stringOf(call.traceCall),
    safety_identifier: call.id,
    ...(call.stream && { stream: true }),
  }),
}

/** Headers of one attempt, with what the SDKs send about themselves. */
export function headersOf(
  call: PlannedCall,
  secret: string,
  retryCount: number,
): Record<string, string> {
  return {
    ...(call.surface === 'messages'
      ? { 'x-api-key': secret, 'anthropic-version': '2023-06-01' }
      : { authorization: `Bearer ${secret}` }),
    'content-type': 'application/json',
    accept: call.stream ? 'text/event-stream' : 'application/json',
    'user-agent': call.surface === 'messages' ? 'Anthropic/JS 1.11.0' : 'OpenAI/JS 6.49.0',
    'x-stainless-lang': 'js',
    'x-stainless-retry-count': String(retryCount),
    'x-sim-call': call.id,
    ...call.wishes,
  }
}

const sse = (type: string, fields: object): string =>
  `event: ${type}\ndata: ${JSON.stringify({ type, ...fields })}\n\n`

/** The wire of a stream of Anthropic's, as a provider sends it. */
export const START = sse('message_start', {
  message: {
    ...{ id: 'msg_1', model: 'claude-haiku-5.5' },
    usage: { input_tokens: 10, output_tokens: 1 },
  },
})
/** Four bytes: a token. */
export const DELTA = sse('content_block_delta', {
  ...{ index: 0, delta: { type: 'text_delta', text: 'word' } },
})
export const endAfter = (tokens: number): string =>
  sse('message_delta', { delta: { stop_reason: 'end_turn' }, usage: { output_tokens: tokens } }) +
  sse('message_stop', {})

export const deltasIn = (text: string): number => text.split('text_delta').length - 1

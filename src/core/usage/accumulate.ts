import type { Accumulator, Asked, StreamDialect } from './stream.ts'
import { AnthropicAccumulator } from './stream-anthropic.ts'
import { OpenAiChatAccumulator } from './stream-openai-chat.ts'
import { OpenAiResponsesAccumulator } from './stream-openai-responses.ts'

/** A fresh accumulator for one stream (one attempt) of a dialect. */
export function createAccumulator(dialect: StreamDialect, asked: Asked = {}): Accumulator {
  switch (dialect) {
    case 'anthropic':
      return new AnthropicAccumulator()
    case 'openai_chat':
      return new OpenAiChatAccumulator(asked)
    case 'openai_responses':
      return new OpenAiResponsesAccumulator()
  }
}

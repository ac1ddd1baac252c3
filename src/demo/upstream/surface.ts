import type { Json, Prompt } from './prompt.ts'
import type { Reply } from './reply.ts'

export type Dialect = 'anthropic' | 'openai'

/** An error answer before its dialect gives it a shape. */
export interface ApiError {
  readonly status: number
  readonly type: string
  readonly message: string
  readonly code?: string | undefined
  readonly param?: string | undefined
  readonly retryAfter?: string | undefined
}

/** One event of a stream. */
export interface Frame {
  readonly event?: string
  readonly data: string
  /** `delta` carries output; `final` is anything after the last delta. */
  readonly kind: 'open' | 'delta' | 'final'
  /** Output tokens that exist once this frame is written. */
  readonly generated: number
  /** The visible text inside `data`, where a fault may want to spoil it. */
  readonly text?: string
}

/** How far a stream had come when it failed. */
export interface StreamPosition {
  readonly generated: number
  readonly events: number
}

/** One generating endpoint: how it reads a request and how it renders a reply. */
export interface Surface {
  readonly name: 'anthropic_messages' | 'openai_chat' | 'openai_responses'
  readonly dialect: Dialect
  check(body: Json): ApiError | undefined
  prompt(body: Json): Prompt
  maxTokens(body: Json): number | undefined
  thinking(body: Json): boolean
  tier(body: Json): string
  /** Answers of `n` choices bill their output `n` times. */
  choices(body: Json): number
  /** Whether the answer can carry counted web searches. */
  readonly searchable: boolean
  body(reply: Reply, request: Json): string
  frames(reply: Reply, request: Json): Generator<Frame>
  /** The in-band error that ends a stream. */
  errorFrames(reply: Reply, error: ApiError, at: StreamPosition): Frame[]
}

export const numberOf = (value: unknown): number | undefined =>
  typeof value === 'number' && Number.isFinite(value) && value >= 0 ? Math.floor(value) : undefined

export const quoted = (text: string): string => JSON.stringify(text)

import { BYTES_PER_TOKEN } from './filler.ts'

export type Json = Record<string, unknown>
export type CacheTtl = '5m' | '1h'

/** One content block of a prompt, in the order in which the provider reads them. */
export interface Segment {
  readonly text: string
  readonly bytes: number
  /** A `cache_control` mark: the prefix up to here is to be cached. */
  readonly mark?: CacheTtl
}

export interface Prompt {
  readonly segments: readonly Segment[]
  readonly bytes: number
  readonly tokens: number
}

/** An image or a file has no text to count; each costs what a mid-sized image costs. */
const MEDIA_TOKENS = 1024
const MEDIA_TEXT = '#'.repeat(MEDIA_TOKENS * BYTES_PER_TOKEN)

export const tokensOfBytes = (bytes: number): number => Math.ceil(bytes / BYTES_PER_TOKEN)
export const isRecord = (value: unknown): value is Json =>
  typeof value === 'object' && value !== null && !Array.isArray(value)
const asList = (value: unknown): readonly unknown[] => (Array.isArray(value) ? value : [])

export function promptOf(segments: readonly Segment[]): Prompt {
  let bytes = 0
  for (const segment of segments) bytes += segment.bytes
  return { segments, bytes, tokens: tokensOfBytes(bytes) }
}

function markOf(block: Json): CacheTtl | undefined {
  const control = block.cache_control
  if (!isRecord(control) || control.type !== 'ephemeral') return undefined
  return control.ttl === '1h' ? '1h' : '5m'
}

function segment(text: string, mark?: CacheTtl): Segment {
  const bytes = Buffer.byteLength(text)
  return mark ? { text, bytes, mark } : { text, bytes }
}

/** The readable text of a content block of either dialect. */
function textOf(block: unknown): string {
  if (typeof block === 'string') return block
  if (!isRecord(block)) return ''
  for (const field of ['text', 'thinking', 'refusal', 'output', 'arguments'] as const) {
    if (typeof block[field] === 'string') return block[field]
  }
  if (block.type === 'tool_use') return `${block.name}${JSON.stringify(block.input)}`
  if (typeof block.content === 'string') return block.content
  if (Array.isArray(block.content)) return block.content.map(textOf).join('')
  return block.type === undefined || block.type === 'function' ? JSON.stringify(block) : MEDIA_TEXT
}

function addContent(target: Segment[], content: unknown): void {
  if (typeof content === 'string') {
    if (content !== '') target.push(segment(content))
    return
  }
  for (const block of asList(content)) {
    target.push(segment(textOf(block), isRecord(block) ? markOf(block) : undefined))
  }
}

function addTools(target: Segment[], tools: unknown): void {
  for (const tool of asList(tools)) {
    target.push(segment(JSON.stringify(tool), isRecord(tool) ? markOf(tool) : undefined))
  }
}

/** Tools, system, messages: the order in which Anthropic's cache prefix runs. */
export function anthropicPrompt(body: Json): Prompt {
  const segments: Segment[] = []
  addTools(segments, body.tools)
  addContent(segments, body.system)
  for (const message of asList(body.messages)) {
    if (isRecord(message)) addContent(segments, message.content)
  }
  // A mark on the request itself moves to its last block ("automatic caching").
  const mark = markOf(body)
  const last = segments.at(-1)
  if (mark && last) segments[segments.length - 1] = { ...last, mark }
  return promptOf(segments)
}

export function chatPrompt(body: Json): Prompt {
  const segments: Segment[] = []
  addTools(segments, body.tools)
  for (const message of asList(body.messages)) {
    if (!isRecord(message)) continue
    addContent(segments, message.content)
    for (const call of asList(message.tool_calls)) segments.push(segment(JSON.stringify(call)))
  }
  return promptOf(segments)
}

export function responsesPrompt(body: Json): Prompt {
  const segments: Segment[] = []
  addTools(segments, body.tools)
  addContent(segments, body.instructions)
  if (typeof body.input === 'string') addContent(segments, body.input)
  for (const item of asList(body.input)) {
    if (isRecord(item) && item.content !== undefined) addContent(segments, item.content)
    else segments.push(segment(textOf(item)))
  }
  return promptOf(segments)
}

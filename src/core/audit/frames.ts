import type { Dialect, TokenKind } from '../usage/usage.ts'
import { read, type Tokens, usageOf } from './reading.ts'
import type { AuditRule } from './rules.ts'

/** What a stream reported on its way, and what can be made of it wrongly. */

type Fields = Readonly<Record<string, unknown>>

const isFields = (value: unknown): value is Fields =>
  typeof value === 'object' && value !== null && !Array.isArray(value)

/** Reports are cumulative: a later count replaces an earlier one, and what is left out stays. */
function merge(a: Fields, b: Fields): Fields {
  const merged: Record<string, unknown> = { ...a }
  for (const [name, value] of Object.entries(b)) {
    if (value === null || value === undefined) continue
    const old = merged[name]
    merged[name] = isFields(old) && isFields(value) ? merge(old, value) : value
  }
  return merged
}

/** The last word of a stream; `null` where it reported nothing. */
export function mergedFrames(dialect: Dialect, frames: readonly unknown[]): Fields | null {
  let merged: Fields | null = null
  for (const frame of frames) {
    const usage = usageOf(dialect, frame)
    if (usage) merged = merged === null ? usage : merge(merged, usage)
  }
  return merged
}

export interface FrameReading {
  readonly rule: AuditRule
  readonly how: string
  readonly tokens: Tokens
}

/** What a wrong bill makes of a stream: its sum, its first report, its last one, a mix of them. */
export function frameReadings(dialect: Dialect | null, frames: readonly unknown[]): FrameReading[] {
  if (dialect === null || frames.length < 2) return []
  const all = frames.map((frame) => read(dialect, frame)?.tokens ?? {})
  const last = read(dialect, mergedFrames(dialect, frames))?.tokens ?? {}
  const first = all[0]!
  const sum = all.reduce(plus, {})
  return [
    { rule: 'stream_misread', how: 'all_added_up', tokens: sum },
    { rule: 'stream_misread', how: 'outputs_added_up', tokens: { ...last, ...outputsOf(sum) } },
    { rule: 'stream_misread', how: 'prompts_added_up', tokens: { ...sum, ...outputsOf(last) } },
    { rule: 'stream_misread', how: 'last_report_only', tokens: all.at(-1)! },
    { rule: 'stream_misread', how: 'first_report_only', tokens: first },
    { rule: 'stream_misread', how: 'first_prompt', tokens: { ...first, ...outputsOf(last) } },
  ]
}

const OUTPUTS: readonly TokenKind[] = ['output', 'reasoning', 'output_audio', 'output_image']

const outputsOf = (tokens: Tokens): Tokens =>
  Object.fromEntries(OUTPUTS.map((kind) => [kind, tokens[kind] ?? 0]))

function plus(a: Tokens, b: Tokens): Tokens {
  const sum: Partial<Record<TokenKind, number>> = { ...a }
  for (const [kind, count] of Object.entries(b) as [TokenKind, number][])
    sum[kind] = (sum[kind] ?? 0) + count
  return sum
}

import { expect } from 'vitest'
import type { NormalisedCall, TokenKind, Usage, UsageFlag } from '../../../src/core/usage/index.ts'

/** The usage that was read; fails the test when it is missing. */
export function usageIn(call: NormalisedCall): Usage {
  expect(call.usage).not.toBeNull()
  if (!call.usage) throw new Error('unreachable')
  return call.usage
}

export const sumOf = (tokens: Readonly<Partial<Record<TokenKind, number>>>): number =>
  Object.values(tokens).reduce((sum, count) => sum + count, 0)

/** `[what it shows, raw usage, tokens, flags]` */
export type Row = readonly [
  string,
  Readonly<Record<string, unknown>>,
  Readonly<Partial<Record<TokenKind, number>>>,
  readonly UsageFlag[],
]

/** `[what it shows, items of a response's output, fees]`: for both readings of them. */
export const PAID_TOOLS: readonly (readonly [
  string,
  readonly Readonly<Record<string, unknown>>[],
  Readonly<Record<string, number>>,
])[] = [
  [
    'each image that was drawn is a fee',
    [
      { type: 'image_generation_call', status: 'completed', result: 'AAAA' },
      { type: 'image_generation_call', status: 'completed', result: 'BBBB' },
      { type: 'image_generation_call', status: 'failed' },
    ],
    { image_generation: 2 },
  ],
  [
    'each container that code ran in is a fee, not each run',
    [
      { type: 'code_interpreter_call', status: 'completed', container_id: 'a' },
      { type: 'code_interpreter_call', status: 'completed', container_id: 'a' },
      { type: 'code_interpreter_call', status: 'completed', container_id: 'b' },
    ],
    { code_interpreter: 2 },
  ],
  [
    'a shell is a fee where the provider runs it',
    [
      { type: 'shell_call', environment: { type: 'container_reference', container_id: 'a' } },
      { type: 'shell_call', environment: { type: 'local' } },
      { type: 'shell_call' },
    ],
    { shell: 1 },
  ],
  ['a tool that nobody knows yet is a fee', [{ type: 'time_travel_call' }], { time_travel: 1 }],
  [
    'what the caller runs, or what costs its tokens only, is none',
    [
      { type: 'function_call', name: 'f' },
      { type: 'custom_tool_call', name: 'f' },
      { type: 'computer_call' },
      { type: 'local_shell_call' },
      { type: 'apply_patch_call' },
      { type: 'mcp_call' },
      { type: 'tool_search_call' },
      { type: 'function_call_output' },
      { type: 'message' },
    ],
    {},
  ],
]

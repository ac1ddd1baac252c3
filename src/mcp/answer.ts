import type { CallToolResult } from '@modelcontextprotocol/server'
import type { Reader } from '../contract/explain/index.ts'
import { wordsOf } from '../contract/explain/index.ts'
import type { ToolAnswer } from '../contract/mcp/answer.ts'
import { confirmText } from '../contract/mcp/money-text.ts'
import { problemText } from '../contract/mcp/text.ts'
import type { ToolName } from '../contract/mcp/tools.ts'
import type { Problem } from '../contract/schemas/problem.ts'
import type { Found } from './call.ts'
import type { ToConfirm } from './confirmed.ts'

/** Balances move: an answer is good for a moment, and for nobody but who asked. */
const CACHE = { ttlMs: 1_000, cacheScope: 'private' } as const

const EMPTY = {
  result: null,
  problem: null,
  confirmation: null,
  as_of: null,
  seq: null,
} as const

export const foundAnswer = (accountId: string | null, found: Found<ToolName>): ToolAnswer => ({
  ...EMPTY,
  status: 'done',
  sentences: [...found.sentences],
  result: found.result,
  account_id: accountId,
  as_of: found.as_of,
  seq: found.seq,
})

export const confirmAnswer = (
  accountId: string,
  { confirmation, as_of, seq }: ToConfirm,
  reader: Reader,
): ToolAnswer => ({
  ...EMPTY,
  status: 'confirmation_required',
  sentences: confirmText(confirmation.sentence, reader),
  confirmation,
  account_id: accountId,
  as_of,
  seq,
})

/** Who was asked said no: nothing was done, and nothing is wrong. */
export const declinedAnswer = (
  accountId: string,
  { as_of, seq }: Pick<ToConfirm, 'as_of' | 'seq'>,
  reader: Reader,
): ToolAnswer => ({
  ...EMPTY,
  status: 'refused',
  sentences: [wordsOf(reader.lang).block.nothingCharged],
  account_id: accountId,
  as_of,
  seq,
})

/** A rule said no: that is an answer. Anything else is a fault of the request, or of the server. */
const isRefusal = ({ status, block, campaign }: Problem): boolean =>
  block !== undefined || campaign !== undefined || [402, 409, 422, 429].includes(status)

export const problemAnswer = (
  accountId: string | null,
  problem: Problem,
  reader: Reader,
): ToolAnswer => ({
  ...EMPTY,
  status: isRefusal(problem) ? 'refused' : 'failed',
  sentences: problemText(problem, reader),
  problem,
  account_id: accountId,
  as_of: problem.as_of ?? problem.block?.as_of ?? null,
  seq: problem.seq ?? problem.block?.seq ?? null,
})

/** Sentences for people first; then the figures once more, for clients that read text only. */
export const toolResult = (answer: ToolAnswer): CallToolResult => ({
  content: [
    { type: 'text', text: answer.sentences.join('\n') },
    { type: 'text', text: JSON.stringify(answer) },
  ],
  structuredContent: answer as unknown as Record<string, unknown>,
  ...(answer.status === 'failed' && { isError: true }),
  _meta: { 'everycent/cache': CACHE },
})

import type Type from 'typebox'
import type { OperationId } from '../routes/index.ts'
import type { Scope } from './answer.ts'

/** A tool of the MCP server, as a model and its client see it. */
export interface Tool {
  readonly title: string
  /** For the model that chooses: what it answers, and when to ask. */
  readonly description: string
  readonly scope: Scope
  /** The operations of the HTTP API that it is made of: whoever may not do each of them lacks the tool. */
  readonly uses: readonly [OperationId, ...OperationId[]]
  readonly input: Type.TObject
  /** Of `result` in its answer. */
  readonly result: Type.TSchema
  /** What it does to the world; everything but `reads` is confirmed before it is done. */
  readonly effect: 'reads' | 'asks' | 'adds' | 'pays' | 'takes_back'
}

export const tool = <const T extends Tool>(spec: T): T => spec

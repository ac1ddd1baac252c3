import type { ToolName } from '../contract/mcp/tools.ts'
import type { Call, Found } from './call.ts'

/** What somebody has to agree to before it is done. */
export interface Order {
  readonly sentence: string
  /** What moves, tax included; `null`: nothing does. */
  readonly amount: string | null
  readonly currency: string
  /** What the sentence rests on: where any of it differs later, it is not done. */
  readonly terms: Readonly<Record<string, string>>
  /** What doing it needs. */
  readonly facts?: Readonly<Record<string, string>>
  readonly as_of: string
  readonly seq: number
}

export interface Ordered<Name extends ToolName> {
  /** Looks and moves nothing. */
  prepare(call: Call<Name>): Promise<Order>
  /** Once for a request id, however often it is asked for. */
  perform(
    call: Call<Name>,
    own: { readonly requestId: string; readonly facts: Readonly<Record<string, string>> },
  ): Promise<Found<Name>>
  /** Whether a preview that the server keeps stands for the terms, so that they need no second look. */
  readonly keepsPreview?: true
}

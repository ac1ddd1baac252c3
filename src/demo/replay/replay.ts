import type { CallResult, PlannedCall } from './call.ts'
import type { Caller } from './caller.ts'

export interface ReplayOptions {
  readonly calls: readonly PlannedCall[]
  readonly caller: Caller
  /** Calls in flight. */
  readonly concurrency: number
  readonly signal: AbortSignal
  readonly onResult: (result: CallResult) => void
  /** What whoever made the call waits for before the next one. */
  readonly pause?: (result: CallResult) => Promise<void>
}

/** Makes all calls in their order, so many at a time. Returns how many were made. */
export async function replay(options: ReplayOptions): Promise<number> {
  const { calls, caller, signal, onResult, pause } = options
  let next = 0
  const client = async (): Promise<void> => {
    while (!signal.aborted) {
      const call = calls[next]
      if (call === undefined) return
      next += 1
      const result = await caller.call(call)
      onResult(result)
      await pause?.(result)
    }
  }
  await Promise.all(Array.from({ length: options.concurrency }, client))
  return next
}

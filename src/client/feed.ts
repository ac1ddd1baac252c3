import type { EntryAnswer } from '../contract/schemas/entries.ts'
import { requestFor } from './operations.ts'
import { EverycentProblem, EverycentUnreachable } from './problem.ts'
import { readEvents, type StreamHints } from './sse.ts'
import { pause, type Transport } from './transport.ts'

export interface FollowOptions {
  /** Begins after this journal entry; with what is new when left out. */
  readonly afterSeq?: number
  readonly signal?: AbortSignal
  /** Told when the server has answered and entries will come. */
  readonly onConnect?: () => void
  /** Told before each new connection: for a screen that says so. */
  readonly onReconnect?: (reconnect: { readonly waitMs: number; readonly error: unknown }) => void
  /** Connections that fail one after the other before the feed is given up. Default 20. */
  readonly failuresMax?: number
  /** A connection without any byte for so long is taken for dead. Default 60 s. */
  readonly idleMs?: number
}

const FAILURES_MAX = 20
const IDLE_MS = 60_000
const BACKOFF_FIRST_MS = 500
const BACKOFF_MAX_MS = 10_000

/**
 * The journal of an account as it grows: every entry once, in order, without a gap, across lost
 * connections and restarts of the server.
 */
export async function* followJournal(
  transport: Transport,
  accountId: string,
  afterSeq: number,
  options: FollowOptions,
): AsyncGenerator<EntryAnswer> {
  const hints: StreamHints = { retryMs: undefined }
  let last = afterSeq
  let failures = 0
  while (!options.signal?.aborted) {
    let error: unknown
    try {
      for await (const entry of connection(transport, accountId, last, options, hints)) {
        failures = 0
        // A server that begins a little too early repeats.
        if (entry.seq <= last) continue
        last = entry.seq
        yield entry
      }
    } catch (thrown) {
      failures += 1
      error = thrown
    }
    if (options.signal?.aborted) return
    if (error !== undefined) refuseHopeless(error, failures, options)
    await reconnecting(error, failures, options, hints)
  }
}

function refuseHopeless(error: unknown, failures: number, options: FollowOptions): void {
  if (!mayHeal(error) || failures > (options.failuresMax ?? FAILURES_MAX)) throw error
}

async function* connection(
  transport: Transport,
  accountId: string,
  afterSeq: number,
  options: FollowOptions,
  hints: StreamHints,
): AsyncGenerator<EntryAnswer> {
  const request = requestFor('followEvents', {
    params: { account_id: accountId },
    query: { after_seq: afterSeq },
  })
  const headers = { accept: 'text/event-stream', 'last-event-id': String(afterSeq) }
  const signal = options.signal ? { signal: options.signal } : {}
  const response = await transport.open({ ...request, headers, ...signal })
  if (!response.body) return
  const reading = { hints, idleMs: options.idleMs ?? IDLE_MS }
  try {
    options.onConnect?.()
    for await (const event of readEvents(response.body, reading)) {
      const entry = entryOf(event.data)
      if (entry) yield entry
    }
  } catch (error) {
    if (options.signal?.aborted) return
    throw new EverycentUnreachable(response.url, 'the event feed broke off', { cause: error })
  }
}

function entryOf(data: string): EntryAnswer | undefined {
  const parsed: unknown = JSON.parse(data)
  if (typeof parsed !== 'object' || parsed === null || !('seq' in parsed)) return undefined
  return typeof parsed.seq === 'number' ? (parsed as EntryAnswer) : undefined
}

const mayHeal = (error: unknown): boolean =>
  error instanceof EverycentUnreachable ||
  (error instanceof EverycentProblem && (error.status >= 500 || error.status === 429))

async function reconnecting(
  error: unknown,
  failures: number,
  options: FollowOptions,
  hints: StreamHints,
): Promise<void> {
  const asked = error instanceof EverycentProblem ? error.retryAfterMs : hints.retryMs
  const backoffMs = Math.min(BACKOFF_MAX_MS, BACKOFF_FIRST_MS * 2 ** Math.max(0, failures - 1))
  const waitMs = asked ?? backoffMs
  options.onReconnect?.({ waitMs, error })
  await pause(waitMs, options.signal).catch(() => {})
}

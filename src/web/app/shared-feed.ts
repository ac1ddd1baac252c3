import type { EntryAnswer } from '../../client/index.ts'
import { api } from './client.ts'

export type LiveState =
  | { readonly state: 'connecting' | 'live' | 'off' }
  | { readonly state: 'lost'; readonly retryInMs: number }

export interface FeedListener {
  readonly onEntry: (entry: EntryAnswer) => void
  readonly onStatus: (status: LiveState) => void
}

type Message =
  | { readonly entry: EntryAnswer }
  | { readonly status: LiveState }
  | { readonly ask: 'status' }

/**
 * The feed of an account, once for all tabs of a browser: browsers open only six connections to a server,
 * and six tabs with a feed each would leave none for anything else. The tab that holds the lock reads
 * and tells the others; when it closes, the next one takes over from the entry it saw last.
 */
export function followShared(account: string, listener: FeedListener, signal: AbortSignal): void {
  const channel = new BroadcastChannel(`everycent.feed.${account}`)
  let lastSeq: number | undefined
  let status: LiveState = { state: 'connecting' }
  const take = (entry: EntryAnswer): void => {
    if (lastSeq !== undefined && entry.seq <= lastSeq) return
    lastSeq = entry.seq
    listener.onEntry(entry)
  }
  const say = (fresh: LiveState): void => {
    status = fresh
    listener.onStatus(fresh)
  }
  let isReader = false
  channel.onmessage = ({ data }: MessageEvent<Message>) => {
    if ('entry' in data) take(data.entry)
    else if ('status' in data) say(data.status)
    else if (isReader) channel.postMessage({ status } satisfies Message)
  }
  channel.postMessage({ ask: 'status' } satisfies Message)
  signal.addEventListener('abort', () => channel.close())
  const told: FeedListener = {
    onEntry: (entry) => {
      channel.postMessage({ entry } satisfies Message)
      take(entry)
    },
    onStatus: (fresh) => {
      channel.postMessage({ status: fresh } satisfies Message)
      say(fresh)
    },
  }
  void asReader(account, signal, async () => {
    isReader = true
    await read(account, { listener: told, signal, after: () => lastSeq })
  })
}

/** Where the browser has no locks, or refuses them to a frame of another site, each tab reads for itself. */
async function asReader(
  account: string,
  signal: AbortSignal,
  run: () => Promise<void>,
): Promise<void> {
  if (navigator.locks === undefined) return run()
  await navigator.locks
    .request(`everycent.feed.${account}`, { signal }, run)
    .catch(() => (signal.aborted ? undefined : run()))
}

interface Reading {
  readonly listener: FeedListener
  readonly signal: AbortSignal
  readonly after: () => number | undefined
}

async function read(account: string, { listener, signal, after }: Reading): Promise<void> {
  try {
    const afterSeq = after() ?? (await api.accounts.state(account, { signal })).seq
    const entries = api.accounts.events(account, {
      afterSeq,
      signal,
      failuresMax: Number.POSITIVE_INFINITY,
      onConnect: () => listener.onStatus({ state: 'live' }),
      onReconnect: ({ waitMs, error }) => {
        if (error !== undefined) listener.onStatus({ state: 'lost', retryInMs: waitMs })
      },
    })
    for await (const entry of entries) listener.onEntry(entry)
  } catch {
    // Not permitted, or no such account: the screens say so themselves.
    if (!signal.aborted) listener.onStatus({ state: 'off' })
  }
}

import { once } from 'node:events'
import type { ServerResponse } from 'node:http'
import type pg from 'pg'
import type { JournalEntry } from '../../contract/receipt/index.ts'
import { EntrySchema } from '../../contract/schemas/entries.ts'
import { entriesAfter } from '../../store/reads/entries.ts'
import { entryAnswer, seenBy } from '../decide.ts'
import { masked } from '../masks.ts'
import type { FeedHub, Subscription } from './hub.ts'

/** Heartbeats in a row that found no room: the reader takes nothing, and is cut off. */
const STALLED_BEATS = 4
/** Entries read at a time: what a slow reader makes us keep in memory at most. */
const ENTRIES_READ = 100
/** Heartbeats after which a reader that gets nothing is asked for its credentials anew. */
const BEATS_BETWEEN_LOOKS = 4
/** How old the last look at the credentials of a reader may be when something is written. */
const LOOK_MS = 1_000
/** When a reading fails: how long until the next try. */
const FAILURE_PAUSE_MS = 1_000

export interface Feed {
  readonly pool: pg.Pool
  readonly hub: FeedHub
  readonly accountId: string
  /** What the reader has already. */
  readonly afterSeq: number
  /** Only entries about calls of this member; `null`: all. */
  readonly memberId: string | null
  /** Whether names are shown to the reader at this moment. */
  readonly showsNames: () => Promise<boolean>
  /** Whether the reader would be let in at this moment, and see as much. */
  readonly stillMay: () => Promise<boolean>
  readonly out: ServerResponse
}

/**
 * Writes the journal of one account as server-sent events until the reader leaves or the server stops.
 * Nothing is skipped and nothing is kept: entries are read as fast as the reader takes them, and a reader that
 * takes nothing for a minute is cut off. It can go on where it was, by the id of its last event. A reader whose
 * session has ended, whose key is revoked or whose role is another by now gets nothing more, and its feed ends.
 */
export async function writeFeed(feed: Feed, bell: Bell): Promise<void> {
  const { out, hub } = feed
  let { afterSeq } = feed
  const door = new Door(feed)
  let [beats, stalled] = [0, 0]
  const heartbeat = setInterval(() => {
    beats += 1
    stalled = out.writableNeedDrain ? stalled + 1 : 0
    if (stalled >= STALLED_BEATS) out.destroy()
    else if (stalled === 0) out.write(': still here\n\n')
    // What cannot be known now is known before anything is written.
    if (beats % BEATS_BETWEEN_LOOKS === 0) door.isOpen().catch(() => {})
  }, hub.heartbeatMs)
  heartbeat.unref()
  out.once('close', () => bell.ring())
  try {
    out.write('retry: 2000\n: the journal, from here on\n\n')
    while (isOpen(out) && !hub.isClosed) {
      const rung = bell.next()
      const last = await writeNext(feed, { afterSeq, door })
      if (last === null) await pause(bell)
      else if (last === afterSeq) await rung
      else afterSeq = last
    }
  } finally {
    clearInterval(heartbeat)
    if (isOpen(out)) out.end()
  }
}

/** Looks whether the reader may still read, not at every entry anew; when it may not, its feed ends. */
class Door {
  readonly #feed: Feed
  #lookedAt = performance.now()

  constructor(feed: Feed) {
    this.#feed = feed
  }

  /** Rejects when it cannot be known. */
  async isOpen(): Promise<boolean> {
    const { out, stillMay } = this.#feed
    if (!isOpen(out)) return false
    const now = performance.now()
    if (now - this.#lookedAt < LOOK_MS) return true
    if (await stillMay()) {
      this.#lookedAt = now
      return true
    }
    out.end()
    return false
  }
}

const isOpen = (out: ServerResponse): boolean => !out.destroyed && !out.writableEnded

/** What came after; nothing for a reader that may not read it any more. */
async function readNext(
  { pool, accountId }: Feed,
  { afterSeq, door }: { readonly afterSeq: number; readonly door: Door },
): Promise<readonly JournalEntry[]> {
  const entries = await entriesAfter(pool, accountId, { afterSeq, limit: ENTRIES_READ })
  return entries.length > 0 && (await door.isOpen()) ? entries : []
}

/** Writes what came after; the last `seq` written, or `null` when the journal could not be read. */
async function writeNext(
  feed: Feed,
  { afterSeq, door }: { readonly afterSeq: number; readonly door: Door },
): Promise<number | null> {
  let last = afterSeq
  try {
    const entries = await readNext(feed, { afterSeq, door })
    const showsNames = entries.length === 0 || (await feed.showsNames())
    for (const entry of entries) {
      if (!isOpen(feed.out)) break
      const { seq, kind, call } = entry.body
      if (feed.memberId !== null && call?.member_id !== feed.memberId) {
        last = seq
        continue
      }
      const own = entryAnswer(seenBy(feed.memberId, entry))
      const data = JSON.stringify(showsNames ? own : masked(EntrySchema, own))
      const more = feed.out.write(`id: ${seq}\nevent: ${kind}\ndata: ${data}\n\n`)
      last = seq
      if (!more) await drained(feed.out)
    }
    return last
  } catch {
    return last === afterSeq ? null : last
  }
}

async function drained(out: ServerResponse): Promise<void> {
  if (!isOpen(out)) return
  const stop = new AbortController()
  await Promise.race([
    once(out, 'drain', { signal: stop.signal }),
    once(out, 'close', { signal: stop.signal }),
  ]).finally(() => stop.abort())
}

async function pause(bell: Bell): Promise<void> {
  const timer = setTimeout(() => bell.ring(), FAILURE_PAUSE_MS)
  await bell.next()
  clearTimeout(timer)
}

/** Wakes who waits. Whoever takes `next()` before looking cannot miss a ring that comes while looking. */
export class Bell {
  #resolve: (() => void) | null = null
  #waiting: Promise<void> | null = null

  ring(): void {
    this.#resolve?.()
    this.#resolve = null
    this.#waiting = null
  }

  /** Resolves at the next ring after this call. */
  next(): Promise<void> {
    this.#waiting ??= new Promise((resolve) => {
      this.#resolve = resolve
    })
    return this.#waiting
  }
}

/** A place in the hub with the bell that it rings; `null` when the hub is full. */
export function openFeed(
  hub: FeedHub,
  accountId: string,
): { readonly bell: Bell; readonly subscription: Subscription } | null {
  const bell = new Bell()
  const subscription = hub.subscribe(accountId, () => bell.ring())
  return subscription && { bell, subscription }
}

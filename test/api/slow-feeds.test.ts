import { EventEmitter } from 'node:events'
import type { ServerResponse } from 'node:http'
import type pg from 'pg'
import { afterEach, beforeEach, expect, it, vi } from 'vitest'
import { Bell, writeFeed } from '../../src/api/events/feed.ts'
import type { FeedHub } from '../../src/api/events/hub.ts'

beforeEach(() => void vi.useFakeTimers())
afterEach(() => void vi.useRealTimers())

const HEARTBEAT_MS = 1_000

/** A connection whose other end takes what it is told to take. */
class Reader extends EventEmitter {
  writableNeedDrain = false
  writableEnded = false
  destroyed = false
  readonly written: string[] = []

  write(text: string): boolean {
    this.written.push(text)
    return !this.writableNeedDrain
  }

  end(): void {
    this.writableEnded = true
  }

  destroy(): void {
    this.destroyed = true
    this.emit('close')
  }
}

const hub = { heartbeatMs: HEARTBEAT_MS, isClosed: false } as unknown as FeedHub
const pool = { query: async () => ({ rows: [] }) } as unknown as pg.Pool

function feed(): { readonly reader: Reader; readonly ended: Promise<void> } {
  const reader = new Reader()
  const out = reader as unknown as ServerResponse
  const showsNames = async () => true
  const stillMay = async () => true
  const own = { pool, hub, accountId: 'a', afterSeq: 0, memberId: null, showsNames, stillMay, out }
  return { reader, ended: writeFeed(own, new Bell()) }
}

const beats = ({ written }: Reader): number =>
  written.filter((text) => text.includes('still here')).length

it('a reader that takes nothing is written nothing more, and cut off; others go on', async () => {
  const slow = feed()
  const well = feed()
  await vi.advanceTimersByTimeAsync(2 * HEARTBEAT_MS)
  expect([beats(slow.reader), beats(well.reader)]).toEqual([2, 2])
  slow.reader.writableNeedDrain = true
  await vi.advanceTimersByTimeAsync(3 * HEARTBEAT_MS)
  expect(slow.reader.destroyed).toBe(false)
  await vi.advanceTimersByTimeAsync(HEARTBEAT_MS)
  expect(slow.reader.destroyed).toBe(true)
  await slow.ended
  expect([beats(slow.reader), beats(well.reader)]).toEqual([2, 6])
  expect(well.reader.destroyed).toBe(false)
})

it('a reader that only pauses is not cut off', async () => {
  const { reader } = feed()
  for (let round = 0; round < 3; round += 1) {
    reader.writableNeedDrain = true
    await vi.advanceTimersByTimeAsync(3 * HEARTBEAT_MS)
    reader.writableNeedDrain = false
    await vi.advanceTimersByTimeAsync(HEARTBEAT_MS)
  }
  expect(reader.destroyed).toBe(false)
  expect(beats(reader)).toBe(3)
})

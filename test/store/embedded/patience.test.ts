import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { lookOf, Patience, SILENCE_MAX_MS } from '../../../src/store/embedded/patience.ts'

beforeEach(() => {
  vi.useFakeTimers()
})
afterEach(() => {
  vi.useRealTimers()
})

const MINUTE_MS = 60_000

test('a server that recovers is waited for, however long, and its person is told', () => {
  const told: string[] = []
  const patience = new Patience((line) => told.push(line))
  for (let second = 0; second < 10 * 60; second += 1) {
    vi.advanceTimersByTime(1_000)
    patience.saw('recovering')
    expect(patience.isOver).toBe(false)
  }
  expect(told).toHaveLength((10 * MINUTE_MS) / 15_000)
  expect(told.at(-1)).toMatch(/brings its data in order, for 600 s so far/)
})

test('one that says nothing is not, also after it has recovered for a while', () => {
  const patience = new Patience(() => {})
  vi.advanceTimersByTime(SILENCE_MAX_MS)
  patience.saw('nobody')
  expect(patience.isOver).toBe(false)
  patience.saw('recovering')
  vi.advanceTimersByTime(SILENCE_MAX_MS)
  patience.saw('nobody')
  expect(patience.isOver).toBe(false)
  vi.advanceTimersByTime(1)
  expect(patience.isOver).toBe(true)
})

test('what a server says that lets nobody in: it is at work, or it is stopping', () => {
  for (const text of ['starting up', 'not yet accepting connections', 'in recovery mode'])
    expect(lookOf('57P03', `the database system is ${text}`)).toBe('recovering')
  expect(lookOf('57P03', 'the database system is shutting down')).toBe('nobody')
  expect(lookOf('ECONNREFUSED', 'connect ECONNREFUSED 127.0.0.1:5432')).toBe('nobody')
  expect(lookOf(undefined, 'timeout expired')).toBe('nobody')
})

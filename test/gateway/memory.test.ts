import { expect, test } from 'vitest'
import { RecentCalls, RememberedCall } from '../../src/gateway/recent-calls.ts'
import { ReplayCache } from '../../src/gateway/replay-cache.ts'

const answer = (bytes: number) => ({ status: 200, headers: [], chunks: [], bytes })

test('kept answers never exceed their bytes; the oldest go first', () => {
  const cache = new ReplayCache(10_000, 60_000)
  for (let index = 0; index < 50; index += 1) cache.keep('a', `call_${index}`, answer(1_000), index)
  expect(cache.bytes).toBeLessThanOrEqual(10_000)
  expect(cache.find('a', 'call_0', 50)).toBeNull()
  expect(cache.find('a', 'call_49', 50)).not.toBeNull()
  cache.keep('a', 'huge', answer(20_000), 51)
  expect(cache.find('a', 'huge', 51)).toBeNull()
  expect(cache.find('a', 'call_49', 51)).not.toBeNull()
})

test('kept answers go after a while, and another account never sees them', () => {
  const cache = new ReplayCache(10_000, 1_000)
  cache.keep('a', 'call_1', answer(10), 0)
  expect(cache.find('b', 'call_1', 1)).toBeNull()
  expect(cache.find('a', 'call_1', 999)).not.toBeNull()
  expect(cache.find('a', 'call_1', 1_000)).toBeNull()
  cache.sweep(1_000)
  expect(cache.bytes).toBe(0)
})

test('calls are remembered up to a number and for a while; those in flight for as long as they are', () => {
  const recent = new RecentCalls(1_000, 10)
  const long = new RememberedCall('a', 'long', 'content-long', 0)
  recent.add(long)
  for (let index = 0; index < 200; index += 1) {
    const call = new RememberedCall('a', `call_${index}`, `content-${index}`, index)
    recent.add(call)
    call.end('settled', 'succeeded')
  }
  expect(recent.size).toBeLessThan(20)
  expect(recent.byId('a', 'long', 5_000)).toBe(long)
  expect(recent.byContent('a', 'content-199', 300)?.callId).toBe('call_199')
  expect(recent.byContent('a', 'content-199', 1_300)).toBeNull()
  expect(recent.byContent('b', 'content-199', 300)).toBeNull()
  expect(recent.byContent('a', 'content-0', 300)).toBeNull()
})

test('waiting ends with the attempt, or after a while', async () => {
  const call = new RememberedCall('a', 'c', 'f', 0)
  const waiting = call.waitForEnd(5_000)
  expect(call.waiters).toBe(1)
  call.end('failed')
  await waiting
  expect(call.waiters).toBe(0)
  call.begin(2)
  await call.waitForEnd(20)
  expect(call.state).toBe('in_flight')
})

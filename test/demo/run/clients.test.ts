import { describe, expect, test } from 'vitest'
import { isRetried, waitMs } from '../../../src/demo/replay/retry.ts'
import { StreamEnd } from '../../../src/demo/replay/stream.ts'
import { tokens, wrap } from '../../../src/demo/run/words.ts'

describe('retries as the official SDKs make them', () => {
  test('statuses that are tried again, unless the server says otherwise', () => {
    for (const status of [408, 409, 429, 500, 503, 529]) expect(isRetried(status, {})).toBe(true)
    for (const status of [400, 401, 402, 403, 404]) expect(isRetried(status, {})).toBe(false)
    expect(isRetried(429, { 'x-should-retry': 'false' })).toBe(false)
    expect(isRetried(400, { 'x-should-retry': 'true' })).toBe(true)
  })

  test('the wait is what the server asks, else it doubles', () => {
    expect(waitMs({ 'retry-after': '2' }, 0, () => 0)).toBe(2_000)
    expect(waitMs({ 'retry-after-ms': '250', 'retry-after': '2' }, 0, () => 0)).toBe(250)
    expect(waitMs({}, 0, () => 0)).toBe(500)
    expect(waitMs({}, 1, () => 1)).toBe(750)
    expect(waitMs({ 'retry-after': '3600' }, 2, () => 0)).toBe(2_000)
  })
})

describe('the end of a stream', () => {
  const read = (...chunks: string[]): StreamEnd => {
    const end = new StreamEnd()
    for (const chunk of chunks) end.push(Buffer.from(chunk))
    return end
  }

  test('is found although it comes in two pieces', () => {
    expect(read('data: {"type":"message_', 'stop"}\n\n').whole).toBe(true)
    expect(read('data: [DO', 'NE]\n\n').whole).toBe(true)
  })

  test('is missing in a stream that was cut, and does not count after an error', () => {
    expect(read('data: {"type":"content_block_delta"}\n\n').whole).toBe(false)
    expect(read('event: error\ndata: {}\n\n', 'data: [DONE]\n\n').whole).toBe(false)
  })
})

test('small figures and lines', () => {
  expect([950, 12_345, 61_200_000, 2_500_000_000].map(tokens)).toEqual([
    '950',
    '12 k',
    '61.2 M',
    '2.50 G',
  ])
  expect(wrap('one two three', 7)).toEqual(['one two', 'three'])
})

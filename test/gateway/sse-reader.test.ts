import { createParser } from 'eventsource-parser'
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { type RawEvent, SseReader } from '../../src/gateway/sse-reader.ts'

function read(chunks: readonly string[]) {
  const events: RawEvent[] = []
  const reader = new SseReader((event) => events.push(event))
  for (const chunk of chunks) reader.push(chunk)
  reader.end()
  return { events, rest: reader.rest() }
}

/** Cuts a text at every so many characters. */
function cut(text: string, sizes: readonly number[]): string[] {
  const chunks: string[] = []
  let at = 0
  for (let turn = 0; at < text.length; turn += 1) {
    const size = sizes[turn % sizes.length] ?? 1
    chunks.push(text.slice(at, at + size))
    at += size
  }
  return chunks
}

const line = fc.oneof(
  fc.string().map((text) => `data: ${text.replace(/[\r\n]/g, '')}`),
  fc.constantFrom(
    'data',
    'data:',
    'data:x',
    ': a comment',
    'event: ping',
    'event',
    'id: 1',
    'dataset: x',
  ),
)
const streamOf = (...newlines: string[]) =>
  fc
    .array(fc.tuple(fc.array(line, { maxLength: 4 }), fc.constantFrom(...newlines)), {
      maxLength: 6,
    })
    .map((events) => events.map(([lines, end]) => [...lines, ''].join(end) + end).join(''))
const sizes = fc.array(fc.integer({ min: 1, max: 9 }), { minLength: 1, maxLength: 5 })

test('nothing of a stream is lost or changed, however it is cut', () => {
  fc.assert(
    fc.property(streamOf('\n', '\r\n', '\r'), fc.string(), sizes, (whole, tail, cuts) => {
      const { events, rest } = read(cut(whole + tail, cuts))
      expect(events.map(({ raw }) => raw).join('') + rest).toBe(whole + tail)
    }),
  )
})

test('it reads what an independent reader reads', () => {
  fc.assert(
    // the other reader waits for what follows a carriage return at the very end
    fc.property(streamOf('\n', '\r\n'), sizes, (whole, cuts) => {
      const expected: { data: string; event: string | undefined }[] = []
      const parser = createParser({
        onEvent: ({ data, event: name }) => expected.push({ data, event: name }),
      })
      parser.feed(whole)
      parser.reset({ consume: true })
      const { events } = read(cut(whole, cuts))
      const found = events
        .filter(({ data }) => data !== null)
        .map(({ data, event: name }) => ({ data, event: name || undefined }))
      // the other reader passes over events whose data is an empty text
      expect(found.filter(({ data }) => data !== '')).toEqual(
        expected.filter(({ data }) => data !== ''),
      )
    }),
  )
})

test('an event that never ends is given up, and what was kept can still be sent on', () => {
  const reader = new SseReader(() => {})
  const piece = 'x'.repeat(1024 * 1024)
  reader.push('data: ')
  for (let count = 0; count < 20; count += 1) reader.push(piece)
  expect(reader.overflowed).toBe(true)
  expect(reader.rest().length).toBeGreaterThan(16 * 1024 * 1024)
})

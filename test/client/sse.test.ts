import { expect, test } from 'vitest'
import { readEvents, type ServerEvent, type StreamHints } from '../../src/client/sse.ts'

async function read(chunks: readonly string[]) {
  const encoder = new TextEncoder()
  const body = new ReadableStream<Uint8Array>({
    start(controller) {
      for (const chunk of chunks) controller.enqueue(encoder.encode(chunk))
      controller.close()
    },
  })
  const hints: StreamHints = { retryMs: undefined }
  const events: ServerEvent[] = []
  for await (const event of readEvents(body, { hints })) events.push(event)
  return { events, hints }
}

const STREAM =
  ': hello\r\nretry: 50\r\n\r\nid: 7\nevent: call\ndata: {"a":1,\ndata: "b":"é"}\n\ndata: x\r\rid:\ndata\n\n'

test('events, comments, joined data, ids that stay', async () => {
  const { events, hints } = await read([STREAM])
  expect(hints.retryMs).toBe(50)
  expect(events).toEqual([
    { id: '7', event: 'call', data: '{"a":1,\n"b":"é"}' },
    { id: '7', event: 'message', data: 'x' },
    { id: '', event: 'message', data: '' },
  ])
})

test('the same wherever the bytes are cut', async () => {
  const whole = await read([STREAM])
  for (let cut = 0; cut < STREAM.length; cut += 1) {
    const parts = await read([STREAM.slice(0, cut), STREAM.slice(cut)])
    expect(parts.events).toEqual(whole.events)
  }
})

test('an event without its blank line was cut off, and is dropped', async () => {
  expect((await read(['data: 1\n\ndata: 2\n'])).events).toHaveLength(1)
})

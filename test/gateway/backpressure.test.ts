import { once } from 'node:events'
import { createServer, type IncomingMessage, request, type ServerResponse } from 'node:http'
import { setTimeout as sleep } from 'node:timers/promises'
import { afterAll, describe, expect, it } from 'vitest'
import { authOf, message, PATHS } from './support/requests.ts'
import {
  type Account,
  closeServer,
  entriesWhen,
  eventually,
  listen,
  useRig,
} from './support/rig.ts'

/** A provider that answers as the next test wants. */
let answer: (res: ServerResponse) => void = (res) => res.end()
const provider = createServer((req, res) => {
  req.resume()
  req.on('end', () => answer(res))
})
const providerUrl = await listen(provider)
const rig = useRig({ upstreamUrl: () => providerUrl, policy: { drainMs: 200 } })
afterAll(() => closeServer(provider))

const MEGABYTE = 1024 * 1024
const EVENTS = { 'content-type': 'text/event-stream' }
const START = sse('message_start', {
  message: {
    id: 'msg_1',
    model: 'claude-haiku-5.5',
    usage: { input_tokens: 10, output_tokens: 1 },
  },
})
const delta = (text: string): string =>
  sse('content_block_delta', { index: 0, delta: { type: 'text_delta', text } })
const END =
  sse('message_delta', { delta: { stop_reason: 'end_turn' }, usage: { output_tokens: 900 } }) +
  sse('message_stop', {})

function sse(type: string, fields: object): string {
  return `event: ${type}\ndata: ${JSON.stringify({ type, ...fields })}\n\n`
}

/** Sends a streamed call and gives its answer, unread. */
function stream(account: Account) {
  const sent = request(rig.url + PATHS.anthropic, {
    method: 'POST',
    headers: { 'content-type': 'application/json', ...authOf('anthropic', account.secret) },
  })
  sent.on('error', () => {})
  sent.end(JSON.stringify({ ...message, stream: true }))
  const answered = new Promise<IncomingMessage>((resolve) => sent.once('response', resolve))
  return { sent, answered }
}

describe('a reader that takes nothing', () => {
  it('holds its provider back; we keep next to nothing of a long stream', async () => {
    const chunk = Buffer.from(delta('x'.repeat(60_000)))
    const chunks = Math.ceil((96 * MEGABYTE) / chunk.length)
    let given = 0
    answer = async (res) => {
      res.writeHead(200, EVENTS)
      res.write(START)
      for (; given < chunks; given += 1) if (!res.write(chunk)) await once(res, 'drain')
      res.end(END)
    }
    const account = await rig.account()
    const { answered } = stream(account)
    const response = await answered
    // the provider goes on until every buffer on the way is full
    let most = 0
    let seen = -1
    await eventually(async () => {
      most = Math.max(most, rig.gateway.stats().waitingBytes)
      const stands = given === seen && given > 0
      seen = given
      await sleep(100)
      return stands
    })
    expect(given).toBeLessThan(chunks / 2)
    expect(most).toBeGreaterThan(0)
    expect(most).toBeLessThan(MEGABYTE)
    // what was kept for a retry is too much to be kept
    expect(rig.gateway.stats().replayBytes).toBeLessThan(5 * MEGABYTE)
    let bytes = 0
    for await (const part of response) {
      bytes += part.length
      most = Math.max(most, rig.gateway.stats().waitingBytes)
    }
    expect(most).toBeLessThan(MEGABYTE)
    expect(bytes).toBe(START.length + chunks * chunk.length + END.length)
    const [entry] = await entriesWhen(rig, account.accountId)
    expect(entry).toMatchObject({ outcome: { code: 'succeeded' } })
    expect(rig.gateway.stats()).toMatchObject({ inFlight: 0, waitingBytes: 0, replayBytes: 0 })
  })
})

describe('a client that leaves while its provider is silent', () => {
  /** Whether the provider's side was hung up on. */
  const closed = (begin: (res: ServerResponse) => void): Promise<void> =>
    new Promise((resolve) => {
      answer = (res) => {
        res.once('close', () => resolve())
        begin(res)
      }
    })

  it('is noticed before any answer: nothing charged, no hold left', async () => {
    let asked = () => {}
    const isAsked = new Promise<void>((resolve) => {
      asked = resolve
    })
    const hungUp = closed(() => asked())
    const account = await rig.account()
    const { sent } = stream(account)
    await isAsked
    sent.destroy()
    await hungUp
    const [entry] = await entriesWhen(rig, account.accountId)
    expect(entry).toMatchObject({
      kind: 'release',
      outcome: { code: 'client_aborted_before_output', customer_pays: 'nothing' },
      evidence: { upstream_error: { kind: 'bounded' } },
    })
    expect(await rig.openHolds(account.accountId)).toBe(0)
    expect(rig.gateway.stats().inFlight).toBe(0)
  })

  it('is noticed in mid-stream: what was delivered is charged, and no more', async () => {
    const hungUp = closed((res) => {
      res.writeHead(200, EVENTS)
      res.write(START + delta('a few words were all that came'))
    })
    const account = await rig.account()
    const { sent, answered } = stream(account)
    const response = await answered
    let text = ''
    for await (const part of response) {
      text += part
      if (text.includes('all that came')) break
    }
    sent.destroy()
    await hungUp
    const [entry] = await entriesWhen(rig, account.accountId)
    expect(entry).toMatchObject({
      kind: 'settle',
      outcome: { code: 'client_aborted', customer_pays: 'delivered' },
      usage: { tokens: { input: 10 } },
    })
    expect(entry!.usage!.tokens.output).toBeLessThan(20)
    expect(await rig.openHolds(account.accountId)).toBe(0)
  })
})

import { createServer, type ServerResponse } from 'node:http'
import { afterAll, beforeEach, expect, test } from 'vitest'
import type { Command } from '../../src/core/decisions/index.ts'
import { type Raw, send } from './support/requests.ts'
import { closeServer, entriesWhen, eventually, listen, useRig } from './support/rig.ts'

/*
 * Ends that are posted so late that no client waits for them any more.
 */

let answer: (res: ServerResponse) => void = (res) => res.end()
const provider = createServer((req, res) => {
  req.resume()
  req.on('end', () => answer(res))
})
const providerUrl = await listen(provider)
let before: (command: Command) => Promise<void> | undefined = () => undefined
const rig = useRig({
  upstreamUrl: () => providerUrl,
  policy: { endWaitMs: 50 },
  deps: (deps) => ({
    ...deps,
    engine: {
      execute: async (command: Command) => {
        await before(command)
        return deps.engine.execute(command)
      },
    },
  }),
})
afterAll(() => closeServer(provider))

const event = (fields: object): string => `data: ${JSON.stringify(fields)}\n\n`
const START = event({
  ...{ type: 'message_start', message: { model: 'claude-haiku-5.5', usage: { input_tokens: 10 } } },
})
const REST = [
  { type: 'content_block_delta', delta: { type: 'text_delta', text: 'hello' } },
  { type: 'message_delta', delta: { stop_reason: 'end_turn' }, usage: { output_tokens: 900 } },
  { type: 'message_stop' },
]
  .map(event)
  .join('')

let letGo: () => void = () => {}
beforeEach(() => {
  before = () => undefined
})

/** Ends are posted when `letGo` is called. */
const holdEnds = (): void => {
  const gone = new Promise<void>((resolve) => {
    letGo = resolve
  })
  before = ({ kind }) => (kind === 'settle' ? gone : undefined)
}

test('a retry that waits for a stream is given what was charged, however late its end', async () => {
  holdEnds()
  let provided: ServerResponse | null = null
  answer = (res) => {
    provided = res
    res.writeHead(200, { 'content-type': 'text/event-stream' }).write(START)
  }
  const account = await rig.account()
  const raw: Raw = {
    ...{ surface: 'anthropic', stream: true, headers: { 'idempotency-key': 'k' } },
  }
  const leaving = new AbortController()
  const first = await send(rig, account, { ...raw, signal: leaving.signal })
  leaving.abort()
  await first.text().catch(() => {})
  const again = send(rig, account, raw)
  await eventually(async () => rig.gateway.stats().serving === 1)
  provided!.end(REST)
  // the client is waited for no longer, and the end is still not posted
  await eventually(async () => rig.gateway.stats().inFlight === 0)
  expect(rig.gateway.stats().replayBytes).toBeGreaterThan(0)
  letGo()
  expect((await again).status).toBe(200)
  expect(await (await again).text()).toBe(START + REST)
  const entries = await entriesWhen(rig, account.accountId)
  expect(entries.map(({ totals }) => totals?.money)).toEqual(['0.00901'])
})

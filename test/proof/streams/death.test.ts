import { createServer, type ServerResponse } from 'node:http'
import { setTimeout as sleep } from 'node:timers/promises'
import { afterAll, beforeAll, expect, test } from 'vitest'
import type { EntryBody } from '../../../src/core/ledger/entry.ts'
import { temporaryFolder } from '../../cli/support/run.ts'
import { type Served, serve } from '../../cli/support/serve.ts'
import { journal } from '../../engine/support/journal.ts'
import { closeServer, listen } from '../../gateway/support/rig.ts'
import { freshDatabase, type TestDatabase } from '../../support/database.ts'
import { settings, stocked } from '../support/gateways.ts'
import { DELTA, deltasIn, endAfter, START } from './long-stream.ts'

/*
 * A server dies in the middle of a long stream whose hold it has lengthened. Nobody knows any more what was
 * delivered, so that nothing is charged for it: another server gives the hold back once its lengthened life is
 * over, and the same call, asked for again, is charged once.
 */

const EVENTS = 160
const EVENT_MS = 50
const TEST_MS = 180_000

async function answer(res: ServerResponse): Promise<void> {
  res.writeHead(200, { 'content-type': 'text/event-stream' })
  res.write(START)
  for (let sent = 0; sent < EVENTS && !res.destroyed; sent += 1) {
    res.write(DELTA)
    await sleep(EVENT_MS)
  }
  res.end(endAfter(EVENTS))
}
const provider = createServer((req, res) => {
  req.resume()
  req.on('end', () => void answer(res))
})

let database: TestDatabase
let servers: Served[] = []
let secret = ''

beforeAll(async () => {
  database = await freshDatabase()
  const env = settings({ database: database.url, upstream: await listen(provider) })
  const first = await serve(temporaryFolder(), env)
  const [account] = await stocked(first.url, 1)
  secret = account!.key
  servers = [first, await serve(temporaryFolder(), env)]
}, TEST_MS)

afterAll(async () => {
  for (const { child, exited } of servers) {
    child.kill('SIGKILL')
    await exited
  }
  await closeServer(provider)
}, TEST_MS)

const send = ({ url }: Served): Promise<Response> =>
  fetch(`${url}/anthropic/v1/messages`, {
    method: 'POST',
    headers: {
      'content-type': 'application/json',
      'x-api-key': secret,
      'everycent-call-id': 'call_long',
    },
    body: JSON.stringify({
      ...{ model: 'claude-haiku-5.5', max_tokens: 1_000, stream: true },
      messages: [{ role: 'user', content: 'Go on.' }],
    }),
  })

interface Hold {
  readonly expires_at: string
  readonly lives_until?: string
}

async function hold(): Promise<Hold | null> {
  const { rows } = await database.pool.query<{ body: Hold }>('select body from accounts.hold')
  return rows[0]?.body ?? null
}

/** It would be over by now, had it not been lengthened. */
const isLengthened = (own: Hold | null): boolean =>
  own?.lives_until !== undefined && Date.parse(own.expires_at) < Date.now()

const ends = async (): Promise<EntryBody[]> =>
  (await journal(database.pool))
    .filter(({ kind }) => ['settle', 'release', 'expire_hold'].includes(kind))
    .map(({ body }) => body)

test(
  'a death in the middle charges nothing, and the call again is charged once',
  async () => {
    const [first, second] = servers as [Served, Served]
    const reader = (await send(first)).body!.getReader()
    let had = ''
    while (!isLengthened(await hold())) had += new TextDecoder().decode((await reader.read()).value)
    expect(deltasIn(had)).toBeGreaterThan(0)
    first.child.kill('SIGKILL')
    await first.exited
    const until = Date.parse((await hold())!.lives_until!)
    while ((await hold()) !== null) await sleep(100)
    const [released, ...more] = await ends()
    expect(more).toEqual([])
    expect(released).toMatchObject({
      ...{ kind: 'expire_hold', postings: [] },
      outcome: { code: 'gateway_crashed', customer_pays: 'nothing' },
      hold: { settled: '0' },
    })
    // for as long as the dead server had said, and no shorter
    expect(Date.parse(released!.at)).toBeGreaterThanOrEqual(until)

    const again = await send(second)
    expect(deltasIn(await again.text())).toBe(EVENTS)
    while ((await hold()) !== null || (await ends()).length < 2) await sleep(100)
    const [, settled, ...others] = await ends()
    expect(others).toEqual([])
    expect(settled).toMatchObject({
      ...{ kind: 'settle', outcome: { code: 'succeeded' } },
      usage: { tokens: { input: 10, output: EVENTS } },
    })
  },
  TEST_MS,
)

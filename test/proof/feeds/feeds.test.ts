import { readFileSync } from 'node:fs'
import { connect, type Socket } from 'node:net'
import { setTimeout as sleep } from 'node:timers/promises'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { type Client, createClient } from '../../../src/client/index.ts'
import { temporaryFolder } from '../../cli/support/run.ts'
import { type Served, serve } from '../../cli/support/serve.ts'
import { freshDatabase } from '../../support/database.ts'
import { stocked, TOKEN } from '../support/stock.ts'

/*
 * Readers that listen to the live feed and mostly hear nothing: each costs little, each hears that the feed
 * is there, and a commit reaches every reader of its account, once.
 */

const IS_FULL = process.env.PROOF === 'full'
const READERS = IS_FULL ? 10_000 : 500
const OF_AN_ACCOUNT = 50
const AT_ONCE = 100
const HEARTBEAT_MS = 1_000
const TEST_MS = IS_FULL ? 600_000 : 120_000
/** A connection with its feed, as this program keeps it, and a multiple for what a heap leaves behind. */
const KILOBYTES_EACH_MAX = 128

let server: Served
let client: Client
const readers: { readonly account: number; readonly socket: Socket; text: string }[] = []
const facts: Record<string, number> = {}

beforeAll(async () => {
  const { url } = await freshDatabase()
  server = await serve(temporaryFolder(), {
    DATABASE_URL: url,
    EVERYCENT_OPERATOR_TOKEN: TOKEN,
    EVERYCENT_LOG_LEVEL: 'fatal',
    EVERYCENT_SERVER_FEED_HEARTBEAT_MS: String(HEARTBEAT_MS),
  })
  client = createClient({ baseUrl: server.url, token: TOKEN })
  await stocked(server.url, READERS / OF_AN_ACCOUNT)
}, TEST_MS)

afterAll(async () => {
  console.log(`proof feeds ${JSON.stringify(facts)}`)
  for (const { socket } of readers) socket.destroy()
  server?.child.kill('SIGKILL')
  await server?.exited
})

const memoryKilobytes = (): number =>
  Number(/VmRSS:\s+(\d+) kB/.exec(readFileSync(`/proc/${server.child.pid}/status`, 'utf8'))?.[1])

function listen(account: number): void {
  const socket = connect(Number(new URL(server.url).port), '127.0.0.1')
  const reader = { account, socket, text: '' }
  readers.push(reader)
  socket.setEncoding('latin1').on('data', (part) => {
    reader.text += part
  })
  socket.on('error', () => {})
  const lines = [`GET /v1/accounts/acct_${account}/events HTTP/1.1`, 'host: x']
  socket.write([...lines, `authorization: Bearer ${TOKEN}`, '', ''].join('\r\n'))
}

/** Until it is so of every reader. */
async function all(is: (reader: (typeof readers)[number]) => boolean): Promise<void> {
  const until = Date.now() + TEST_MS / 2
  while (!readers.every(is) && Date.now() < until) await sleep(20)
  expect(readers.filter((reader) => !is(reader)).map(({ text }) => text.slice(0, 200))).toEqual([])
}

const heard = (text: string, name: string): number => text.split(name).length - 1

test(
  'each is let in, costs little, and hears that the feed is there',
  async () => {
    const before = memoryKilobytes()
    for (let begun = 0; begun < READERS; begun += AT_ONCE) {
      for (let index = begun; index < begun + AT_ONCE; index += 1)
        listen(Math.floor(index / OF_AN_ACCOUNT))
      await all(({ text }) => text.includes('the journal, from here on'))
    }
    for (const { text } of readers) expect(text).toMatch(/^HTTP\/1\.1 200 /)
    await all(({ text }) => heard(text, ': still here') >= 2)
    const each = (memoryKilobytes() - before) / READERS
    facts.readers = READERS
    facts.kilobytes_each = Math.round(each)
    expect(each).toBeLessThan(KILOBYTES_EACH_MAX)
    const metrics = await (await fetch(`${server.url}/metrics`)).text()
    expect(metrics).toContain(`everycent_event_feeds ${READERS}\n`)
  },
  TEST_MS,
)

test(
  'a commit reaches every reader of its account once, and nobody else',
  async () => {
    const accounts = READERS / OF_AN_ACCOUNT
    const from = performance.now()
    for (let account = 0; account < accounts; account += 1)
      await client.credit.grant(
        `acct_${account}`,
        { name: `gift to ${account}.`, amount: '1', origin: 'promotion', expires_at: null },
        { idempotencyKey: `gift${account}` },
      )
    await all(({ account, text }) => text.includes(`gift to ${account}.`))
    facts.seconds_to_reach_all = Math.round((performance.now() - from) / 100) / 10
    facts.commits = accounts
    for (const { account, text } of readers) {
      expect(heard(text, 'event: grant')).toBe(1)
      expect(heard(text, `gift to ${account}.`)).toBeGreaterThan(0)
    }
  },
  TEST_MS,
)

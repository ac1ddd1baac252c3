import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Webhook } from 'standardwebhooks'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { Publication, type PublicationOptions } from '../../src/jobs/publication.ts'
import { HttpPost } from '../../src/notify/http-post.ts'
import { newestCheckpoint } from '../../src/store/log/index.ts'
import { freshDatabase, type TestDatabase } from '../support/database.ts'
import { emptyLog, moveTo, NOW_MS, seal } from './support.ts'

const EVERY_MS = 60_000
const SECRET = `whsec_${Buffer.alloc(32, 5).toString('base64')}`

interface Told {
  readonly headers: Record<string, string>
  readonly body: string
}

let database: TestDatabase
let receiver: Server
let url: string
let folder: string
let told: Told[]
let answer: number
const publications: Publication[] = []

beforeAll(async () => {
  database = await freshDatabase()
  receiver = createServer((request, response) => {
    let body = ''
    request.on('data', (chunk) => {
      body += chunk
    })
    request.on('end', () => {
      told.push({ headers: request.headers as Record<string, string>, body })
      response.writeHead(answer).end()
    })
  })
  await new Promise<void>((resolve) => receiver.listen(0, '127.0.0.1', resolve))
  url = `http://127.0.0.1:${(receiver.address() as AddressInfo).port}/hook`
})
afterAll(() => new Promise((resolve) => receiver.close(resolve)))

let seq = 0
const grow = async () => {
  seq += 1
  await moveTo(database, { a: seq })
  await seal(database)
}

beforeEach(async () => {
  await emptyLog(database)
  folder = mkdtempSync(join(tmpdir(), 'everycent-checkpoints-'))
  told = []
  answer = 204
  for (let leaves = 0; leaves < 3; leaves += 1) await grow()
})
afterEach(async () => {
  rmSync(folder, { recursive: true })
  await Promise.all(publications.splice(0).map((own) => own.close()))
})

function publish(options: Omit<PublicationOptions, 'http'>, allowPrivate = true) {
  const http = new HttpPost({ allowPrivate, timeoutMs: 5_000 })
  const publication = new Publication({ ...options, http })
  publications.push(publication)
  return (nowMs = NOW_MS) => publication.round(database.pool, nowMs)
}

describe('the folder', () => {
  it('gets every checkpoint once, byte for byte, and the newest under one name', async () => {
    const directory = join(folder, 'made', 'anew')
    const round = publish({ directory })
    expect([await round(), await round()]).toEqual([3, 0])
    await grow()
    expect(await publish({ directory })()).toBe(1)
    const files = [1, 2, 3, 4].map((size) => `checkpoint-${`${size}`.padStart(16, '0')}.note`)
    expect(readdirSync(directory).sort()).toEqual([...files, 'checkpoint.note'])
    const newest = (await newestCheckpoint(database.pool))!.note
    for (const name of [files[3]!, 'checkpoint.note'])
      expect(readFileSync(join(directory, name), 'utf8')).toBe(newest)
  })

  it('that is another one gets them all', async () => {
    await publish({ directory: join(folder, 'one') })()
    expect(await publish({ directory: join(folder, 'two') })()).toBe(3)
  })

  it('that cannot be written is an error, and gets them when it can', async () => {
    const directory = join(folder, 'file')
    writeFileSync(directory, '')
    await expect(publish({ directory })()).rejects.toThrow('EEXIST')
    rmSync(directory)
    expect(await publish({ directory })()).toBe(3)
  })
})

describe('the webhook', () => {
  const webhook = () => ({ url, secret: SECRET, everyMs: EVERY_MS })

  it('is told of the newest, signed as Standard Webhooks has it', async () => {
    expect(await publish({ webhook: webhook() })(Date.now())).toBe(1)
    const [message] = told
    const newest = (await newestCheckpoint(database.pool))!
    const body = new Webhook(SECRET).verify(message!.body, message!.headers)
    expect(body).toMatchObject({
      type: 'checkpoint_sealed',
      data: { size: 3, root: newest.root, note: newest.note, key: newest.key },
    })
    expect(message!.headers['webhook-id']).toBe('checkpoint_3')
  })

  it('is left in peace for a while, whoever asks, and not told twice', async () => {
    const rounds = [publish({ webhook: webhook() }), publish({ webhook: webhook() })]
    const at = async (ms: number) => {
      const done = await Promise.all(rounds.map((round) => round(NOW_MS + ms)))
      return done.reduce((sum, own) => sum + own, 0)
    }
    expect(await at(0)).toBe(1)
    expect(await at(EVERY_MS)).toBe(0)
    await grow()
    expect(await at(EVERY_MS - 1)).toBe(0)
    expect(await at(EVERY_MS)).toBe(1)
    expect(told.map(({ headers }) => headers['webhook-id'])).toEqual([
      'checkpoint_3',
      'checkpoint_4',
    ])
  })

  it('that did not answer well is told later of the newest then', async () => {
    answer = 500
    const round = publish({ webhook: webhook() })
    await expect(round()).rejects.toThrow('answered_with_error 500')
    answer = 204
    await grow()
    expect(await round(NOW_MS + EVERY_MS - 1)).toBe(0)
    expect(await round(NOW_MS + EVERY_MS)).toBe(1)
    expect(told.at(-1)!.headers['webhook-id']).toBe('checkpoint_4')
  })

  it('without a secret is not signed; a private address is refused unless allowed', async () => {
    await publish({ webhook: { url, everyMs: EVERY_MS } })()
    expect(told[0]!.headers).not.toHaveProperty('webhook-signature')
    const refused = publish({ webhook: { url: `${url}/other`, everyMs: EVERY_MS } }, false)
    await expect(refused()).rejects.toThrow('address_refused')
    expect(told).toHaveLength(1)
  })
})

it('a log without a checkpoint has nothing to publish', async () => {
  await emptyLog(database)
  const round = publish({ directory: folder, webhook: { url, everyMs: EVERY_MS } })
  expect(await round()).toBe(0)
  expect([readdirSync(folder), told]).toEqual([[], []])
})

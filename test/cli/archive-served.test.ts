import { beforeAll, describe, expect, it } from 'vitest'
import { createClient } from '../../src/client/index.ts'
import { knownFiles } from '../../src/store/archive/segments.ts'
import { verify } from '../../src/store/verify/index.ts'
import {
  archive,
  archiveFolder,
  lived,
  poolWith,
  type World,
  world,
} from '../store/archive/world.ts'
import { temporaryFolder } from './support/run.ts'
import { serve } from './support/serve.ts'

/* A whole server on a database whose old calls are archived: what it reads, and what it decides about them. */

const TOKEN = 'operator-token-of-the-archive'
let own: World
let directory: string
let url: string

beforeAll(async () => {
  own = await world()
  await lived(own, ['a'])
  directory = archiveFolder()
  await archive(own.database, directory)
  const served = await serve(temporaryFolder(), {
    DATABASE_URL: own.database.url,
    EVERYCENT_OPERATOR_TOKEN: TOKEN,
    EVERYCENT_ARCHIVE_DIRECTORY: directory,
  })
  url = served.url
}, 60_000)

const get = async (path: string) => {
  const answer = await fetch(`${url}${path}`, { headers: { authorization: `Bearer ${TOKEN}` } })
  return { status: answer.status, body: (await answer.json()) as Record<string, unknown> }
}

describe('a server with an archive', () => {
  it('lists its files for operators', async () => {
    const files = await knownFiles(own.database.pool, { after: '', limit: 10 })
    const listed: unknown[] = []
    const client = createClient({ baseUrl: url, token: TOKEN })
    for await (const file of client.archive.files()) listed.push(file)
    expect(listed).toEqual(files.map((file) => ({ ...file, state: 'present' })))
    expect((await get('/v1/archive/files?limit=1')).body.next_cursor).not.toBeNull()
  })

  it('shows the journal with its archived entries', async () => {
    const { status, body } = await get('/v1/accounts/a/entries?limit=100')
    expect(status).toBe(200)
    expect((body.items as unknown[]).length).toBeGreaterThan(40)
  })

  it('decides about it: a refund is posted, and the books are whole', async () => {
    const answer = await fetch(`${url}/v1/accounts/a/refunds`, {
      method: 'POST',
      headers: {
        authorization: `Bearer ${TOKEN}`,
        'content-type': 'application/json',
      },
      body: JSON.stringify({ call_id: 's10', reason: 'late', amount: '0.0001' }),
    })
    expect({ status: answer.status, body: await answer.json() }).toMatchObject({ status: 201 })
    expect((await verify(poolWith(own.database, directory))).first).toBeNull()
  })
})

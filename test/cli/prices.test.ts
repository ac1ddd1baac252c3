import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { colleague } from '../api/incident-support.ts'
import { type Api, startNode, startStockedApi, TEST_BOOK } from '../api/support.ts'
import { run, temporaryFolder } from './support/run.ts'

/* A server where the publication of a price book takes two. */

const cwd = temporaryFolder()
let first: Api
let api: Api
let url: string
let anna: string
let ben: string

beforeAll(async () => {
  first = await startStockedApi()
  api = await startNode(first.database, { approvals: 'two' })
  url = await api.app.listen({ port: 0, host: '127.0.0.1' })
  anna = await colleague(api, 'operator')
  ben = await colleague(api, 'operator')
  writeFileSync(
    join(cwd, 'next.json'),
    JSON.stringify({ ...TEST_BOOK, id: 'next', effective_from: '2099-01-01T00:00:00Z' }),
  )
})
afterAll(async () => {
  await api.close()
  await first.close()
})

const as = (token: string, ...argv: string[]) =>
  run([...argv, '--url', url, '--token', token], { cwd })

describe('everycent prices', () => {
  it('is drafted by one person and approved by another', async () => {
    const alone = await as(anna, 'prices', 'publish', 'next.json')
    expect(alone.code).toBe(4)
    expect(alone.err).toContain('second person')
    const made = await as(anna, 'prices', 'draft', 'next.json', '--note', 'Dearer', '--json')
    const { draft_id } = JSON.parse(made.out)
    expect((await as(anna, 'prices', 'approve', draft_id)).err).toContain('second person')
    expect((await as(ben, 'prices', 'drafts')).out).toMatch(/draft_.* draft .*next/)
    const shown = await as(ben, 'prices', 'show', draft_id)
    expect(shown.out).toMatch(/model, per million tokens +input +cache_read +output/)
    expect(shown.out).toMatch(/large +10 +100/)
    expect((await as(ben, 'prices', 'approve', draft_id)).out).toContain(
      'Published the price book next',
    )
    expect((await as(ben, 'prices', 'list')).out).toMatch(/next +scheduled/)
  })

  it('says what is wrong with a draft, and takes it up when it is written anew', async () => {
    writeFileSync(join(cwd, 'slip.json'), JSON.stringify({ ...TEST_BOOK, id: 'slip', rows: {} }))
    const made = await as(anna, 'prices', 'draft', 'slip.json')
    expect(made.out).toContain('document/rows')
    const id = /draft_[\w-]+/.exec(made.out)![0]
    const again = await as(anna, 'prices', 'draft', 'next.json', '--draft', id)
    expect(again.out).toContain('revision 2')
    expect((await as(anna, 'prices', 'discard', id)).out).toContain('is discarded')
  })

  it('brings old prices back as a new version, and says what it would have changed', async () => {
    const back = ['--id', 'back', '--from', '2099-06-01']
    const made = await as(anna, 'prices', 'rollback', 'test-book', ...back, '--json')
    expect(JSON.parse(made.out)).toMatchObject({ price_book_id: 'back', revision: 1 })
    const { draft_id } = JSON.parse(made.out)
    const impact = await as(anna, 'prices', 'impact', draft_id)
    expect(impact.out).toContain('0 calls of 0 accounts were looked at.')
    expect((await as(anna, 'prices', 'impact', 'absent')).code).not.toBe(0)
  })
})

import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type Api, OPERATOR, startStockedApi } from '../api/support.ts'
import { run, temporaryFolder } from './support/run.ts'

const cwd = temporaryFolder()
let api: Api
let url: string
beforeAll(async () => {
  api = await startStockedApi()
  url = await api.app.listen({ port: 0, host: '127.0.0.1' })
  await api.account('own')
})
afterAll(() => api.close())

const everycent = (...argv: string[]) => run([...argv, '--url', url, '--token', OPERATOR], { cwd })

describe('everycent audit-log', () => {
  it('says who did what to whom, and how it ended', async () => {
    const all = await everycent('audit-log')
    expect(all.out).toMatch(/operator_\w+ +createKey +own/)
    const books = await everycent('audit-log', '--subject', 'Price books', '--json')
    const { items } = JSON.parse(books.out)
    expect(items.map(({ operation }: { operation: string }) => operation)).toEqual([
      'publishPriceBook',
    ])
    expect((await everycent('audit-log', '--actor', 'nobody')).out).toContain('Nobody has ordered')
  })
})

describe('everycent verify-runs', () => {
  it('starts a run and says what it found', async () => {
    expect((await everycent('verify-runs', 'list')).out).toContain('There was no run yet.')
    const started = await everycent('verify-runs', 'start')
    expect(started.out).toContain('over 1 accounts.')
    const id = /run_[\w-]+/.exec(started.out)![0]
    await expect
      .poll(async () => (await everycent('verify-runs', 'show', id)).out)
      .toContain('every nano is accounted for')
    expect((await everycent('verify-runs', 'list')).out).toMatch(/run_.* passed .* 1 of 1/)
    expect((await everycent('verify-runs', 'show', 'run_x')).code).not.toBe(0)
  })
})

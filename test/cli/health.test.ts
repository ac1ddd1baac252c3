import { pino } from 'pino'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { startServer } from '../../src/cli/serve/compose.ts'
import { loadConfig } from '../../src/config.ts'
import { type Api, OPERATOR, startStockedApi } from '../api/support.ts'
import { freshDatabase } from '../support/database.ts'
import { run, temporaryFolder } from './support/run.ts'

const cwd = temporaryFolder()
let api: Api
let url: string
beforeAll(async () => {
  api = await startStockedApi()
  url = await api.app.listen({ port: 0, host: '127.0.0.1' })
})
afterAll(() => api.close())

const everycent = (...argv: string[]) => run([...argv, '--url', url, '--token', OPERATOR], { cwd })

describe('everycent health', () => {
  it('says of each tile how it is, and which page to read where it is bad', async () => {
    const said = await everycent('health')
    expect(said.code).toBe(0)
    expect(said.out).toMatch(/fine +Holds left over +0/)
    expect(said.out).toMatch(/alarm +Servers +0/)
    expect(said.out).toContain('Servers: docs/operating/runbooks/nodes.md')
    expect((await everycent('health', '--lang', 'ja')).out).toContain('サーバー')
  })

  it('is for operators', async () => {
    const { key } = await api.account('own')
    const refused = await run(['health', '--url', url, '--token', key], { cwd })
    expect(refused).toMatchObject({ code: 4, out: '' })
  })
})

describe('a server that runs jobs', () => {
  it('is counted as one', async () => {
    const server = await startServer({
      config: loadConfig({ env: {}, cwd }),
      databaseUrl: (await freshDatabase()).url,
      operatorTokens: [OPERATOR],
      log: pino({ level: 'silent' }),
      port: 0,
    })
    try {
      await expect
        .poll(
          async () => {
            const said = await run(['health', '--json', '--url', server.url, '--token', OPERATOR], {
              cwd,
            })
            const { items } = JSON.parse(said.out)
            return items.find(({ id }: { id: string }) => id === 'nodes').value
          },
          { timeout: 15_000 },
        )
        .toBe(1)
    } finally {
      await server.close()
    }
  })
})

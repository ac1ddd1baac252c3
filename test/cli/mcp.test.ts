import { afterAll, beforeAll, expect, test } from 'vitest'
import { writeLocalServer } from '../../src/cli/local.ts'
import { type Mcp, startMcp } from '../mcp/support.ts'
import { run, temporaryFolder } from './support/run.ts'

const cwd = temporaryFolder()
let mcp: Mcp
let key: string
beforeAll(async () => {
  mcp = await startMcp()
  key = await mcp.account('own')
  writeLocalServer(cwd, { url: mcp.server.url, token: key })
})
afterAll(() => mcp?.close())

test('says how to connect, for whom, and never the token', async () => {
  const shown = await run(['mcp'], { cwd })
  expect(shown).toMatchObject({ code: 0, err: '' })
  expect(shown.out).toContain(mcp.url)
  expect(shown.out).toMatch(/speaks for +own/)
  expect(shown.out).toContain('Authorization: Bearer $EVERYCENT_TOKEN')
  const json = await run(['mcp', '--json'], { cwd })
  expect(JSON.parse(json.out)).toEqual({
    url: mcp.url,
    principal: 'account_key',
    account_id: 'own',
    header: 'Bearer $EVERYCENT_TOKEN',
    entry: {
      type: 'http',
      url: mcp.url,
      headers: { Authorization: 'Bearer $EVERYCENT_TOKEN' },
    },
  })
  expect(`${shown.out}${json.out}`).not.toContain(key)
})

test('a token that is not in force is told at once', async () => {
  expect((await run(['mcp', '--token', 'wrong'], { cwd })).code).toBe(4)
})

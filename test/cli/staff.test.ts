import { pino } from 'pino'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { writeLocalServer } from '../../src/cli/local.ts'
import { type RunningServer, startServer } from '../../src/cli/serve/compose.ts'
import { loadConfig } from '../../src/config.ts'
import { freshDatabase } from '../support/database.ts'
import { run, temporaryFolder } from './support/run.ts'

const TOKEN = 'operator-token-of-the-test'
const cwd = temporaryFolder()
let server: RunningServer
beforeAll(async () => {
  server = await startServer({
    config: loadConfig({ env: {}, cwd }),
    databaseUrl: (await freshDatabase()).url,
    operatorTokens: [TOKEN],
    log: pino({ level: 'silent' }),
    port: 0,
  })
  writeLocalServer(cwd, { url: server.url, token: TOKEN })
})
afterAll(() => server.close())

const everycent = (...argv: string[]) => run(argv, { cwd })

test('a person is added, seen, promoted and removed from the command line', async () => {
  const made = await everycent('staff', 'add', 'Ann', '--role', 'support', '--id', 'ann')
  expect(made).toMatchObject({ code: 0 })
  const [token = ''] = made.out.split('\n')
  expect(token).toMatch(/^ec_staff_/)
  const mine = await run(['whoami', '--token', token], { cwd })
  expect(mine.out).toContain('support')
  expect(mine.out).toContain('ann')
  expect((await everycent('staff', 'list')).out).toMatch(/ann +Ann +support .*active/)
  const lead = await everycent('staff', 'change', 'ann', '--role', 'support_lead')
  expect(lead.out).toContain('Ann is support lead.')
  const renewed = await everycent('staff', 'token', 'ann', '--json')
  expect(JSON.parse(renewed.out).token).not.toBe(token)
  expect((await run(['whoami', '--token', token], { cwd })).code).toBe(4)
  expect((await everycent('staff', 'remove', 'ann')).out).toContain('no access any more')
  expect((await everycent('staff', 'list')).out).toMatch(/ann .*removed/)
})

test('a role that does not exist, and a person who does not, are told', async () => {
  const role = await everycent('staff', 'add', 'Bob', '--role', 'king')
  expect(role.code).toBe(2)
  expect(role.err).toContain('support_lead')
  const absent = await everycent('staff', 'token', 'nobody')
  expect(absent.code).not.toBe(0)
  expect(absent.err).toContain('Nobody with this id')
})

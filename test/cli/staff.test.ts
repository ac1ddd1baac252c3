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

test('a person is invited with a link that is printed once, or told why it cannot be sent', async () => {
  await everycent('staff', 'add', 'Ivy', '--role', 'support', '--id', 'ivy')
  const changed = await everycent('staff', 'change', 'ivy', '--email', 'ivy@house.example')
  expect(changed).toMatchObject({ code: 0 })
  expect((await everycent('staff', 'list')).out).toContain('ivy@house.example')
  const made = await everycent('staff', 'invite', 'ivy')
  expect(made.out).toMatch(/^http:\/\/\S+\/sign-in#token=\S+\nIt works once, until /)
  expect((await everycent('staff', 'invite', 'ivy', '--email')).err).toContain('channel')
  expect((await everycent('staff', 'invite', 'ivy', '--take-back')).out).toContain('No invitation')
})

test('what happened at the doors is listed, the latest first, of one person only', async () => {
  await everycent('staff', 'add', 'Joe', '--role', 'support', '--id', 'joe')
  await everycent('staff', 'add', 'Kim', '--role', 'support', '--id', 'kim')
  await everycent('staff', 'invite', 'joe')
  await everycent('sign-in-link', '--staff', 'joe')
  await everycent('sign-in-link', '--staff', 'kim')
  const listed = await everycent('sign-ins', '--staff', 'joe')
  expect(listed.code).toBe(0)
  const lines = listed.out.trim().split('\n')
  expect(lines).toHaveLength(2)
  expect(lines[0]).toMatch(/ joe {2}link_made \(issued_link\) {2}- {2}-$/)
  expect(lines[1]).toMatch(/ joe {2}link_made \(invitation_link\) {2}- {2}-$/)
  const json = JSON.parse((await everycent('sign-ins', '--json')).out)
  expect(json.items[0]).toMatchObject({ kind: 'link_made', person: { staff_id: 'kim' } })
})

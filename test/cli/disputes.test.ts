import { readFileSync } from 'node:fs'
import { pino } from 'pino'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { writeLocalServer } from '../../src/cli/local.ts'
import { type RunningServer, startServer } from '../../src/cli/serve/compose.ts'
import { createClient } from '../../src/client/index.ts'
import { loadConfig } from '../../src/config.ts'
import { freshDatabase } from '../support/database.ts'
import { run, temporaryFolder } from './support/run.ts'

const TOKEN = 'operator-token-of-the-test'
const cwd = temporaryFolder()
let server: RunningServer
let key = ''
let agent = ''
const json = (file: string) => JSON.parse(readFileSync(file, 'utf8'))

beforeAll(async () => {
  server = await startServer({
    config: loadConfig({ env: {}, cwd }),
    databaseUrl: (await freshDatabase()).url,
    operatorTokens: [TOKEN],
    log: pino({ level: 'silent' }),
    port: 0,
  })
  writeLocalServer(cwd, { url: server.url, token: TOKEN })
  const client = createClient({ baseUrl: server.url, token: TOKEN })
  const plan = json('data/plans/no_windows.json')
  const { version } = await client.plans.create(plan)
  await client.plans.publish(plan.id, version)
  const rows = [{ model: 'small', kind: 'input', per_mtok: '1' }] as const
  await client.priceBooks.publish({
    id: 'book',
    currency: 'USD',
    effective_from: '2020-01-01T00:00:00Z',
    rows: [...rows],
  })
  await client.accounts.open({ account_id: 'acme', name: 'Acme', currency: 'USD', plan: plan.id })
  await client.credit.topUp('acme', { payment_id: 'pay_1', price: '100', expires_at: null })
  await client.accounts.setControls('acme', { paid_use: true, reason: 'test' })
  key = (await client.keys.create('acme', { name: 'main' })).key
  agent = (await client.staff.add({ name: 'Ann', role: 'support', staff_id: 'ann' })).token
})
afterAll(() => server.close())

const operator = (...argv: string[]) => run(argv, { cwd })
const holder = (...argv: string[]) => run([...argv, '--token', key], { cwd })
const support = (...argv: string[]) => run([...argv, '--token', agent], { cwd })

async function charge(call_id: string, upstream_status: number): Promise<void> {
  const client = createClient({ baseUrl: server.url, token: key })
  await client.record({
    call_id,
    model: 'small',
    usage: { tokens: { input: 5_000_000 } },
    event_at: new Date(Date.now() + 250).toISOString(),
    evidence: { upstream_status },
  })
}

const caseOf = (out: string): string => /case_[0-9a-f]{32}/.exec(out)?.[0] ?? 'none'

test('the support policy and macros are published from files', async () => {
  const none = await operator('support-policy')
  expect(none.out).toContain('No support policy is published')
  const policy = `${process.cwd()}/data/support/policy.json`
  const made = await operator('support-policy', policy)
  expect(made.out).toContain('published as version 1, and in force')
  const shown = await support('support-policy')
  expect(shown.out).toMatch(/support +USD +50 +500/)
  const macro = `${process.cwd()}/data/support/macros/still_looking.json`
  expect((await operator('macros', macro)).out).toContain('macro still_looking is published')
  expect((await support('macros')).out).toContain('We are still looking at case {case}')
})

test('a wrong charge is disputed and given back by two commands of its account', async () => {
  await charge('call_1', 429)
  const opened = await holder('dispute', 'open', 'call_1', '--words', 'It had failed.')
  expect(opened.code, opened.err).toBe(0)
  expect(opened.out).toContain('Offered: $5.00')
  expect(opened.out).toContain('The call had failed or was refused.')
  const id = caseOf(opened.out)
  const taken = await holder('dispute', 'accept', id)
  expect(taken.out).toMatch(/settled +done/)
  expect(taken.out).toContain('You get $5.00 back.')
  expect((await holder('dispute', 'show', id, '--lang', 'ja')).out).toContain('お戻しします')
  expect((await holder('dispute', 'list')).out).toContain(id)
})

test('a charge that seems right is worked on by an agent, and the account sees who looked', async () => {
  await charge('call_2', 200)
  const opened = await holder('dispute', 'open', 'call_2', '--words', 'Too much.')
  const id = caseOf(opened.out)
  const queue = await support('cases', '--view', 'unassigned')
  expect(queue.out).toContain(id)
  await support('case', 'take', id)
  await support('case', 'reply', id, '--macro', 'still_looking')
  const done = await support(
    'case',
    'refund',
    id,
    'call_2=2',
    '--reason',
    'goodwill',
    '--words',
    'Sorry.',
  )
  expect(done.code, done.err).toBe(0)
  expect(done.out).toMatch(/given back +\$2\.00/)
  expect(done.out).toMatch(/you may give alone +\$48\.00/)
  const log = await holder('access-log')
  expect(log.out).toMatch(/Viewed by support \(ann\) at .+ \(refundInCase\)/s)
  expect((await support('sampling')).code).toBe(0)
})

test('above the limit it waits for an operator, who may also refuse', async () => {
  await operator('support-policy', `${process.cwd()}/data/support/policy.json`)
  await charge('call_3', 200)
  const id = caseOf((await holder('dispute', 'person', '--words', 'Please.')).out)
  const wide = { ...json('data/support/policy.json'), version: 2, limits: {} }
  const client = createClient({ baseUrl: server.url, token: TOKEN })
  await client.support.publishPolicy(wide)
  const asked = await support('case', 'refund', id, 'call_3', '--reason', 'goodwill')
  expect(asked.out).toContain('Waits for a second person: $5.00, asked for by ann (goodwill)')
  expect((await support('case', 'approve', id)).code).toBe(4)
  expect((await operator('cases', '--view', 'approvals')).out).toContain('approval')
  expect((await operator('case', 'deny', id, '--words', 'No.')).out).toContain('refund denied')
})

test.each([
  [['dispute', 'open', '--words', 'x'], 'What it is about is not clear'],
  [
    ['dispute', 'open', 'call_1', '--payment', 'p', '--words', 'x'],
    'What it is about is not clear',
  ],
  [['dispute', 'open', '--from', '2026-01-01', '--words', 'x'], 'The period is not complete'],
  [['case', 'reply', 'case_x'], 'What to write is not clear'],
  [['case', 'refund', 'case_x', '--reason', 'goodwill'], 'What to give back is not clear'],
])('%j is told what is missing', async (argv, told) => {
  const answer = await operator(...argv, ...(argv[0] === 'dispute' ? ['--account', 'acme'] : []))
  expect(answer.code).toBe(2)
  expect(answer.err).toContain(told)
})

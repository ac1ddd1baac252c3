import { readFileSync } from 'node:fs'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { createClient, take } from '../../src/client/index.ts'
import type { ToolName } from '../../src/contract/mcp/tools.ts'
import type { Principal } from '../../src/contract/permissions.ts'
import { expectVerified, journalOf, soon } from '../api/support.ts'
import { type Mcp, startMcp, type Told } from './support.ts'

/* A model objects and asks for a person in its account's name, once, after its sentence was agreed to. */

const POLICY = JSON.parse(readFileSync('data/support/policy.json', 'utf8'))

let mcp: Mcp
let tokens: Map<Principal, string>
let owner: string
let support: string
beforeAll(async () => {
  mcp = await startMcp()
  await mcp.account('own', { paid: '50' })
  tokens = await mcp.tokens('own')
  owner = tokens.get('owner')!
  support = tokens.get('support')!
  await mcp.operator.support.publishPolicy(POLICY)
})
afterAll(() => mcp?.close())

let made = 0
/** A call of a million tokens; one with a status that says that it failed was charged by mistake. */
async function charged(upstream_status = 200): Promise<string> {
  made += 1
  const call_id = `call_m${made}`
  await createClient({ baseUrl: mcp.server.url, token: owner }).record({
    ...{ call_id, model: 'small', client: 'third_party', event_at: soon() },
    usage: { tokens: { input: 1_000_000 } },
    evidence: { upstream_status },
  })
  return call_id
}

type Args = Record<string, unknown>

async function agreed(name: ToolName, args: Args): Promise<() => Promise<Told>> {
  const asked = await mcp.ask(owner, name, args)
  expect(asked.status, asked.text).toBe('confirmation_required')
  const confirmation = asked.confirmation!.token
  return () => mcp.ask(owner, name, { ...args, confirmation })
}

const mine = () => take(mcp.operator.disputes.list('own'))
const caseOf = ({ result }: Told) => result as { case_id: string; messages: { words: string }[] }

describe('open_dispute', () => {
  test('opens nothing before its sentence was agreed to, which has the words and what it is about', async () => {
    const call = await charged(429)
    const args = { about: { calls: [call] }, words: 'It failed.', wants: 'My money.' }
    const before = [await mine(), await journalOf(mcp.server.pool)]
    const asked = await mcp.ask(owner, 'open_dispute', args)
    expect(asked).toMatchObject({ status: 'confirmation_required', confirmation: { amount: null } })
    for (const part of [call, '“It failed.”', '“My money.”', 'Nothing is charged'])
      expect(asked.confirmation?.sentence).toContain(part)
    const ja = await mcp.ask(owner, 'open_dispute', { ...args, lang: 'ja' })
    expect(ja.confirmation?.sentence).toContain('異議を申し立てます')
    expect([await mine(), await journalOf(mcp.server.pool)]).toEqual(before)
  })

  test('opens one, however often and at once its confirmation is sent', async () => {
    const before = (await mine()).length
    const send = await agreed('open_dispute', {
      about: { calls: [await charged(429)] },
      words: 'It failed.',
    })
    const answers = [...(await Promise.all([send(), send(), send()])), await send()]
    for (const answer of answers) expect(answer.status, answer.text).toBe('done')
    expect(new Set(answers.map((own) => caseOf(own).case_id)).size).toBe(1)
    expect(await mine()).toHaveLength(before + 1)
    expect(answers[0]).toMatchObject({ result: { state: 'checked', offer: { total: '1' } } })
    expect(answers[0]?.text).toContain('The call had failed or was refused.')
    expect(answers[0]?.text).toContain('$1.00 is offered')
  })

  test('about what there is not opens nothing, and says so', async () => {
    const before = await mine()
    const about = { calls: ['call_none'] }
    const answer = await (await agreed('open_dispute', { about, words: 'x' }))()
    expect(answer).toMatchObject({ problem: { code: 'charge_unknown' } })
    expect(answer.text).toContain('Nothing was opened')
    expect(await mine()).toEqual(before)
  })

  test('takes no confirmation for other words', async () => {
    const about = { calls: [await charged()] }
    const asked = await mcp.ask(owner, 'open_dispute', { about, words: 'one' })
    const confirmation = asked.confirmation!.token
    expect(
      await mcp.ask(owner, 'open_dispute', { about, words: 'two', confirmation }),
    ).toMatchObject({ problem: { code: 'confirmation_unknown' } })
  })
})

describe('talk_to_a_person', () => {
  test('in a case that is open asks once, however often it is sent', async () => {
    const about = { calls: [await charged()] }
    const { case_id } = caseOf(await (await agreed('open_dispute', { about, words: 'Look.' }))())
    const send = await agreed('talk_to_a_person', { words: 'Call me.', case_id })
    const answers = [...(await Promise.all([send(), send()])), await send()]
    for (const answer of answers) expect(answer.status, answer.text).toBe('done')
    expect(caseOf(answers[2]!).messages.map(({ words }) => words)).toEqual(['Look.', 'Call me.'])
    expect(await mcp.operator.cases.get(case_id)).toMatchObject({ needs_person: true })
  })

  test('without a case opens one of its own, once', async () => {
    const before = (await mine()).length
    const send = await agreed('talk_to_a_person', { words: 'Who are you?' })
    const [one, two] = await Promise.all([send(), send()])
    expect(caseOf(one).case_id).toBe(caseOf(two).case_id)
    expect(one.result).toMatchObject({ origin: 'person_asked', state: 'received' })
    expect(await mine()).toHaveLength(before + 1)
  })

  test('in a case that has ended, or that there is not, asks for no confirmation', async () => {
    const about = { calls: [await charged()] }
    const { case_id } = caseOf(await (await agreed('open_dispute', { about, words: 'x' }))())
    await createClient({ baseUrl: mcp.server.url, token: owner }).disputes.withdraw('own', case_id)
    const ask = (id: string) => mcp.ask(owner, 'talk_to_a_person', { words: 'x', case_id: id })
    expect(await ask(case_id)).toMatchObject({ problem: { code: 'case_closed' } })
    expect(await ask('case_none')).toMatchObject({ problem: { code: 'case_unknown' } })
  })
})

describe('what a tool says of cases is what the API says', () => {
  test('the list and one of it, in both languages', async () => {
    const items = await mine()
    const tool = await mcp.ask(owner, 'list_my_cases', { limit: 200 })
    expect(tool.result).toMatchObject({ items, next_cursor: null })
    const { case_id } = items[0]!
    for (const lang of ['en', 'ja'] as const) {
      const one = await mcp.ask(owner, 'get_my_case', { case_id, lang })
      const { as_of: _time, ...own } = await mcp.operator.disputes.get('own', case_id, { lang })
      expect(one.result).toMatchObject(own)
      expect(one.sentences[0]).toContain(case_id)
    }
  })

  test('another account’s case looks absent', async () => {
    const other = await mcp.account('other')
    const { case_id } = (await mine())[0]!
    const [foreign, absent] = [
      await mcp.ask(other, 'get_my_case', { case_id }),
      await mcp.ask(other, 'get_my_case', { case_id: 'case_none' }),
    ]
    expect(foreign).toMatchObject({ status: 'failed', problem: { code: 'case_unknown' } })
    expect(foreign).toEqual(absent)
  })
})

describe('the people of the operator', () => {
  test('list cases of all accounts without naming one, and read one with its steps', async () => {
    const list = await mcp.ask(support, 'list_cases')
    expect(list).toMatchObject({ status: 'done', account_id: null, seq: null })
    const { case_id } = (await mine())[0]!
    expect(list.text).toContain(case_id)
    const ja = await mcp.ask(support, 'list_cases', { lang: 'ja', account_id: 'own' })
    expect(ja).toMatchObject({ account_id: 'own' })
    expect(ja.text).toContain('ケース')
    const one = await mcp.ask(support, 'get_case', { case_id })
    expect(one).toMatchObject({ status: 'done', account_id: 'own', result: { case_id } })
    expect(one.text).toContain('“received”')
    expect(await mcp.ask(support, 'get_case', { case_id: 'case_none' })).toMatchObject({
      status: 'failed',
      problem: { code: 'case_unknown' },
    })
  })

  test.each<[tool: ToolName, operation: string, args: Args]>([
    ['account_state', 'getState', { account_id: 'own' }],
    ['get_timeline', 'getTimeline', { account_id: 'own' }],
    ['get_state_at', 'getStateAt', { account_id: 'own' }],
    ['read_receipt', 'getReceipt', { account_id: 'own', receipt_id: 'rcpt_m1' }],
    ['list_my_cases', 'listDisputes', { account_id: 'own' }],
    ['list_cases', 'listCases', { account_id: 'own' }],
    ['get_case', 'getCase', {}],
  ])('leave their look by %s in the access log of the account', async (tool, operation, args) => {
    const { case_id } = (await mine())[0]!
    const whole = tool === 'get_case' ? { case_id } : args
    const looks = async () =>
      (await take(mcp.operator.support.accessLog('own', { limit: 200 }))).filter(
        (own) => own.operation === operation && own.role === 'support',
      )
    const before = await looks()
    expect(await mcp.ask(support, tool, whole)).toMatchObject({ status: 'done' })
    const after = await looks()
    expect(after.length).toBeGreaterThan(before.length)
    if (tool === 'get_case') expect(after[0]).toMatchObject({ case_id, objects: { case_id } })
    expect(await mcp.ask(owner, 'account_state')).toMatchObject({ status: 'done' })
    expect(await looks(), 'of the account itself').toEqual(after)
  })

  test('are shown nothing where the log cannot be written', async () => {
    await mcp.server.pool.query('alter table accounts.access_log rename to access_log_away')
    const answer = await mcp.ask(support, 'account_state', { account_id: 'own' })
    await mcp.server.pool.query('alter table accounts.access_log_away rename to access_log')
    expect(answer).toMatchObject({ status: 'failed', result: null })
  })
})

test('and the books close', () => expectVerified(mcp.server.pool))

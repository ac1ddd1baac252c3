import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { createClient } from '../../src/client/index.ts'
import { explainBlock, inUtc } from '../../src/contract/explain/index.ts'
import { reachOfTool, TOOL_NAMES, type ToolName, toolOf } from '../../src/contract/mcp/tools.ts'
import { soon } from '../api/support.ts'
import { type Mcp, OPERATOR, startMcp } from './support.ts'

let mcp: Mcp
let key: string
let owner: string
beforeAll(async () => {
  mcp = await startMcp()
  key = await mcp.account('own', { paid: '50' })
  owner = (await mcp.tokens('own')).get('owner')!
  const client = createClient({ baseUrl: mcp.server.url, token: key })
  await client.record({
    ...{ call_id: 'call_paid', model: 'small', client: 'third_party', event_at: soon() },
    usage: { tokens: { input: 1_000_000, output: 100_000 } },
  })
  await client
    .authorize({
      ...{ call_id: 'call_stopped', model: 'blocked-1' },
      ...{ prompt_tokens_max: 1, max_output_tokens: 1 },
    })
    .catch(() => undefined)
})
afterAll(() => mcp?.close())

const CALL = { model: 'small', prompt_tokens_max: 1_000, max_output_tokens: 100 }
const ARGS: Readonly<Record<ToolName, Record<string, unknown>>> = {
  account_state: {},
  can_i_run: CALL,
  estimate: CALL,
  price_of_model: { model: 'small' },
  list_lots: {},
  list_caps: {},
  list_calls: {},
  read_receipt: { receipt_id: 'rcpt_paid' },
  explain_receipt: { receipt_id: 'rcpt_paid', length: 'long' },
  explain_block: { receipt_id: 'rcpt_stopped' },
  list_alerts: {},
  list_statements: {},
  list_purchases: {},
  list_running_calls: {},
  explore_usage: { group_by: 'model', compare: 'previous' },
  effective_caps: {},
  list_campaigns: {},
  read_statement: {},
  list_invoices: {},
  read_auto_reload: {},
  compare_plans: {},
  explain_period: {},
  get_timeline: { kinds: 'calls,blocks,credit' },
  get_state_at: {},
  get_entry: { seq: 1 },
  list_findings: {},
  check_my_charges: {},
  list_my_cases: {},
  get_my_case: { case_id: 'case_absent' },
  list_cases: {},
  get_case: { case_id: 'case_absent' },
  request_cap_raise: { cap_id: 'month', amount: '20', until: null, reason: 'More work' },
  claim_credit: { campaign_id: 'absent' },
  buy_credit: { amount: '20' },
  withdraw: { payment_id: 'absent' },
  open_dispute: { about: { calls: ['call_paid'] }, words: 'Not right.' },
  talk_to_a_person: { words: 'Call me.' },
}

/** All but those of the support desk, which have tests of their own. */
const OF_ACCOUNTS = TOOL_NAMES.filter((name) => reachOfTool(name, 'owner') !== 'none')
/** A case has to be there before it can be read. */
const KEY_READS = OF_ACCOUNTS.filter(
  (name) => toolOf(name).effect === 'reads' && name !== 'get_my_case',
)

describe.each(['auto', 'legacy'] as const)('with a client of the %s protocol', (era) => {
  test.each(KEY_READS)('%s answers in figures and words, and says of when', async (name) => {
    const answer = await mcp.ask(key, name, ARGS[name], { era })
    expect(answer).toMatchObject({ status: 'done', account_id: 'own', problem: null })
    expect(answer.seq).toBeGreaterThan(0)
    expect(Date.parse(answer.as_of ?? '')).toBeGreaterThan(0)
    expect(answer.sentences.length).toBeGreaterThan(0)
    const ja = await mcp.ask(key, name, { ...ARGS[name], lang: 'ja' }, { era })
    expect(ja.text).toMatch(/[\u3040-\u30ff\u4e00-\u9fff]/)
    expect(ja.sentences).not.toEqual(answer.sentences)
  })

  test('the list says of every tool what it takes, gives, and does', async () => {
    const client = await mcp.connect(owner, { era })
    const { tools } = await client.listTools()
    await client.close()
    expect(tools.map(({ name }) => name)).toEqual(OF_ACCOUNTS)
    for (const { name, inputSchema, outputSchema, annotations, description } of tools) {
      const { effect } = toolOf(name as ToolName)
      expect(inputSchema).toMatchObject({ type: 'object', additionalProperties: false })
      expect(outputSchema?.type).toBe('object')
      expect(annotations?.readOnlyHint).toBe(effect === 'reads')
      expect('confirmation' in (inputSchema.properties ?? {})).toBe(effect !== 'reads')
      expect(description?.length).toBeGreaterThan(30)
    }
  })
})

describe('what a tool says is what the API says', () => {
  const api = () => createClient({ baseUrl: mcp.server.url, token: key })
  const still = ({ as_of: _at, ...rest }: Record<string, unknown>) => rest

  test('the state', async () => {
    const [tool, own] = [await mcp.ask(key, 'account_state'), await api().accounts.state('own')]
    expect(still(tool.result as never)).toEqual(still(own))
    expect(tool.seq).toBe(own.seq)
  })

  test('an estimate', async () => {
    // Of credit: a window that no call has opened would begin at each asking.
    const call = { ...CALL, client: 'third_party' }
    const [tool, own] = [await mcp.ask(key, 'estimate', call), await api().estimate(call)]
    expect(still({ ...(tool.result as object), windows: [] })).toEqual(
      still({ ...own, windows: [] }),
    )
  })

  test('the timeline, the state at a moment, and the findings', async () => {
    const timeline = await mcp.ask(key, 'get_timeline', { limit: 200 })
    const [first] = (timeline.result as { items: { sentence: { en: string } }[] }).items
    expect(timeline.sentences[0]).toContain(first?.sentence.en)
    const { as_of } = await api().accounts.state('own')
    const then = await mcp.ask(key, 'get_state_at', { at: as_of })
    expect(still(then.result as never)).toEqual(
      still((await api().accounts.stateAt('own', { at: as_of })) as never),
    )
    const checked = await mcp.ask(key, 'check_my_charges')
    expect(checked.result).toMatchObject({ items: [], next_cursor: null })
    expect((await mcp.ask(key, 'list_findings')).sentences).toEqual(checked.sentences)
  })

  test('a receipt and its explanation', async () => {
    const asked = { receipt_id: 'rcpt_paid' }
    expect((await mcp.ask(key, 'read_receipt', asked)).result).toEqual(
      await api().calls.receipt('rcpt_paid'),
    )
    const told = await api().calls.explanation('rcpt_paid', { lang: 'ja' })
    expect((await mcp.ask(key, 'explain_receipt', { ...asked, lang: 'ja' })).sentences).toEqual(
      told.sentences,
    )
  })

  test('a stopped call, from its journal entry', async () => {
    const tool = await mcp.ask(key, 'explain_block', { receipt_id: 'rcpt_stopped' })
    const { block } = tool.result as { block: Parameters<typeof explainBlock>[0] }
    expect(block).toMatchObject({
      code: 'blocked_by_plan',
      model: 'blocked-1',
      receipt_id: 'rcpt_stopped',
      charged: '0',
    })
    expect(tool.sentences).toEqual(explainBlock(block, inUtc('en')))
    const paid = await mcp.ask(key, 'explain_block', { receipt_id: 'rcpt_paid' })
    expect(paid).toMatchObject({ status: 'done', result: { block: null } })
  })

  test('a model without a price has none: it is not 0', async () => {
    const price = await mcp.ask(key, 'price_of_model', { model: 'nobody-knows' })
    expect(price).toMatchObject({ status: 'done', result: { rows: [] } })
    expect(price.text).toContain('it is not zero')
    const asked = { ...CALL, model: 'nobody-knows', client: 'third_party' }
    const cost = await mcp.ask(key, 'estimate', asked)
    expect(cost.result).toMatchObject({ expected: null, worst: null })
    expect(cost.text).toContain('it is not zero')
  })
})

describe('a person of the operator', () => {
  test('names the account', async () => {
    const state = await mcp.ask(OPERATOR, 'account_state', { account_id: 'own' })
    expect(state).toMatchObject({ status: 'done', account_id: 'own' })
    const none = await mcp.ask(OPERATOR, 'account_state')
    expect(none).toMatchObject({ status: 'failed', problem: { code: 'invalid_request' } })
    expect(none.text).toContain('arguments/account_id is missing')
  })
})

describe('another account', () => {
  test('looks as one that does not exist, by every tool', async () => {
    const other = await mcp.account('other')
    await createClient({ baseUrl: mcp.server.url, token: other }).record({
      ...{ call_id: 'call_secret', model: 'small', event_at: soon() },
      usage: { tokens: { input: 10 } },
    })
    for (const name of OF_ACCOUNTS) {
      const ask = (account_id: string) => mcp.ask(owner, name, { ...ARGS[name], account_id })
      const [foreign, absent] = [await ask('other'), await ask('absent')]
      expect(foreign, name).toMatchObject({
        status: 'failed',
        problem: { code: 'account_unknown' },
      })
      expect(foreign).toEqual(absent)
    }
    const secret = await mcp.ask(key, 'read_receipt', { receipt_id: 'rcpt_secret' })
    const none = await mcp.ask(key, 'read_receipt', { receipt_id: 'rcpt_none' })
    expect(secret).toEqual(none)
  })
})

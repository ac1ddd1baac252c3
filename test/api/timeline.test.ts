import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type Api, expectVerified, fund, OPERATOR, soon, startStockedApi } from './support.ts'

let api: Api
let key: string
const params = { account_id: 'acct' }
const usage = { tokens: { input: 10_000, output: 500 } }

const record = (call_id: string, more: object = {}) =>
  api.done('record', {
    as: OPERATOR,
    body: { account_id: 'acct', call_id, model: 'small', usage, event_at: soon(), ...more },
  })

const read = (query: object = {}, as: string = key) =>
  api.done('getTimeline', { as, params, query: query as never })

/** Every line, page by page. */
async function readAll(query: object = {}, limit = 200) {
  const items: Awaited<ReturnType<typeof read>>['items'][number][] = []
  let cursor: string | undefined
  do {
    const page = await read({ ...query, limit, ...(cursor && { cursor }) })
    items.push(...page.items)
    cursor = page.next_cursor ?? undefined
  } while (cursor !== undefined)
  return items
}

beforeAll(async () => {
  api = await startStockedApi()
  key = (await api.account('acct')).key
  await api.account('other')
  await fund(api, 'acct', '10')
  for (const index of [0, 1, 2]) await record(`call_${index}`)
  await record('call_failed', { outcome: 'upstream_failed_mid_stream' })
  await api.done('setControls', {
    params,
    key: 'caps',
    body: { caps: [{ scope: 'account', period: 'day', amount: '0' }], reason: 'a test' },
  })
  const call = { account_id: 'acct', model: 'small', prompt_tokens_max: 9, max_output_tokens: 9 }
  for (const index of [0, 1])
    await api.call('authorize', {
      body: { ...call, call_id: `call_stop_${index}`, client: 'third_party' },
    })
  await api.done('grant', {
    params,
    key: 'gift',
    body: { name: 'Gift', amount: '2', origin: 'gift', expires_at: null },
  })
  await record('call_9')
})
afterAll(async () => {
  await expectVerified(api.database.pool)
  await api.close()
})

describe('the timeline', () => {
  it('tells calls that follow one another as one line, until something else happens', async () => {
    const items = await readAll()
    const lines = items.filter(({ kind }) => kind === 'calls')
    expect(lines.map(({ run }) => [run?.count, run?.failed])).toEqual([
      [1, 0],
      [3, 1],
    ])
    expect(lines[1]).toMatchObject({
      run: { models: [{ model: 'small', count: 3 }], refusal: null },
      receipt_id: null,
    })
    expect(lines[0]?.receipt_id).toBe('rcpt_9')
    expect(items[0]?.kind).toBe('calls')
  })

  it('says from which source the calls of a line came, as their receipts do', async () => {
    const line = (await readAll()).filter(({ kind }) => kind === 'calls')[1]!
    let included = 0n
    const nanos = (text: string) => BigInt(Math.round(Number(text) * 1e9))
    for (const index of [0, 1, 2]) {
      const receipt = await api.done('getReceipt', {
        as: key,
        params: { receipt_id: `rcpt_${index}` },
      })
      included += nanos(receipt.amounts.covered_by_plan.amount ?? '0')
    }
    expect(included).toBeGreaterThan(0n)
    expect(nanos(line.run!.amounts.included)).toBe(included)
    expect(line.sentence.en).toContain('3 calls (small)')
    expect(line.sentence.en).toContain('1 attempt failed and cost nothing.')
    expect(line.sentence.ja).toContain('呼び出し3回(small)')
  })

  it('tells refusals as one line with their reason, and that nothing was charged', async () => {
    const [block] = await readAll({ kinds: 'blocks' })
    expect(block).toMatchObject({ kind: 'blocks', run: { count: 2, refusal: 'cap_reached' } })
    expect(block?.sentence.en).toContain('not charged: 2 calls.')
  })

  it('tells settings, credit, purchases, the opening and the price book, each by itself', async () => {
    const codes = (await readAll()).map(({ code }) => code)
    expect(codes).toEqual(
      expect.arrayContaining(['set_controls', 'grant', 'top_up', 'open_account']),
    )
    const [settings] = await readAll({ kinds: 'settings' })
    expect(settings?.facts?.settings).toEqual([
      expect.objectContaining({ code: 'cap', scope: 'account', period: 'day', amount: '0' }),
    ])
    const [gift] = await readAll({ kinds: 'credit' })
    expect(gift?.sentence.en).toBe('Promotional credit “Gift”, $2.00, was granted.')
  })

  it('has a sentence in each language on every line', async () => {
    for (const { sentence } of await readAll()) {
      expect(sentence.en).toMatch(/[.!]$/)
      expect(sentence.ja).toMatch(/[。)]$/)
      expect(sentence.en + sentence.ja).not.toMatch(/undefined|\{|\}/)
    }
  })

  it('is the same list whatever the size of its pages', async () => {
    const whole = await readAll()
    for (const limit of [1, 2, 3, 7]) expect(await readAll({}, limit)).toEqual(whole)
  })

  it('keeps its place while the journal grows', async () => {
    const before = await readAll()
    const first = await read({ limit: 2 })
    await record('call_late')
    const second = await read({ limit: 200, cursor: first.next_cursor! })
    expect([...first.items, ...second.items]).toEqual(before)
  })

  it('keeps to an interval, and finds nothing where nothing was', async () => {
    const items = await readAll()
    const opened = items.at(-1)!
    const until = await read({ until: opened.from })
    expect(until.items.filter(({ seq }) => seq !== null)).toEqual([])
    const from = await readAll({ from: items[0]!.at })
    expect(from.every(({ at }) => at >= items[0]!.at)).toBe(true)
    expect(from.length).toBeGreaterThan(0)
  })

  it('refuses kinds and cursors that there are not', async () => {
    const kinds = await api.call('getTimeline', {
      as: key,
      params,
      query: { kinds: 'calls,secrets' },
    })
    expect(kinds.status).toBe(400)
    const cursor = await api.call('getTimeline', { as: key, params, query: { cursor: 'bm8' } })
    expect(cursor.body.code).toBe('cursor_invalid')
  })

  it('of another account looks absent, as one that does not exist', async () => {
    for (const account_id of ['other', 'nobody']) {
      const reply = await api.call('getTimeline', { as: key, params: { account_id } })
      expect([reply.status, reply.body.code]).toEqual([404, 'account_unknown'])
    }
  })
})

import { parquetReadObjects } from 'hyparquet'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { textOf } from '../support/pdf-text.ts'
import {
  asOperator,
  call,
  dispute,
  exported,
  labelsOf,
  ROUTES_OF_ACCOUNTS,
  type Stocked,
  stock,
  UNKEPT,
} from './canaries.ts'
import { bearer, inLanes, startWhole, tally, type Whole } from './support.ts'

/*
 * Marked words wherever a caller can put some, in two accounts; then files, papers, bundles, feeds, tools and
 * answers are searched: for words that nobody keeps, and for those of the other account.
 */

const told = tally('canaries')
const LABELS = { own: labelsOf('own'), other: labelsOf('other') }
let whole: Whole
let own: Stocked
let other: Stocked
/** What is in the other account, by its name in paths. */
let theirs: Record<string, string>
let feed: string

beforeAll(async () => {
  whole = await startWhole()
  own = await stock(whole, 'own')
  other = await stock(whole, 'other')
  const following = follow(own)
  const mine = await call(whole, own)
  const { call_id = '', ...theirCalls } = await call(whole, other)
  own = { ...own, params: { ...own.params, ...mine } }
  const case_id = await dispute(whole, other, call_id)
  await dispute(whole, own, mine.call_id ?? '')
  const { exportId } = await exported(whole, other, { format: 'csv', kind: 'rows' })
  theirs = { ...other.params, ...theirCalls, call_id, case_id, export_id: exportId }
  feed = await following
}, 60_000)
afterAll(async () => {
  told.print()
  await whole.close()
})

/** What an account's feed tells while calls are made in both. */
async function follow({ id, key }: Stocked): Promise<string> {
  let text = ''
  const stop = AbortSignal.timeout(8_000)
  const reply = await fetch(`${whole.url}/v1/accounts/${id}/events`, {
    headers: { ...bearer(key), accept: 'text/event-stream' },
    signal: stop,
  })
  const decoder = new TextDecoder()
  try {
    for await (const chunk of reply.body!) {
      text += decoder.decode(chunk)
      if ((text.match(/^event:/gm)?.length ?? 0) > 6) break
    }
  } catch {
    expect(stop.aborted).toBe(true)
  }
  return text
}

const unkept = (text: string): string[] =>
  Object.values(UNKEPT).filter((words) => text.includes(words))
const foreign = (text: string): string[] =>
  [...Object.values(LABELS.other), ...(theirs ? [theirs.call_id, theirs.receipt_id] : [])].filter(
    (words): words is string => words !== undefined && words !== '' && text.includes(words),
  )
const wrongIn = (text: string): string[] => [...unkept(text), ...foreign(text)]

describe('marked words', () => {
  it('are where they belong, to be looked for', async () => {
    expect(
      whole.received.filter(({ body }) => body.includes(UNKEPT.content)).length,
    ).toBeGreaterThan(5)
    for (const [name, value] of Object.entries(theirs)) expect(value, name).toBeTruthy()
    const state = await whole.ask('GET', '/v1/accounts/other/members', {
      headers: bearer(other.key),
    })
    expect(state.text).toContain(LABELS.other.member)
    const { rows } = await whole.server.pool.query('select 1 from control.case_file')
    expect(rows.length).toBeGreaterThan(0)
  })

  it('of a prompt, of headers and of addresses are in no row of any table', async () => {
    const { rows } = await whole.server.pool.query<{ table: string }>(
      `select format('%I.%I', table_schema, table_name) as table from information_schema.tables
       where table_schema not in ('pg_catalog', 'information_schema') and table_type = 'BASE TABLE'`,
    )
    expect(rows.length).toBeGreaterThan(60)
    const texts = Object.values(UNKEPT).flatMap((words) => [
      words,
      Buffer.from(words).toString('hex'),
    ])
    const wrong: string[] = []
    for (const { table } of rows) {
      const { rows: hits } = await whole.server.pool.query<{ words: string }>(
        `select distinct words from ${table} as kept, unnest($1::text[]) as words
         where strpos(kept::text, words) > 0`,
        [texts],
      )
      wrong.push(...hits.map(({ words }) => `${words} in ${table}`))
      told.count('tables')
    }
    expect(wrong).toEqual([])
  })

  it('are in no line of the log at its most talkative', () => {
    const lines = whole.logged().split('\n')
    told.count('log lines', lines.length)
    const secrets = [own.key, other.key, LABELS.own.email, LABELS.other.email]
    const leaky = lines.filter(
      (line) => unkept(line).length > 0 || secrets.some((secret) => line.includes(secret)),
    )
    expect(leaky).toEqual([])
    expect(lines.length).toBeGreaterThan(20)
  })
})

describe('a file', () => {
  it.each(['csv', 'jsonl', 'parquet'])(
    'of calls as %s has those of its account alone',
    async (format) => {
      for (const kind of ['rows', 'aggregates']) {
        const shape = kind === 'rows' ? {} : { group_by: 'model' }
        const { bytes } = await exported(whole, own, { format, kind, ...shape })
        told.count('files')
        const { buffer, byteOffset, byteLength } = bytes
        const file = buffer.slice(byteOffset, byteOffset + byteLength) as ArrayBuffer
        const text =
          format === 'parquet'
            ? JSON.stringify(await parquetReadObjects({ file }), (_name, value) =>
                typeof value === 'bigint' ? String(value) : value,
              )
            : bytes.toString('utf8')
        expect(text).toContain('claude-haiku-5.5')
        if (kind === 'rows') expect(text).toContain(own.params.call_id)
        expect(wrongIn(text), kind).toEqual([])
        expect(wrongIn(bytes.toString('latin1')), kind).toEqual([])
      }
    },
  )

  it.each(['json', 'csv', 'pdf'])(
    'with a statement as %s is of its account alone',
    async (format) => {
      const path = `/v1/accounts/own/statements/open?format=${format}`
      const reply = await fetch(whole.url + path, { headers: bearer(own.key) })
      const bytes = Buffer.from(await reply.arrayBuffer())
      expect(reply.status, `${bytes}`).toBe(200)
      told.count('files')
      const text = format === 'pdf' ? textOf(bytes).lines.join('\n') : bytes.toString('utf8')
      expect(text).toContain('S-own-0001')
      expect(wrongIn(text)).toEqual([])
      expect(wrongIn(bytes.toString('latin1'))).toEqual([])
    },
  )

  it('that goes with a case to another person names neither prompts nor other accounts, nor who', async () => {
    const { items } = JSON.parse((await asOperator(whole, '/v1/cases')).text) as {
      items: { case_id: string; account_id: string }[]
    }
    const of = (account: string) => items.find(({ account_id }) => account_id === account)?.case_id
    const { status, text } = await asOperator(whole, `/v1/cases/${of('own')}/bundle`)
    told.count('files')
    expect([status, text.includes(LABELS.own.dispute)]).toEqual([200, true])
    expect(wrongIn(text)).toEqual([])
    for (const who of [LABELS.own.member, LABELS.own.email, LABELS.own.address, own.key])
      expect(text).not.toContain(who)
  })
})

describe('an account', () => {
  const read = async (path: string) => {
    told.count('answers')
    return whole.ask('GET', path, { headers: bearer(own.key) })
  }
  const pathOf = (path: string, params: Readonly<Record<string, string>>) =>
    path.replace(/\{(\w+)\}/g, (_all, name: string) => params[name] ?? `${name}_x`)

  it('sees nothing of another’s on any of its own routes', async () => {
    const wrong: string[] = []
    await inLanes(ROUTES_OF_ACCOUNTS, async ([id, { path }]) => {
      const all = id === 'followEvents' ? '?after_seq=0' : ''
      const reply = await read(pathOf(path, own.params) + all)
      wrong.push(...wrongIn(reply.text).map((words) => `${id}: ${words}`))
    })
    expect(wrong).toEqual([])
  })

  it('is shown nothing by the ids of what is another’s, below its own address or anywhere', async () => {
    const wrong: string[] = []
    const named = ROUTES_OF_ACCOUNTS.filter(([, { path }]) => path.split('{').length > 2)
    expect(named.length).toBeGreaterThan(8)
    await inLanes(named, async ([id, { path }]) => {
      const reply = await read(pathOf(path, { ...theirs, account_id: 'own' }))
      const isTold = reply.status < 400 && !path.includes('{statement_number}')
      if (isTold || wrongIn(reply.text.replaceAll(path, '')).length > 0)
        wrong.push(`${id}: ${reply.status} ${reply.text}`)
    })
    for (const path of [
      `/v1/receipts/${theirs.receipt_id}`,
      `/v1/receipts/${theirs.receipt_id}/explanation`,
    ])
      expect((await read(path)).status, path).toBe(404)
    expect(wrong).toEqual([])
  })

  it('hears in its feed of its own calls alone', () => {
    told.count('events', feed.match(/^event:/gm)?.length ?? 0)
    expect(feed).toContain('"own"')
    expect(wrongIn(feed)).toEqual([])
  })

  it('is told nothing else by the tools of models', async () => {
    const ask = async (method: string, params: object) => {
      const headers = { ...bearer(own.key), accept: 'application/json, text/event-stream' }
      const body = { jsonrpc: '2.0', id: 1, method, params }
      const reply = await whole.ask('POST', '/mcp', { headers, body })
      told.count('questions of models')
      return reply.text
    }
    const listed = await ask('tools/list', {})
    const names = [...listed.matchAll(/"name":"(\w+)"/g)].map(([, name]) => name ?? '')
    expect(names.length).toBeGreaterThan(10)
    const args = [{}, { account_id: 'other' }, theirs]
    const questions = names.flatMap((name) => args.map((given) => [name, given] as const))
    const wrong: string[] = []
    await inLanes(questions, async ([name, given]) => {
      const text = await ask('tools/call', { name, arguments: given })
      const shown = foreign(text).filter((words) => !Object.values(given).includes(words))
      wrong.push(...[...unkept(text), ...shown].map((words) => `${name}: ${words}`))
    })
    expect(wrong).toEqual([])
  }, 120_000)
})

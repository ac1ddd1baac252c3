import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type OperationId, ROUTES, type Route } from '../../src/contract/routes/index.ts'
import { PARAMS } from '../api/route-examples.ts'
import { urlOf } from '../api/support.ts'
import { run } from '../cli/support/run.ts'
import {
  ANSWER,
  bearer,
  inLanes,
  OPERATOR,
  order,
  PAGE,
  PROVIDER_KEY,
  signInToken,
  startWhole,
  tally,
  type Whole,
} from './support.ts'

/* Real traffic with marked secrets and a marked prompt; then everything that is kept or shown is searched. */

const PROMPT = 'the marked words of a prompt'
const PASSWORD = 'marked walnut ferry under clouds'
const told = tally('leaks')
let whole: Whole
let key: string
/** What must be nowhere, by what it is. */
const secrets = new Map<string, string>([
  ['prompt', PROMPT],
  ['answer', ANSWER],
  ['password', PASSWORD],
  ['operator token', OPERATOR],
  ['provider key', PROVIDER_KEY],
])

const call = (model = 'claude-haiku-5.5') => ({
  model,
  max_tokens: 50,
  system: PROMPT,
  metadata: { user_id: PROMPT },
  messages: [{ role: 'user', content: PROMPT }],
})

beforeAll(async () => {
  whole = await startWhole()
  key = await whole.account('own')
  secrets.set('account key', key)
  await signInsAndSecrets()
  await traffic()
})
afterAll(async () => {
  told.print()
  await whole.close()
})

async function signInsAndSecrets(): Promise<void> {
  const { ask } = whole
  const member = { member_id: 'ann', name: 'Ann', role: 'owner', email: 'ann@example.com' }
  await order(ask, ['POST', '/v1/accounts/own/members'], member)
  const used = await signInToken(ask, { account_id: 'own', member_id: 'ann' })
  secrets.set('unused link', await signInToken(ask, { account_id: 'own', member_id: 'ann' }))
  secrets.set('used link', used)
  const entered = await ask('POST', '/v1/sign_in/link', { headers: PAGE, body: { token: used } })
  const cookie = entered.headers.get('set-cookie')?.split(';')[0] ?? ''
  secrets.set('session', cookie.split('=')[1] ?? '')
  const headers = { ...PAGE, cookie }
  await ask('POST', '/v1/session/password', { headers, body: { password: PASSWORD } })
  for (const password of [PASSWORD, `${PASSWORD} wrong`]) {
    const body = { name: 'ann@example.com', password }
    await ask('POST', '/v1/sign_in/password', { headers: PAGE, body })
  }
  const staff = await order(ask, ['POST', '/v1/staff'], { name: 'Sam', role: 'support' })
  secrets.set('staff token', `${staff.token}`)
  const hook = { channel: 'webhook', name: 'x', address: 'https://8.8.8.8/x' }
  const made = await order(ask, ['POST', '/v1/accounts/own/notification_endpoints'], hook)
  secrets.set('webhook secret', `${made.secret}`)
}

async function traffic(): Promise<void> {
  const sent = { headers: { 'x-api-key': key } }
  const inputs: [string, object | string][] = [
    ['/anthropic/v1/messages', call()],
    ['/anthropic/v1/messages', { ...call(), stream: true }],
    ['/anthropic/v1/messages', call('no-such-model')],
    ['/anthropic/v1/messages', `{"model":"x","messages":"${PROMPT}`],
    ['/anthropic/v1/messages', { ...call(), max_tokens: PROMPT }],
    ['/anthropic/v1/messages/count_tokens', call()],
    ['/openai/v1/chat/completions', { ...call('gpt-5.5'), user: PROMPT }],
    ['/openai/v1/responses', { model: 'gpt-5.5', input: PROMPT, instructions: PROMPT }],
    ['/openai/v1/embeddings', { model: 'text-embedding-3-small', input: PROMPT }],
  ]
  for (const [path, body] of inputs) {
    const headers = path.startsWith('/openai') ? bearer(key) : sent.headers
    const reply = await whole.ask('POST', path, { headers, body })
    told.count('calls')
    // The answer of the provider is the client's; nothing of the request comes back.
    expect(reply.text + JSON.stringify([...reply.headers])).not.toContain(PROMPT)
    expect(reply.text + JSON.stringify([...reply.headers])).not.toContain(key)
  }
  await misplaced()
}

/** Secrets where they do not belong: in addresses, fields, headers and wrong credentials. */
async function misplaced(): Promise<void> {
  for (const [, secret] of secrets) {
    const text = encodeURIComponent(secret)
    for (const headers of [{}, bearer(`${secret}x`), { 'x-api-key': `${secret}x` }])
      for (const path of ['/v1/accounts/own/state', '/anthropic/v1/models', '/v1/nothing']) {
        await whole.ask('GET', `${path}?api_key=${text}&token=${text}`, { headers })
        told.count('misplaced secrets')
      }
    await whole.ask('POST', '/v1/accounts', { headers: bearer(key), body: `{"${secret}": ` })
  }
}

const found = (text: string): string[] =>
  [...secrets].filter(([, secret]) => text.includes(secret)).map(([name]) => name)

describe('after real traffic', () => {
  it('every secret is there to be looked for', () => {
    for (const [name, secret] of secrets) expect(secret.length, name).toBeGreaterThan(15)
    expect(whole.received.filter(({ body }) => body.includes(PROMPT)).length).toBeGreaterThan(4)
  })

  it('no row of any table has one, in text, JSON or bytes', async () => {
    const { rows } = await whole.server.pool.query<{ table: string; columns: number }>(
      `select format('%I.%I', table_schema, table_name) as table, count(*)::integer as columns
       from information_schema.columns join information_schema.tables using (table_schema, table_name)
       where table_schema not in ('pg_catalog', 'information_schema') and table_type = 'BASE TABLE'
       group by 1`,
    )
    expect(rows.length).toBeGreaterThan(60)
    // A row as text shows bytes as hex.
    const texts = [...secrets.values()].flatMap((own) => [own, Buffer.from(own).toString('hex')])
    const wrong: string[] = []
    for (const { table, columns } of rows) {
      const { rows: hits } = await whole.server.pool.query<{ own: string }>(
        `select distinct own from ${table} as kept, unnest($1::text[]) as own
         where strpos(kept::text, own) > 0`,
        [texts],
      )
      wrong.push(...hits.map(({ own }) => `${own} in ${table}`))
      told.count('columns searched', columns)
    }
    const { rows: seen } = await whole.server.pool.query(
      `select 1 from control.member as kept where strpos(kept::text, 'ann@example.com') > 0`,
    )
    expect(seen).toHaveLength(1)
    told.count('secrets', secrets.size)
    expect(wrong).toEqual([])
  })

  it('no line of the log has one, at its most talkative', () => {
    const log = whole.logged()
    const lines = log.split('\n').filter((line) => line !== '')
    told.count('log lines', lines.length)
    expect(lines.length).toBeGreaterThan(10)
    const leaky = lines.filter((line) => found(line).length > 0)
    expect(leaky.map((line) => [found(line), line.slice(0, 400)])).toEqual([])
  })

  /** The feed tells what happens from now on, unless it is asked for what has happened. */
  const queryOf = (id: OperationId) => (id === 'followEvents' ? { after_seq: 0 } : {})

  it('no metric and no answer of any reading route has one, whoever asks', async () => {
    const { items } = JSON.parse(
      (await whole.ask('GET', '/v1/accounts/own/calls', { headers: bearer(key) })).text,
    ) as { items: { receipt_id?: string; call_id?: string }[] }
    expect(items.length).toBeGreaterThan(0)
    const params = { ...PARAMS, receipt_id: items[0]?.receipt_id ?? PARAMS.receipt_id }
    const gets = (Object.keys(ROUTES) as OperationId[]).filter(
      (id) => (ROUTES[id] as Route).method === 'GET',
    )
    const wrong: string[] = []
    await inLanes(gets, async (id) => {
      for (const token of [OPERATOR, key]) {
        const reply = await whole.ask('GET', urlOf(id, params, queryOf(id)), {
          headers: bearer(token),
        })
        told.count('answers')
        for (const name of found(reply.text + JSON.stringify([...reply.headers])))
          wrong.push(`${name} in ${id}`)
      }
    })
    expect(wrong).toEqual([])
  })

  it('neither standard output nor the errors of the command line have one', async () => {
    const commands = [['status'], ['whoami'], ['calls'], ['status', '--json'], ['calls', '--json']]
    for (const argv of commands)
      for (const token of [key, OPERATOR, `${key}x`]) {
        const account = token === OPERATOR ? ['--account', 'own'] : []
        const own = { env: { EVERYCENT_URL: whole.url, EVERYCENT_TOKEN: token } }
        const { code, out, err } = await run([...argv, ...account], own)
        told.count('commands')
        if (token === key) expect([code, err]).toEqual([0, ''])
        expect(found(out + err), argv.join(' ')).toEqual([])
      }
  })
})

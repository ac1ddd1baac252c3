import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { ROLES } from '../../src/contract/permissions.ts'
import { closeCycles } from '../../src/engine/billing/close.ts'
import { verifyStatement } from '../../src/verifier/index.ts'
import { SIGNER, seal } from '../checkpoints/support.ts'
import { run, temporaryFolder } from '../cli/support/run.ts'
import { type Api, expectVerified, OPERATOR, startNode, startStockedApi } from './support.ts'

/* The whole way: calls through the engine, a cycle that closes, a head that is sealed, a file, the verifier. */

let api: Api
let off: Api
let own: string
const tokens = new Map<string, string>()
const params = (statement_number: string, account_id = 'own') => ({ account_id, statement_number })
const proofOf = (number: string) => api.call('getStatementProof', { params: params(number) })

beforeAll(async () => {
  api = await startStockedApi({ sealing: SIGNER })
  off = await startNode(api.database)
  const anchor = new Date(Date.now() + 1_500).toISOString()
  await api.done('openAccount', {
    body: { account_id: 'own', name: '株式会社髙橋', currency: 'USD', plan: 'test@1', anchor },
  })
  await api.account('other')
  own = await keyFor('owner')
  for (const role of ROLES) tokens.set(role, role === 'owner' ? own : await keyFor(role))
  await credit()
  await busy('first')
  while ((await closeCycles({ pool: api.pool, engine: api.engine }, 'own', Date.now())) === 0)
    await sleep(100)
  await busy('second')
})
afterAll(async () => {
  await off.close()
  await api.close()
})

async function keyFor(role: (typeof ROLES)[number]): Promise<string> {
  const account = { account_id: 'own' }
  await api.done('addMember', { params: account, body: { member_id: role, name: role, role } })
  const body = { name: role, member_id: role }
  return (await api.done('createKey', { params: account, body })).key
}

async function credit(): Promise<void> {
  const account = { account_id: 'own' }
  await api.done('topUp', {
    params: account,
    body: { payment_id: 'pi_1', price: '20', tax: '3.8', name: 'Top-up', expires_at: null },
  })
  await api.done('grant', {
    params: account,
    key: 'promo',
    body: { name: 'promo', amount: '0.5', expires_at: null },
  })
  await api.done('setControls', {
    params: account,
    key: 'on',
    body: {
      ...{ paid_use: true, overage_limit: '2', reason: 'asked' },
      caps: [{ scope: 'account', period: 'day', amount: '50', counts: 'paid' }],
    },
  })
}

/** Calls that draw on windows, promotional and paid credit; one that fails, one that is refunded. */
async function busy(name: string): Promise<void> {
  const usage = (output: number) => ({ tokens: { input: 1_000, output }, fees: { web_search: 1 } })
  const record = (call: string, output: number, more: object = {}) =>
    api.done('record', {
      body: {
        ...{ account_id: 'own', call_id: `${name}-${call}`, model: 'small', usage: usage(output) },
        ...{ event_at: new Date().toISOString(), evidence: { note: '"x" \\ ü' }, ...more },
      } as never,
    })
  await record('covered', 40_000)
  await record('beyond', 100_000)
  await record('elsewhere', 3_000, { client: 'third_party' })
  await record('failed', 5_000, { outcome: 'upstream_failed_mid_stream' })
  await record('unknown', 5_000, { model: 'nobody' })
  await api.done('refund', {
    params: { account_id: 'own' },
    key: `${name}-refund`,
    body: { call_id: `${name}-beyond`, reason: 'goodwill', amount: '0.1' },
  } as never)
}

describe('the proof of a statement', () => {
  it('is not there before a head is sealed, nor where nothing is sealed', async () => {
    const early = await proofOf('1')
    expect([early.status, early.body.code]).toEqual([409, 'head_not_sealed'])
    expect(early.headers['retry-after']).toBe('5')
    const none = await off.call('getStatementProof', { params: params('1') })
    expect([none.status, none.body.code]).toEqual([409, 'sealing_off'])
  })

  it('is found to be true, statement after statement', async () => {
    await seal(api.database)
    const [first, second] = [await proofOf('1'), await proofOf('open')]
    expect(first.headers).toMatchObject({
      'content-type': 'application/x-ndjson',
      'content-disposition': 'attachment; filename="S-own-0001.proof.jsonl"',
    })
    const previous = Buffer.from(first.text)
    const verdict = verifyStatement(previous, { key: SIGNER.key })
    expect(verdict).toMatchObject({ ok: true, status: 'closed', opening_from: 'nothing' })
    expect(verifyStatement(Buffer.from(second.text), { key: SIGNER.key, previous })).toMatchObject({
      ok: true,
      status: 'open',
      opening_from: 'previous',
      tail: 0,
    })
    await expectVerified(api.pool)
  })

  it('has the entries byte for byte as they are stored, with their evidence', async () => {
    const lines = (await proofOf('1')).text.trimEnd().split('\n').slice(1, -1)
    const { rows } = await api.pool.query(
      `select seq::integer, encode(hash, 'hex') as hash, body::text as body, evidence
       from accounts.entry where account_id = 'own' order by seq limit $1::integer`,
      [lines.length],
    )
    expect(lines.map((line) => JSON.parse(line))).toEqual(rows)
    expect(rows.filter(({ evidence }) => evidence !== null).length).toBeGreaterThan(2)
  })

  it('is not true any more where somebody has written into the journal', async () => {
    const write = (from: string, to: string) =>
      api.pool.query(
        `update accounts.entry set body = replace(body::text, $1::text, $2::text)::json
         where account_id = 'own' and seq < 11`,
        [from, to],
      )
    await write('"amount":"0.1"', '"amount":"0.2"')
    const file = Buffer.from((await proofOf('1')).text)
    expect(verifyStatement(file)).toMatchObject({ ok: false, field: 'hash', seq: 10 })
    await write('"amount":"0.2"', '"amount":"0.1"')
    await expectVerified(api.pool)
  })

  it.each([...ROLES])('is for those who may see money: %s', async (role) => {
    const seen = ['owner', 'billing', 'admin'].includes(role) ? 200 : 403
    const reply = await api.call('getStatementProof', {
      params: params('1'),
      as: tokens.get(role)!,
    })
    expect(reply.status).toBe(seen)
  })

  it('looks absent in another account, and where there is no such statement', async () => {
    for (const [number, account, code] of [
      ['1', 'other', 'account_unknown'],
      ['1', 'nowhere', 'account_unknown'],
      ['7', 'own', 'statement_unknown'],
    ] as const) {
      const reply = await api.call('getStatementProof', {
        params: params(number, account),
        as: own,
      })
      expect([reply.status, reply.body.code]).toEqual([404, code])
    }
  })
})

describe('everycent statements proof', () => {
  it('writes the file, which verify-statement reads offline', async () => {
    const url = await api.app.listen({ port: 0, host: '127.0.0.1' })
    const cwd = temporaryFolder()
    const server = ['--url', url, '--token', OPERATOR, '-a', 'own']
    const wrote = await run(['statements', 'proof', '1', '--out', 'own.jsonl', ...server], { cwd })
    expect([wrote.code, wrote.err]).toEqual([0, ''])
    expect(wrote.out).toContain('everycent verify-statement own.jsonl')
    const verified = await run(['verify-statement', 'own.jsonl', '--key', SIGNER.key], { cwd })
    expect([verified.code, verified.err]).toEqual([0, ''])
    const answer = await api.app.inject({ url: '/v1/log/checkpoint' })
    writeFileSync(join(cwd, 'kept.note'), answer.body)
    const kept = ['--checkpoint', 'kept.note', '--json']
    const checked = await run(['verify-statement', 'own.jsonl', ...kept], { cwd })
    expect(JSON.parse(checked.out)).toMatchObject({ ok: true, earlier_checkpoint: true })
  })

  it('says what to do where there is none', async () => {
    const url = await off.app.listen({ port: 0, host: '127.0.0.1' })
    const server = ['--url', url, '--token', OPERATOR, '-a', 'own']
    const ran = await run(['statements', 'proof', '1', '--out', 'x.jsonl', ...server])
    expect(ran.code).not.toBe(0)
    expect(ran.err).toContain('no key of the log')
  })
})

describe('afterwards', () => {
  it('is still true after evidence has been removed', async () => {
    await api.pool.query(
      `update accounts.entry set evidence = null, evidence_removed_at = at
       where account_id = 'own' and evidence is not null`,
    )
    const file = Buffer.from((await proofOf('1')).text)
    expect(verifyStatement(file)).toMatchObject({ ok: true })
  })
})

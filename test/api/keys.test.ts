import { createHash } from 'node:crypto'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { isWellFormedSecret, KeyRing } from '../../src/store/control/index.ts'
import { createPool } from '../../src/store/pool.ts'
import { type Api, startStockedApi } from './support.ts'

let api: Api
beforeAll(async () => {
  api = await startStockedApi()
  await api.account('acct')
})
afterAll(() => api.close())

const params = { account_id: 'acct' }
const make = (name: string) => api.done('createKey', { params, body: { name } })

describe('an account key', () => {
  it('is shown once, and stored as its hash only', async () => {
    const made = await make('shown')
    expect(made.key).toMatch(/^ec_live_[0-9A-Za-z]{38}$/)
    expect(isWellFormedSecret(made.key)).toBe(true)
    const listed = await api.done('listKeys', { params })
    expect(JSON.stringify(listed)).not.toContain(made.key.slice(12))
    const { rows } = await api.database.pool.query(
      'select secret_hash, prefix, to_jsonb(k)::text as whole from control.api_key k where key_id = $1',
      [made.key_id],
    )
    expect(rows[0].secret_hash).toEqual(createHash('sha256').update(made.key).digest())
    expect(rows[0].prefix).toBe(made.key.slice(0, 12))
    expect(rows[0].whole).not.toContain(made.key.slice(12))
  })

  it('ends at once where it is revoked, and a repeat changes nothing', async () => {
    const made = await make('ended')
    const ask = { as: made.key, params }
    expect((await api.call('getAccount', ask)).status).toBe(200)
    const revoke = { params: { ...params, key_id: made.key_id } }
    const first = await api.done('revokeKey', revoke)
    expect((await api.call('getAccount', ask)).status).toBe(401)
    expect(await api.done('revokeKey', revoke)).toEqual(first)
    expect(first.revoked_at).not.toBeNull()
  })

  it('of one account cannot be revoked through another', async () => {
    await api.account('stranger')
    const made = await make('kept')
    const foreign = { params: { account_id: 'stranger', key_id: made.key_id } }
    expect(await api.call('revokeKey', foreign)).toMatchObject({ body: { code: 'key_unknown' } })
    expect((await api.call('getAccount', { as: made.key, params })).status).toBe(200)
  })

  it('cannot be made for an account that does not exist', async () => {
    const reply = await api.call('createKey', {
      params: { account_id: 'absent' },
      body: { name: 'x' },
    })
    expect(reply).toMatchObject({ status: 404, body: { code: 'account_unknown' } })
  })
})

describe('the key ring', () => {
  const counted = async () => {
    const pool = createPool(api.database.url, { max: 4, applicationName: 'key ring' })
    let queries = 0
    const counting = new Proxy(pool, {
      get: (target, name) => {
        if (name === 'query') queries += 1
        const value = Reflect.get(target, name)
        return typeof value === 'function' ? value.bind(target) : value
      },
    })
    return { pool, counting, queries: () => queries }
  }

  it('asks once for many at the same time, and remembers for five seconds', async () => {
    const { key, key_id } = await make('busy')
    const { pool, counting, queries } = await counted()
    let now = 0
    const ring = new KeyRing(counting, () => now)
    const holders = await Promise.all(Array.from({ length: 50 }, () => ring.authenticate(key)))
    expect(new Set(holders.map((holder) => holder?.keyId))).toEqual(new Set([key_id]))
    expect(queries()).toBe(1)
    now = 4_999
    await ring.authenticate(key)
    expect(queries()).toBe(1)
    now = 5_000
    await ring.authenticate(key)
    expect(queries()).toBe(2)
    await pool.end()
  })

  it('remembers for a second that a secret is no key, and never asks for what is not well formed', async () => {
    const { key } = await make('gone')
    const { pool, counting, queries } = await counted()
    let now = 0
    const ring = new KeyRing(counting, () => now, { entriesMax: 2 })
    const flipped = `${key.slice(0, -1)}${key.endsWith('a') ? 'b' : 'a'}`
    expect(await ring.authenticate(flipped)).toBeNull()
    expect(await ring.authenticate('')).toBeNull()
    expect(queries()).toBe(0)
    const { newSecret } = await import('../../src/store/control/key-format.ts')
    const unknown = newSecret()
    expect(await ring.authenticate(unknown)).toBeNull()
    expect(await ring.authenticate(unknown)).toBeNull()
    expect(queries()).toBe(1)
    now = 1_000
    await ring.authenticate(unknown)
    expect(queries()).toBe(2)
    await ring.authenticate(newSecret())
    await ring.authenticate(newSecret())
    await ring.authenticate(unknown)
    expect(queries(), 'the oldest was forgotten').toBe(5)
    await pool.end()
  })

  it('makes secrets that use the whole alphabet and never repeat', async () => {
    const { newSecret } = await import('../../src/store/control/key-format.ts')
    const made = Array.from({ length: 500 }, () => newSecret())
    expect(new Set(made).size).toBe(500)
    expect(new Set(made.join('').replaceAll('ec_live_', '')).size).toBe(62)
    expect(made.every((secret) => isWellFormedSecret(secret))).toBe(true)
  })
})

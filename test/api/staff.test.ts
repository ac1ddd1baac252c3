import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { isWellFormedSecret } from '../../src/store/control/index.ts'
import { type Api, startStockedApi } from './support.ts'

/* The people of the operator: each has a token of their own, so that what was done has a name. */

let api: Api
beforeAll(async () => {
  api = await startStockedApi()
  await api.account('own')
})
afterAll(() => api.close())

const add = (role: 'operator' | 'support_lead' | 'support', staff_id?: string) =>
  api.done('addStaff', { body: { name: `a ${role}`, role, ...(staff_id && { staff_id }) } })

describe('a person of the operator', () => {
  it('gets a token that is shown once and kept as a hash only', async () => {
    const made = await add('support', 'ann')
    expect(made).toMatchObject({ staff_id: 'ann', role: 'support', status: 'active' })
    expect(isWellFormedSecret(made.token, 'staff')).toBe(true)
    expect(isWellFormedSecret(made.token)).toBe(false)
    expect(made.token.startsWith(made.prefix ?? 'none')).toBe(true)
    const { rows } = await api.database.pool.query('select s::text as row from control.staff s')
    const listed = JSON.stringify(await api.done('listStaff'))
    for (const text of [...rows.map(({ row }) => row), listed])
      expect(text).not.toContain(made.token)
  })

  it.each(['support', 'support_lead'] as const)(
    'as %s reads, and changes nothing',
    async (role) => {
      const { token, staff_id } = await add(role)
      const me = await api.done('whoami', { as: token })
      expect(me).toMatchObject({ principal: role, staff_id, account: null, key: null })
      const params = { account_id: 'own' }
      expect((await api.call('getState', { as: token, params })).status).toBe(200)
      const grant = { params, body: { name: 'x', amount: '1', expires_at: null } }
      expect((await api.call('grant', { as: token, ...grant })).status).toBe(403)
      expect((await api.call('addStaff', { as: token, body: { name: 'x', role } })).status).toBe(
        403,
      )
    },
  )

  it('as operator does what an operator token does, under the person’s own name', async () => {
    const { token, staff_id } = await add('operator')
    expect(await api.done('whoami', { as: token })).toMatchObject({
      principal: 'operator',
      staff_id,
    })
    const entry = await api.done('grant', {
      as: token,
      params: { account_id: 'own' },
      body: { name: 'x', amount: '1', expires_at: null },
      key: 'by-a-person',
    })
    expect(entry.actor).toMatchObject({ type: 'operator', id: staff_id })
  })

  it('has another role at the next request, and none once removed', async () => {
    const { token, staff_id } = await add('support')
    const params = { staff_id }
    await api.done('changeStaff', { params, body: { role: 'support_lead', name: 'Ann B.' } })
    expect((await api.done('whoami', { as: token })).principal).toBe('support_lead')
    expect(await api.done('removeStaff', { params })).toMatchObject({
      status: 'removed',
      prefix: null,
      name: 'Ann B.',
    })
    expect((await api.call('whoami', { as: token })).status).toBe(401)
    expect((await api.call('removeStaff', { params })).status, 'a repeat').toBe(200)
    for (const reply of [
      await api.call('changeStaff', { params, body: { name: 'back' } }),
      await api.call('renewStaffToken', { params }),
    ])
      expect(reply).toMatchObject({ status: 404, body: { code: 'staff_unknown' } })
  })

  it('gets a new token, and the old one is worth nothing from then on', async () => {
    const old = await add('support')
    const made = await api.done('renewStaffToken', { params: { staff_id: old.staff_id } })
    expect(made.token).not.toBe(old.token)
    expect((await api.call('whoami', { as: old.token })).status).toBe(401)
    expect((await api.call('whoami', { as: made.token })).status).toBe(200)
  })

  it('is added once: the second answer would show a token that nobody asked for', async () => {
    await add('support', 'once')
    const again = await api.call('addStaff', {
      body: { staff_id: 'once', name: 'x', role: 'operator' },
    })
    expect(again).toMatchObject({ status: 409, body: { code: 'staff_exists' } })
    const { items } = await api.done('listStaff')
    expect(items.find(({ staff_id }) => staff_id === 'once')?.role).toBe('support')
  })
})

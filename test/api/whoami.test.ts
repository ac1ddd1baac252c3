import { afterAll, beforeAll, expect, it } from 'vitest'
import { type Api, OPERATOR, startStockedApi } from './support.ts'

/* A token asks whom it speaks for, without knowing any id. */

let api: Api
let own: string
beforeAll(async () => {
  api = await startStockedApi()
  own = (await api.account('own')).key
})
afterAll(() => api.close())

it('an account key learns its account, plan and currency', async () => {
  const answer = await api.done('whoami', { as: own })
  const account = await api.done('getAccount', { params: { account_id: 'own' } })
  expect(answer).toMatchObject({
    principal: 'account_key',
    account: { ...account, as_of: expect.any(String) },
    key: { member_id: null, project_id: null, client: null },
  })
  const { items } = await api.done('listKeys', { params: { account_id: 'own' } })
  expect(items.map(({ key_id }) => key_id)).toContain(answer.key?.key_id)
  expect(answer.as_of).toBe(answer.account?.as_of)
})

it('a member’s key learns its member, project and role, and a change of role at once', async () => {
  const params = { account_id: 'own' }
  await api.done('addMember', {
    params,
    body: { member_id: 'ann', name: 'Ann', role: 'developer' },
  })
  const project = await api.done('addProject', { params, body: { project_id: 'web', name: 'Web' } })
  const { key } = await api.done('createKey', {
    params,
    body: { name: 'k', member_id: 'ann', project_id: project.project_id, client: 'third_party' },
  })
  const ids = { member_id: 'ann', project_id: project.project_id, client: 'third_party' }
  expect(await api.done('whoami', { as: key })).toMatchObject({
    principal: 'developer',
    account: { account_id: 'own' },
    key: ids,
  })
})

it('a member that nobody has registered is a developer', async () => {
  const { key } = await api.done('createKey', {
    params: { account_id: 'own' },
    body: { name: 'k', member_id: 'stranger' },
  })
  expect(await api.done('whoami', { as: key })).toMatchObject({ principal: 'developer' })
})

it('the operator speaks for no account', async () => {
  expect(await api.done('whoami', { as: OPERATOR })).toMatchObject({
    principal: 'operator',
    account: null,
    key: null,
  })
})

it('nobody learns nothing', async () => {
  expect((await api.call('whoami', { as: null })).status).toBe(401)
  expect((await api.call('whoami', { as: `${own}x` })).status).toBe(401)
})

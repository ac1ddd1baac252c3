import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { EndpointNotifier } from '../../src/api/deps.ts'
import { PAGE, send, signIn } from './browser.ts'
import { type Api, startNode, startStockedApi } from './support.ts'

/* Invitations: whom they let in, once, and what they do not prove. */

let api: Api
let mailing: Api
const sent: { to: string; title: string; lines: readonly string[] }[] = []

beforeAll(async () => {
  api = await startStockedApi()
  const notifier: Partial<EndpointNotifier> = {
    sendsMail: true,
    sendLetter: async (to, { title, lines }) => void sent.push({ to, title, lines }),
  }
  mailing = await startNode(api.database, {
    notifier: notifier as EndpointNotifier,
    publicUrl: 'http://localhost',
  })
  for (const id of ['own', 'other']) {
    await api.account(id)
    for (const [member_id, role] of [
      ['olive', 'owner'],
      ['adam', 'admin'],
      ['neil', 'developer'],
      ['nora', 'developer'],
    ] as const)
      await api.done('addMember', {
        params: { account_id: id },
        body: { member_id, name: member_id, role, email: `${member_id}@example.com` },
      })
  }
})
afterAll(async () => {
  await mailing.close()
  await api.close()
})

const URL_OF = (member: string) => `/v1/accounts/own/members/${member}/invitation`
const invite = async (by: 'email' | 'copy', member: string, as = 'olive', on = api) =>
  send(on, 'POST', URL_OF(member), {
    cookie: await signIn(on, { account_id: 'own', member_id: as }),
    body: { by },
  })
const open = (path: string, on = api) =>
  send(on, 'POST', '/v1/sign_in/link', { body: { token: path.split('#token=')[1] } })

it('lets its member in once, and proves no address when it was handed over', async () => {
  const { status, body } = await invite('copy', 'neil')
  expect(status, JSON.stringify(body)).toBe(201)
  const listed = await api.done('listInvitations', { params: { account_id: 'own' } })
  expect(listed.items).toMatchObject([{ member_id: 'neil', email: null }])
  const entered = await open(body.path)
  expect(entered.body.session).toMatchObject({ role: 'developer', accounts: [] })
  expect((await open(body.path)).body.code).toBe('link_over')
  const again = await invite('copy', 'neil')
  expect([again.status, again.body.code]).toEqual([409, 'member_has_come_in'])
})

it('ends with the next one, and when it is taken back', async () => {
  const earlier = await invite('copy', 'nora')
  const later = await invite('copy', 'nora')
  expect((await open(earlier.body.path)).body.code).toBe('link_over')
  const cookie = await signIn(api, { account_id: 'own', member_id: 'olive' })
  await send(api, 'DELETE', URL_OF('nora'), { cookie })
  expect((await open(later.body.path)).body.code).toBe('link_over')
  const listed = await api.done('listInvitations', { params: { account_id: 'own' } })
  expect(listed.items).toEqual([])
})

it('goes by e-mail to its reader only, and then proves the address', async () => {
  const { body } = await invite('email', 'nora', 'olive', mailing)
  expect(body.path).toBeNull()
  expect(sent).toMatchObject([{ to: 'nora@example.com', title: 'You are invited to Account own' }])
  const entered = await open(sent[0]?.lines[1] ?? '', mailing)
  expect(entered.body.session.accounts.map(({ id }: { id: string }) => id)).toEqual([
    'other',
    'own',
  ])
})

it('is made by nobody for those whom it may not manage, nor by e-mail where none is sent', async () => {
  await api.done('addMember', {
    params: { account_id: 'own' },
    body: { member_id: 'otto', name: 'Otto', role: 'owner' },
  })
  expect((await invite('copy', 'otto', 'adam')).body.code).toBe('permission_denied')
  expect((await invite('email', 'otto')).body.code).toBe('channel_unavailable')
  expect((await invite('copy', 'absent')).body.code).toBe('member_unknown')
})

describe('a person of the operator', () => {
  const params = { staff_id: 'sue' }
  const invited = (on: Api, by: 'email' | 'copy') =>
    on.call('inviteStaff', { params, body: { by } })

  it('is invited by e-mail, comes in once, and is not invited again', async () => {
    await api.done('addStaff', {
      body: { ...params, name: 'Sue', role: 'support', email: 'sue@house.example' },
    })
    expect((await invited(api, 'email')).body).toMatchObject({ code: 'channel_unavailable' })
    const handed = await api.done('inviteStaff', { params, body: { by: 'copy' } })
    const listed = await api.done('listStaffInvitations', {})
    expect(listed.items).toMatchObject([{ staff_id: 'sue', email: null }])
    // Invitations of accounts do not show those of the operator.
    const ofAccount = await api.done('listInvitations', { params: { account_id: 'own' } })
    expect(ofAccount.items).toEqual([])
    await mailing.done('inviteStaff', { params, body: { by: 'email', lang: 'ja' } })
    expect((await open(handed.path ?? '')).body.code).toBe('link_over')
    const letter = sent.at(-1)
    expect(letter).toMatchObject({ to: 'sue@house.example', title: 'Everycent への招待' })
    const entered = await open(letter?.lines[1] ?? '', mailing)
    expect(entered.body.session).toMatchObject({ kind: 'staff', role: 'support' })
    expect((await invited(api, 'copy')).body).toMatchObject({ code: 'staff_has_come_in' })
  })

  it('is not let in by an invitation that was taken back', async () => {
    const own = { staff_id: 'tom' }
    await api.done('addStaff', { body: { ...own, name: 'Tom', role: 'support' } })
    const { path } = await api.done('inviteStaff', { params: own, body: { by: 'copy' } })
    await api.done('takeBackStaffInvitation', { params: own })
    expect((await open(path ?? '')).body.code).toBe('link_over')
    await api.done('removeStaff', { params: own })
    const removed = await api.call('inviteStaff', { params: own, body: { by: 'copy' } })
    expect(removed.body).toMatchObject({ code: 'staff_unknown' })
  })
})

it('tells its person by e-mail, in its language, that there is a new way to sign in', async () => {
  const cookie = await signIn(mailing, { account_id: 'own', member_id: 'adam' })
  const body = { password: 'teapot gravel nineteen harbour' }
  const url = '/v1/session/password'
  sent.length = 0
  await send(mailing, 'POST', url, { cookie, body })
  const headers = { ...PAGE, 'accept-language': 'en;q=0.4, ja-JP;q=0.9' }
  await send(mailing, 'POST', url, { cookie, body, headers })
  expect(sent).toMatchObject([
    { to: 'adam@example.com', title: 'Your password was set' },
    { to: 'adam@example.com', title: 'パスワードが設定されました' },
  ])
  // A password that is refused is no new way.
  await send(mailing, 'POST', url, { cookie, body: { password: 'short' } })
  expect(sent).toHaveLength(2)
})

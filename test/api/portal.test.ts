import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { send } from './browser.ts'
import { type Api, startNode, startStockedApi } from './support.ts'

/* Portals: how they look, where they lead back to, in which language, and what they cannot do. */

const SETTINGS = { frameOrigins: [], returnOrigins: ['https://app.example.com'] }
const THEME = {
  theme_id: 'acme',
  name: 'Acme Cloud',
  font: 'serif',
  radius_px: 2,
  light: { accent: '#6d28d9', surface: '#fffdf8', text: '#22201c' },
  dark: { accent: '#c4a7ff', surface: '#14121a', text: '#efeaf7' },
} as const
const LOOK = {
  ...{ name: 'Acme Cloud', mark: 'A', font: 'serif', radius_px: 2 },
  ...{ light: THEME.light, dark: THEME.dark },
}

let api: Api
beforeAll(async () => {
  api = await startStockedApi({ portal: SETTINGS })
  await api.account('own')
  await api.done('addMember', {
    params: { account_id: 'own' },
    body: { member_id: 'ann', name: 'Ann', role: 'owner', email: 'ann@example.com' },
  })
})
afterAll(() => api.close())

const link = (body: object) =>
  api.call('createPortalLink', { params: { account_id: 'own' }, body: body as never })

async function open(body: object, on: Pick<Api, 'app'> = api) {
  const made = await link(body)
  expect(made.status, made.text).toBe(201)
  const token = `${made.body.path}`.split('#token=')[1]
  return send(on, 'POST', '/v1/sign_in/link', { body: { token } })
}

describe('a theme', () => {
  it('is set, listed, set anew and removed', async () => {
    const set = await api.done('setPortalTheme', { body: THEME })
    expect(set).toMatchObject({ theme_id: 'acme', ...LOOK })
    await api.done('setPortalTheme', { body: { ...THEME, mark: '◆', radius_px: 0 } })
    const { items } = await api.done('listPortalThemes')
    expect(items).toHaveLength(1)
    expect(items[0]).toMatchObject({ theme_id: 'acme', mark: '◆', radius_px: 0 })
    await api.done('removePortalTheme', { params: { theme_id: 'acme' } })
    const again = await api.call('removePortalTheme', { params: { theme_id: 'acme' } })
    expect(again).toMatchObject({ status: 404, body: { code: 'portal_theme_unknown' } })
  })

  it('that is hard to read is refused: the answer names the pair, its ratio and the least', async () => {
    const light = { ...THEME.light, surface: '#ffffff', text: '#777777' }
    const refused = await api.call('setPortalTheme', { body: { ...THEME, light } })
    expect(refused).toMatchObject({
      status: 422,
      body: {
        code: 'portal_theme_unreadable',
        errors: [
          {
            location: 'body/light/text',
            message: 'text on surface has a contrast of 4.47 to 1',
            fix: 'Choose another text: it has to be 4.5 to 1 or more.',
          },
        ],
      },
    })
    expect((await api.done('listPortalThemes')).items).toEqual([])
  })

  it.each([
    ['a colour with more behind it', { light: { ...THEME.light, accent: '#6d28d9;}' } }],
    ['a colour by name', { light: { ...THEME.light, accent: 'red' } }],
    ['a colour by function', { light: { ...THEME.light, surface: 'url(//evil.example)' } }],
    ['a font of its own', { font: 'x;background:url(//evil.example)' }],
    ['corners in words', { radius_px: '2px' }],
    ['a field that is none', { css: 'a{}' }],
    ['a name of two lines', { name: 'a\nb' }],
  ])('with %s is not of the form', async (_what, change) => {
    const refused = await api.call('setPortalTheme', { body: { ...THEME, ...change } as never })
    expect(refused).toMatchObject({ status: 400, body: { code: 'invalid_request' } })
  })

  it('has to be there when a link names it', async () => {
    const refused = await link({ theme: 'nobody' })
    expect(refused).toMatchObject({ status: 404, body: { code: 'portal_theme_unknown' } })
  })

  it('beyond a hundred is refused, and one that is there can still be set', async () => {
    for (let at = 0; at < 100; at += 1)
      await api.done('setPortalTheme', { body: { ...THEME, theme_id: `many${at}` } })
    const refused = await api.call('setPortalTheme', { body: { ...THEME, theme_id: 'more' } })
    expect(refused).toMatchObject({ status: 409, body: { code: 'portal_theme_limit_reached' } })
    await api.done('setPortalTheme', { body: { ...THEME, theme_id: 'many0' } })
    for (let at = 0; at < 100; at += 1)
      await api.done('removePortalTheme', { params: { theme_id: `many${at}` } })
  })
})

describe('where a portal leads back to', () => {
  it.each([
    'https://app.example.com.evil.example/',
    'https://app.example.com@evil.example/',
    'https://user@app.example.com/',
    'https://app.example.com:8443/',
    'http://app.example.com/',
    'https://evil.example/?https://app.example.com',
    'https:/\\evil.example/',
    '//app.example.com/',
    '/billing',
    'javascript:alert(1)//https://app.example.com',
    'data:text/html,https://app.example.com',
  ])('is not %j', async (return_url) => {
    const refused = await link({ return_url })
    expect(refused).toMatchObject({ status: 422, body: { code: 'return_url_refused' } })
  })

  it('is an address of a site that is allowed, as browsers read it', async () => {
    const { body } = await open({ return_url: 'https://APP.example.com/a/../billing?x=1#y' })
    expect(body.session.portal).toEqual({
      look: null,
      back: { url: 'https://app.example.com/billing?x=1#y', name: 'app.example.com' },
      lang: null,
    })
  })

  it('is nowhere once its site is no longer allowed', async () => {
    const { cookie } = await open({ return_url: 'https://app.example.com/billing' })
    const stricter = await startNode(api.database, { portal: { ...SETTINGS, returnOrigins: [] } })
    const before = await send(api, 'GET', '/v1/session', { cookie })
    const after = await send(stricter, 'GET', '/v1/session', { cookie })
    await stricter.close()
    expect(before.body.session.portal.back).not.toBeNull()
    expect(after.body.session.portal.back).toBeNull()
  })
})

describe('the session of a portal', () => {
  it('says how it looks, where back is, and in which language it opens', async () => {
    await api.done('setPortalTheme', { body: THEME })
    const return_url = 'https://app.example.com/billing'
    const { body, cookie } = await open({ theme: 'acme', return_url, lang: 'ja' })
    const back = { url: return_url, name: 'Acme Cloud' }
    expect(body.session).toMatchObject({ kind: 'portal', portal: { look: LOOK, back, lang: 'ja' } })
    await api.done('setPortalTheme', { body: { ...THEME, name: 'Acme' } })
    const renamed = await send(api, 'GET', '/v1/session', { cookie })
    expect(renamed.body.session.portal.look.name).toBe('Acme')
    await api.done('removePortalTheme', { params: { theme_id: 'acme' } })
    const plain = await send(api, 'GET', '/v1/session', { cookie })
    expect(plain.body.session.portal.look).toBeNull()
  })

  it('of nobody else says nothing of the kind', async () => {
    const { path } = await api.done('createSignInLink', {
      body: { account_id: 'own', member_id: 'ann' },
    })
    const token = path.split('#token=')[1]
    const { body } = await send(api, 'POST', '/v1/sign_in/link', { body: { token } })
    expect(body.session.portal).toBeNull()
  })

  it('neither sees nor ends the other sessions of its member, nor sets a password', async () => {
    const { cookie } = await open({ member_id: 'ann' })
    for (const [method, path, body] of [
      ['GET', '/v1/sessions', undefined],
      ['DELETE', '/v1/sessions/others', undefined],
      ['POST', '/v1/session/password', { password: 'teapot gravel nineteen harbour' }],
      ['GET', '/v1/session/sign_ins', undefined],
    ] as const) {
      const refused = await send(api, method, path, { cookie, ...(body && { body }) })
      expect([path, refused.status, refused.body.code]).toEqual([path, 409, 'session_needed'])
    }
  })
})

import type { AddressInfo } from 'node:net'
import { setTimeout as sleep } from 'node:timers/promises'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { followAt } from './follow.ts'
import { type Api, startStockedApi } from './support.ts'

/* A feed is open for hours: whoever may not read it any more gets nothing more of it. */

let api: Api
let port: number
beforeAll(async () => {
  api = await startStockedApi()
  await api.app.listen({ port: 0, host: '127.0.0.1' })
  port = (api.app.server.address() as AddressInfo).port
})
afterAll(() => api.close())

/** Longer than a look at the credentials is good for. */
const LOOK_IS_OLD_MS = 1_100

const grant = (account_id: string, name: string) =>
  api.done('grant', {
    params: { account_id },
    key: name,
    body: { name, amount: '1', expires_at: null },
  })

async function opened(name: string, role: 'owner' | 'developer' = 'owner') {
  await api.account(name)
  const params = { account_id: name, member_id: 'ann' }
  const { account_id } = params
  // Of two owners one may go.
  for (const [member_id, as] of [
    ['bea', 'owner'],
    ['ann', role],
  ] as const)
    await api.done('addMember', {
      params: { account_id },
      body: { member_id, name: member_id, role: as },
    })
  const made = await api.done('createKey', {
    params: { account_id },
    body: { name: 'ann', member_id: 'ann' },
  })
  return { params, keyId: made.key_id, key: made.key }
}

async function signedIn(person: object): Promise<string> {
  const { path } = await api.done('createSignInLink', { body: person as never })
  const answer = await fetch(`http://127.0.0.1:${port}/v1/sign_in/link`, {
    method: 'POST',
    headers: {
      'content-type': 'application/json',
      ...{ 'everycent-csrf': '1', 'sec-fetch-site': 'same-origin' },
    },
    body: JSON.stringify({ token: path.split('#token=')[1] }),
  })
  expect(answer.status).toBe(200)
  return `${answer.headers.get('set-cookie')}`.split(';')[0] ?? ''
}

type Opened = Awaited<ReturnType<typeof opened>>

const ENDS: Readonly<Record<string, (of: Opened) => Promise<unknown>>> = {
  'whose key is revoked': ({ params, keyId }) =>
    api.done('revokeKey', { params: { account_id: params.account_id, key_id: keyId } }),
  'that is removed from the account': ({ params }) => api.done('removeMember', { params }),
  'that may see only its own by now': ({ params }) =>
    api.done('changeMember', { params, body: { role: 'developer' } }),
}

describe('a reader', () => {
  it.each(Object.keys(ENDS))('%s gets nothing more, and its feed ends', async (what) => {
    const own = await opened(`feed_${Object.keys(ENDS).indexOf(what)}`)
    const { account_id } = own.params
    const feed = await followAt(port, account_id, { as: own.key })
    await grant(account_id, 'before')
    await feed.until(1)
    await sleep(LOOK_IS_OLD_MS)
    const { length } = feed.events
    await ENDS[what]?.(own)
    await grant(account_id, 'after')
    await feed.ended
    const names = feed.events.map(({ data }) => JSON.stringify(data))
    expect(names.filter((text) => text.includes('"after"'))).toEqual([])
    expect(names).toHaveLength(length)
  })

  it('that signs out is not told in another tab what comes after', async () => {
    const { params } = await opened('feed_session')
    const cookie = await signedIn(params)
    const feed = await followAt(port, params.account_id, { cookie })
    const other = await followAt(port, params.account_id, { cookie: await signedIn(params) })
    await grant(params.account_id, 'before')
    await Promise.all([feed.until(1), other.until(1)])
    await sleep(LOOK_IS_OLD_MS)
    const over = await api.app.inject({
      method: 'DELETE',
      url: '/v1/session',
      headers: { cookie, 'everycent-csrf': '1', 'sec-fetch-site': 'same-origin' },
    })
    expect(over.statusCode).toBe(200)
    await grant(params.account_id, 'after')
    await feed.ended
    await other.until(2)
    expect(feed.events).toHaveLength(1)
    other.close()
  })

  it('that may go on is not disturbed', async () => {
    const { params, key } = await opened('feed_on', 'developer')
    const feed = await followAt(port, params.account_id, { as: key })
    const record = (call_id: string) =>
      api.done('record', {
        body: {
          account_id: params.account_id,
          member_id: 'ann',
          call_id,
          model: 'small',
          usage: { tokens: { input: 10 } },
          event_at: new Date().toISOString(),
        },
      })
    for (const call of ['one', 'two', 'three']) {
      await sleep(LOOK_IS_OLD_MS)
      await record(call)
    }
    await feed.until(3)
    feed.close()
  })
})

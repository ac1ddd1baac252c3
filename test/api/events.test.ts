import type { AddressInfo } from 'node:net'
import { setTimeout as sleep } from 'node:timers/promises'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { createEngine } from '../../src/engine/index.ts'
import { createPool } from '../../src/store/pool.ts'
import { type Feed, type Following, followAt } from './follow.ts'
import { type Api, startStockedApi } from './support.ts'

let api: Api
let port: number
beforeAll(async () => {
  api = await startStockedApi({ feedsMax: { total: 8, perAccount: 4 } })
  await api.app.listen({ port: 0, host: '127.0.0.1' })
  port = (api.app.server.address() as AddressInfo).port
})
afterAll(() => api.close())

const follow = (account: string, options: Following = {}): Promise<Feed> =>
  followAt(port, account, options)

const grant = (account: string, name: string) =>
  api.done('grant', {
    params: { account_id: account },
    key: name,
    body: { name, amount: '0.000000001', expires_at: null },
  })

describe('the event feed', () => {
  it('begins with what is new, in order, each entry once', async () => {
    await api.account('live')
    const feed = await follow('live')
    expect(feed.status).toBe(200)
    expect(feed.response.headers).toMatchObject({
      'content-type': 'text/event-stream; charset=utf-8',
    })
    await Promise.all(Array.from({ length: 150 }, (_, index) => grant('live', `g${index}`)))
    await feed.until(150)
    await sleep(50)
    expect(feed.events.map(({ id }) => Number(id))).toEqual(
      Array.from({ length: 150 }, (_, index) => index + 2),
    )
    expect(feed.events[0]).toMatchObject({ event: 'grant', data: { seq: 2, kind: 'grant' } })
    feed.close()
  })

  it('of a member holds its own calls only, however many others come between', async () => {
    await api.account('shared')
    const params = { account_id: 'shared' }
    const made = await api.done('createKey', { params, body: { name: 'ann', member_id: 'ann' } })
    const feed = await follow('shared', { as: made.key })
    const usage = { tokens: { input: 10 } }
    const record = (member_id: string, n: number) =>
      api.done('record', {
        body: {
          account_id: 'shared',
          member_id,
          call_id: `call_${member_id}_${n}`,
          model: 'small',
          usage,
          event_at: new Date().toISOString(),
        },
      })
    await record('ann', 1)
    for (let n = 0; n < 120; n += 1) await record('bob', n)
    await grant('shared', 'theirs')
    await record('ann', 2)
    await feed.until(2)
    const calls = feed.events.map(({ data }) => (data as unknown as { call: object }).call)
    expect(calls).toMatchObject([{ call_id: 'call_ann_1' }, { call_id: 'call_ann_2' }])
    expect(JSON.stringify(feed.events)).not.toContain('bob')
    feed.close()
  })

  it('resumes after the last event seen, without a gap and without a repeat', async () => {
    const { key } = await api.account('resumed')
    for (const name of ['a', 'b', 'c']) await grant('resumed', name)
    const feed = await follow('resumed', { lastEventId: '2', as: key })
    await feed.until(2)
    expect(feed.events.map(({ id }) => id)).toEqual(['3', '4'])
    feed.close()
    const whole = await follow('resumed', { query: '?after_seq=0', as: key })
    await whole.until(4)
    expect(whole.events[0]).toMatchObject({ id: '1', event: 'open_account' })
    const listed = await api.done('listEntries', {
      as: key,
      params: { account_id: 'resumed' },
    })
    expect(whole.events.map(({ data }) => data)).toEqual(listed.items.reverse())
    whole.close()
  })

  it('shows within a second or two what another server has written', async () => {
    await api.account('shared')
    const feed = await follow('shared')
    await sleep(1_100)
    const pool = createPool(api.database.url, { max: 2, applicationName: 'other node' })
    const other = await createEngine({ pool })
    await other.execute({
      kind: 'set_controls',
      accountId: 'shared',
      requestId: 'elsewhere',
      actor: { type: 'operator', id: 'other' },
      paidUse: true,
    })
    await feed.until(1)
    expect(feed.events[0]?.event).toBe('set_controls')
    feed.close()
    await other.close()
    await pool.end()
  })

  it('is bounded: one more is refused and told when to try again; a closed one makes room', async () => {
    await api.account('crowded')
    const feeds = await Promise.all([1, 2, 3, 4].map(() => follow('crowded')))
    const refused = await follow('crowded')
    expect(refused.status).toBe(503)
    expect(refused.response.headers['retry-after']).toBe('30')
    feeds[0]?.close()
    await sleep(100)
    const next = await follow('crowded')
    expect(next.status).toBe(200)
    for (const feed of [...feeds, next]) feed.close()
    await sleep(100)
  })

  it('waits for a slow reader instead of filling the memory', async () => {
    await api.account('slow')
    const feed = await follow('slow')
    feed.response.pause()
    const note = 'x'.repeat(450)
    for (let round = 0; round < 20; round += 1)
      await Promise.all(
        Array.from({ length: 50 }, (_, index) =>
          api.done('grant', {
            params: { account_id: 'slow' },
            key: `${round}-${index}`,
            body: { name: 'n', amount: '0.000000001', expires_at: null, reason: note },
          }),
        ),
      )
    feed.response.resume()
    await feed.until(1_000)
    expect(feed.events.map(({ data }) => data.seq)).toEqual(
      Array.from({ length: 1_000 }, (_, index) => index + 2),
    )
    feed.close()
  })

  it('ends when the server stops, and the server does stop', async () => {
    const own = await startStockedApi()
    await own.account('stopping')
    await own.app.listen({ port: 0, host: '127.0.0.1' })
    const before = port
    port = (own.app.server.address() as AddressInfo).port
    const feed = await follow('stopping')
    port = before
    const ended = new Promise((resolve) => feed.response.on('close', resolve))
    await own.close()
    await ended
  })
})

import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { AlertFacts } from '../../src/core/alerts/index.ts'
import { instant } from '../../src/core/time/index.ts'
import { enterNotifications } from '../../src/store/notifications/alerts.ts'
import { newNotification } from '../../src/store/notifications/new-notification.ts'
import { type Api, startStockedApi } from './support.ts'

/* What was told stays unread until whoever reads has seen it: each for itself. */

let api: Api
const keys = { ann: '', bob: '' }
const params = { account_id: 'own' }
beforeAll(async () => {
  api = await startStockedApi()
  await api.account('own')
  await api.account('other')
  for (const name of ['ann', 'bob'] as const) {
    await api.done('addMember', { params, body: { member_id: name, name, role: 'owner' } })
    keys[name] = (await api.done('createKey', { params, body: { name, member_id: name } })).key
  }
  for (const hour of [1, 2, 3]) await told('own', hour)
  await told('other', 1)
})
afterAll(() => api.close())

async function told(account_id: string, hour: number): Promise<void> {
  const at = instant(Date.parse(`2026-01-01T0${hour}:00:00Z`))
  const about = {
    account_id,
    account_name: 'A',
    currency: 'USD',
    as_of: '2026-01-01T00:00:00.000Z',
    seq: 1,
  }
  const facts: AlertFacts = {
    kind: 'spend_anomaly',
    hour: `2026-01-01T0${hour}:00:00.000Z`,
    spent: '9',
    usual: '1',
  }
  await enterNotifications(api.pool, [newNotification(about, { key: `hour-${hour}`, facts }, at)])
}

const listed = async (as: string) => (await api.done('listAlerts', { as, params })).items
const unread = async (as: string) => (await api.done('countUnreadAlerts', { as, params })).unread
const mark = (as: string, notification_id: string) =>
  api.call('markAlertsSeen', { as, params, body: { notification_id } })

describe('alerts', () => {
  it('are unread until they are marked, up to the one that is named, by each reader for itself', async () => {
    expect(await unread(keys.ann)).toBe(3)
    const [latest, middle] = await listed(keys.ann)
    expect((await mark(keys.ann, middle?.notification_id ?? '')).body).toMatchObject({ unread: 1 })
    expect((await listed(keys.ann)).map(({ seen }) => seen)).toEqual([false, true, true])
    expect(await unread(keys.bob)).toBe(3)
    await mark(keys.ann, latest?.notification_id ?? '')
    expect(await unread(keys.ann)).toBe(0)
    await told('own', 4)
    expect(await unread(keys.ann)).toBe(1)
  })

  it('that were seen stay so, whatever is marked later', async () => {
    const oldest = (await listed(keys.bob)).at(-1)
    const [latest] = await listed(keys.bob)
    await mark(keys.bob, latest?.notification_id ?? '')
    await mark(keys.bob, oldest?.notification_id ?? '')
    expect(await unread(keys.bob)).toBe(0)
  })

  it('of another account are none that could be marked', async () => {
    const [foreign] = (await api.done('listAlerts', { params: { account_id: 'other' } })).items
    expect(await mark(keys.ann, foreign?.notification_id ?? '')).toMatchObject({
      status: 404,
      body: { code: 'notification_unknown' },
    })
  })

  it('are those of a person of the operator for itself, and take nothing from the account', async () => {
    const { token } = await api.done('addStaff', {
      body: { staff_id: 'sam', name: 'Sam', role: 'support' },
    })
    const [latest] = await listed(token)
    expect((await mark(token, latest?.notification_id ?? '')).body).toMatchObject({ unread: 0 })
    const { key } = await api.done('createKey', { params, body: { name: 'program' } })
    expect(await unread(key)).toBe(4)
  })
})

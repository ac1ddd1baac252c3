import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { alertMessage } from '../../src/contract/alerts/index.ts'
import type { Letter } from '../../src/contract/letter/sign-in.ts'
import { instant } from '../../src/core/time/index.ts'
import { workOnExports } from '../../src/jobs/usage.ts'
import { webhookBody } from '../../src/notify/webhook.ts'
import { listNotifications, type NotificationBody } from '../../src/store/notifications/alerts.ts'
import { addEndpoint, removeEndpoint } from '../../src/store/notifications/endpoints.ts'
import { inTransaction } from '../../src/store/transaction.ts'
import { storeChunk, takeTurn } from '../../src/store/usage/export-work.ts'
import { addExport, readExport, type StoredExport } from '../../src/store/usage/exports.ts'
import { type Api, startStockedApi } from '../api/support.ts'

/* Whoever asked for a long export is told how it ended: once, by whatever way, and with nothing secret. */

let api: Api
let template: StoredExport
const accountId = 'own'
const params = { account_id: accountId }
const keys: Record<string, string> = {}
const sent: { to: string; letter: Letter }[] = []
const mail = {
  sendsMail: true,
  sendLetter: async (to: string, letter: Letter) => void sent.push({ to, letter }),
}

beforeAll(async () => {
  api = await startStockedApi()
  await api.account(accountId)
  for (const [member_id, role] of [
    ['olive', 'owner'],
    ['neil', 'developer'],
  ] as const) {
    const email = `${member_id}@example.com`
    await api.done('addMember', { params, body: { member_id, name: member_id, role, email } })
    keys[member_id] = (await api.done('createKey', { params, body: { name: 'k', member_id } })).key
  }
  const body = { format: 'csv', kind: 'rows' } as const
  const own = await api.done('createExport', { as: keys.neil!, params, key: 'small', body })
  template = (await readExport(api.pool, accountId, own.export_id))!
})
afterAll(() => api.close())
beforeEach(() => sent.splice(0))

/** An export that waits for the job, as a long one does. */
const wait = (exportId: string, change: Partial<StoredExport> = {}) =>
  addExport(api.pool, { ...template, exportId, rowsTotal: 20_000, ...change }, 10)
const work = (afterMs = 1_000) => workOnExports(api.pool, () => template.createdAt + afterMs, mail)

async function told(exportId: string): Promise<NotificationBody[]> {
  const page = { kind: null, before: null, limit: 100 }
  const all = await listNotifications(api.pool, accountId, page)
  return all
    .map(({ body }) => body)
    .filter(({ facts }) => 'export_id' in facts && facts.export_id === exportId)
}

describe('an export', () => {
  it('that is answered at once is told to nobody', async () => {
    expect(template.state).toBe('ready')
    await work()
    expect(await told(template.exportId)).toEqual([])
    expect(sent).toEqual([])
  })

  it('that the job has written is told once, in the list and by letter, also when the job runs twice', async () => {
    await wait('exp_long')
    await Promise.all([work(), work()])
    await work()
    const [own, ...more] = await told('exp_long')
    expect(more).toEqual([])
    expect(own?.facts).toMatchObject({
      kind: 'export_ready',
      export_id: 'exp_long',
      asked_by: { type: 'member', id: 'neil' },
      expires_at: new Date(template.expiresAt).toISOString(),
    })
    expect(sent.map(({ to }) => to)).toEqual(['neil@example.com'])
    const message = alertMessage(own!, { lang: 'en', timeZone: 'UTC' })
    expect(sent[0]?.letter).toEqual({ lang: 'en', ...message })
    const text = message.lines.join('\n')
    expect(message.title).toMatch(/^Your export is ready: calls-.*\.csv$/)
    expect(text).toContain('/v1/accounts/own/exports/exp_long/file')
    expect(text).toContain('It is kept until then:')
    expect(text).toContain('“neil”')
    const all = JSON.stringify([own, sent])
    for (const secret of Object.values(keys)) expect(all).not.toContain(secret)
    expect(JSON.parse(webhookBody(own!, { lang: 'ja', timeZone: 'UTC' }))).toMatchObject({
      type: 'alert.export_ready',
      data: { export_id: 'exp_long', message: { lang: 'ja' } },
    })
  })

  it('is told in the language of whoever asked', async () => {
    await wait('exp_ja', { request: { ...template.request, lang: 'ja' } })
    await work()
    expect(sent.map(({ letter }) => letter.lang)).toEqual(['ja'])
    expect(sent[0]?.letter.title).toMatch(/^書き出しの準備ができました/)
  })

  it('that fails is told after the last attempt, with why and what next', async () => {
    await wait('exp_broken')
    const chunks = 'alter table accounts.usage_export_chunk'
    await api.pool.query(`${chunks} add constraint full_disk check (false) not valid`)
    for (const _ of [1, 2]) {
      await expect(work()).rejects.toThrow()
      expect(await told('exp_broken')).toEqual([])
    }
    await expect(work()).rejects.toThrow()
    await api.pool.query(`${chunks} drop constraint full_disk`)
    await work()
    const [own, ...more] = await told('exp_broken')
    expect(more).toEqual([])
    expect(own?.facts).toMatchObject({ kind: 'export_failed', reason: 'write_failed', attempts: 3 })
    const { lines } = alertMessage(own!, { lang: 'en', timeZone: 'UTC' })
    expect(lines.join('\n')).toMatch(
      /3 attempts \(reason “write_failed”\)[\s\S]*Export the same again/,
    )
    expect(sent.length).toBe(1)
  })

  it('whose node dies every time fails after the fifth, and is told with why', async () => {
    await wait('exp_deadly')
    const turn = { accountId, exportId: 'exp_deadly' }
    const step = 61_000
    for (const nth of [1, 2, 3, 4, 5]) {
      const at = instant(template.createdAt + nth * step)
      const own = { ...turn, workId: `node_${nth}` }
      const silentSince = instant(at - 60_000)
      expect(await inTransaction(api.pool, (on) => takeTurn(on, own, { at, silentSince }))).toBe(
        true,
      )
      const chunk = { number: 0, content: Buffer.from('half'), rowsDone: 1, at }
      expect(await storeChunk(api.pool, own, chunk)).toBe(true)
    }
    // the fifth may still be at it
    await work(5 * step + 59_000)
    expect((await readExport(api.pool, accountId, 'exp_deadly'))?.state).toBe('working')
    await Promise.all([work(6 * step), work(6 * step)])
    const stored = await readExport(api.pool, accountId, 'exp_deadly')
    expect(stored).toMatchObject({ state: 'failed', failedReason: 'node_lost', tries: 5 })
    const [own, ...more] = await told('exp_deadly')
    expect(more).toEqual([])
    expect(own?.facts).toMatchObject({ kind: 'export_failed', reason: 'node_lost', attempts: 5 })
    const { lines } = alertMessage(own!, { lang: 'en', timeZone: 'UTC' })
    expect(lines.join('\n')).toContain('stopped before its end, 5 times in a row')
    expect(sent.map(({ to }) => to)).toEqual(['neil@example.com'])
    const left = `select from accounts.usage_export_chunk where export_id = 'exp_deadly'`
    expect((await api.pool.query(left)).rowCount).toBe(0)
  })

  it('that four nodes have died of is written by the fifth', async () => {
    await wait('exp_unlucky')
    for (const nth of [1, 2, 3, 4]) {
      const at = instant(template.createdAt + nth * 61_000)
      const own = { accountId, exportId: 'exp_unlucky', workId: `node_${nth}` }
      const silentSince = instant(at - 60_000)
      await inTransaction(api.pool, (on) => takeTurn(on, own, { at, silentSince }))
    }
    await work(5 * 61_000)
    expect((await told('exp_unlucky')).map(({ facts }) => facts.kind)).toEqual(['export_ready'])
  })

  it('that nobody has written in its time has failed, is told, and goes on saying so', async () => {
    await wait('exp_late')
    const late = template.expiresAt - template.createdAt
    await Promise.all([work(late), work(late)])
    const [own, ...more] = await told('exp_late')
    expect(more).toEqual([])
    expect(own?.facts).toMatchObject({ kind: 'export_failed', reason: 'not_in_time', attempts: 0 })
    const { lines } = alertMessage(own!, { lang: 'en', timeZone: 'UTC' })
    expect(lines.join('\n')).toContain('was not written within the time')
    expect(sent.map(({ to }) => to)).toEqual(['neil@example.com'])
    await work(2 * late)
    const stored = await readExport(api.pool, accountId, 'exp_late')
    expect(stored).toMatchObject({ state: 'failed', failedReason: 'not_in_time' })
  })

  it('is told by letter to nobody else, and not twice to one mailbox', async () => {
    await wait('exp_key', { askedBy: { type: 'key', id: 'key_1' } })
    await addEndpoint(api.pool, {
      ...{
        accountId,
        endpointId: 'end_1',
        channel: 'email',
        name: 'Neil',
        sealed: null,
        kinds: null,
      },
      ...{ target: 'Neil@example.com', locale: 'en', timeZone: 'UTC', status: 'enabled' },
      ...{ failingSince: null, createdAt: template.createdAt },
    } as const)
    await wait('exp_heard')
    await work()
    expect((await told('exp_key')).length + (await told('exp_heard')).length).toBe(2)
    expect(sent).toEqual([])
    const { rows } = await api.pool.query(
      `select count(*)::integer as due from accounts.delivery where endpoint_id = 'end_1'`,
    )
    expect(rows[0].due).toBe(2)
    await removeEndpoint(api.pool, accountId, 'end_1')
  })

  it('whose end was not entered has not ended: another node tells it', async () => {
    await wait('exp_crash')
    await api.pool.query('alter table accounts.notification rename to notification_away')
    await expect(work()).rejects.toThrow()
    await api.pool.query('alter table accounts.notification_away rename to notification')
    expect((await readExport(api.pool, accountId, 'exp_crash'))?.state).not.toBe('ready')
    await work(70_000)
    expect((await told('exp_crash')).map(({ facts }) => facts.kind)).toEqual(['export_ready'])
  })

  it('that the account has muted is not told, and a letter that is refused leaves the file', async () => {
    await wait('exp_refused')
    const refusing = { sendsMail: true, sendLetter: () => Promise.reject(new Error('no')) }
    await expect(
      workOnExports(api.pool, () => template.createdAt + 1_000, refusing),
    ).rejects.toThrow(/letter about exp_refused/)
    expect((await readExport(api.pool, accountId, 'exp_refused'))?.state).toBe('ready')
    await api.done('setAlertSettings', { params, body: { muted: ['export_ready'] } })
    await wait('exp_muted')
    await work()
    expect(await told('exp_muted')).toEqual([])
    expect(sent).toEqual([])
  })
})

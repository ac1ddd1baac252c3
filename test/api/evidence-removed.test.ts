import { afterAll, beforeAll, expect, it } from 'vitest'
import { removeOldEvidence } from '../../src/jobs/evidence.ts'
import { type Api, expectVerified, startStockedApi } from './support.ts'

const DAY_MS = 86_400_000

let api: Api
beforeAll(async () => {
  api = await startStockedApi()
})
afterAll(async () => {
  await expectVerified(api.database.pool)
  await api.close()
})

it('evidence that its retention removed: the receipt, the journal and both languages say so', async () => {
  const { key } = await api.account('removed')
  const body = {
    call_id: 'c',
    model: 'small',
    usage: { tokens: { input: 1_000, output: 50 } },
    event_at: new Date().toISOString(),
    evidence: { upstream_status: 200, upstream_request_id: 'req_1' },
  }
  const recorded = await api.done('record', { as: key, body })
  const hash = recorded.evidence_sha256!
  const params = { receipt_id: 'rcpt_c' }
  const before = await api.done('getReceipt', { as: key, params })
  expect(before).toMatchObject({
    evidence: body.evidence,
    evidence_sha256: hash,
    evidence_removed_at: null,
  })

  const nowMs = Date.now() + 500 * DAY_MS
  const at = new Date(nowMs).toISOString()
  expect(await removeOldEvidence({ pool: api.pool, keepDays: 400, nowMs })).toBe(1)

  const after = await api.done('getReceipt', { as: key, params })
  expect(after).toMatchObject({ evidence: {}, evidence_sha256: hash, evidence_removed_at: at })
  const same = ['amounts', 'lines', 'funding', 'postings', 'entries', 'hash'] as const
  for (const part of same) expect(after[part]).toEqual(before[part])
  const entries = await api.done('listEntries', { as: key, params: { account_id: 'removed' } })
  const entry = entries.items.find(({ kind }) => kind === 'record')!
  expect(entry).toMatchObject({ evidence_sha256: hash, evidence_removed_at: at })
  expect(entry).not.toHaveProperty('evidence')

  const query = { length: 'long' as const }
  const said = async (lang: 'en' | 'ja') => {
    const told = await api.done('explainReceipt', { as: key, params, query: { ...query, lang } })
    return told.sentences.filter((sentence) => sentence.includes(hash))
  }
  const [english] = await said('en')
  expect(english).toMatch(
    /^The evidence of this call was removed on .+ by its retention; its sha256/,
  )
  const [japanese] = await said('ja')
  expect(japanese).toMatch(/^この呼び出しの証跡は保存期間の終了により.+に削除されました。/)
  expect(await api.done('record', { as: key, body })).toEqual(recorded)
})

it('evidence of one account is not seen by another', async () => {
  const { key } = await api.account('other')
  const reply = await api.call('getReceipt', { as: key, params: { receipt_id: 'rcpt_c' } })
  expect(reply).toMatchObject({ status: 404, body: { code: 'receipt_unknown' } })
})

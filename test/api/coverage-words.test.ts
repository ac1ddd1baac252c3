import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type Api, expectVerified, startStockedApi, TEST_PLAN } from './support.ts'

/* Why a plan does not cover a call, in the words of its operator and in the language of the reader. */

const FAST = { en: 'Fast mode is not included.', ja: '高速モードは含まれません。' }
const BLOCKED = { en: 'Not in this plan.', ja: 'このプランでは利用できません。' }
const PLAN = {
  ...TEST_PLAN,
  id: 'words',
  coverage: [
    {
      when: { features: ['fast'] },
      effect: 'credits_only' as const,
      reason: FAST.en,
      reasons: { ja: FAST.ja },
    },
    {
      when: { models: ['blocked-*'] },
      effect: 'blocked' as const,
      reason: BLOCKED.en,
      reasons: { ja: BLOCKED.ja },
    },
  ],
}

let api: Api
let key: string
beforeAll(async () => {
  api = await startStockedApi()
  await api.done('createPlan', { body: PLAN })
  await api.done('publishPlan', { params: { plan_id: 'words', version: 1 } })
  key = (await api.account('acct_words', { plan: 'words@1' })).key
  await api.done('grant', {
    params: { account_id: 'acct_words' },
    key: 'gift',
    body: { name: 'Gift', amount: '5', expires_at: null },
  })
})
afterAll(() => api.close())

const call = { model: 'small', prompt_tokens_max: 10, max_output_tokens: 10 }
const receiptOf = async (id: string, lang: 'en' | 'ja') => {
  const params = { receipt_id: `rcpt_${id}` }
  const receipt = await api.done('getReceipt', { as: key, params })
  const query = { lang, length: 'long' as const }
  const { sentences } = await api.done('explainReceipt', { as: key, params, query })
  return { receipt, text: sentences.join('') }
}

async function settled(call_id: string): Promise<void> {
  const body = { ...call, call_id, features: ['fast'] }
  await api.done('authorize', { as: key, body })
  const usage = { tokens: { input: 10, output: 1 } }
  await api.done('settle', { as: key, body: { call_id, outcome: 'succeeded', usage } as never })
}

describe('the reason of a coverage rule', () => {
  it('is said of a plan in each language, and in the plain words where it has none', async () => {
    const params = { plan_id: 'words', version: 1 }
    const ja = await api.done('getPlan', { params, query: { lang: 'ja' } })
    expect(ja.says).toContain(`クレジットのみ: ${FAST.ja}`)
    expect(ja.document.coverage[0]).toEqual(PLAN.coverage[0])
    const en = await api.done('getPlan', { params, query: { lang: 'en' } })
    expect(en.says).toContain(`From credit only: ${FAST.en}`)
    const old = await api.done('getPlan', {
      params: { plan_id: TEST_PLAN.id, version: 1 },
      query: { lang: 'ja' },
    })
    expect(old.says.join('')).toContain(TEST_PLAN.coverage[0]!.reason)
  })

  it('is kept by the entry of a call, from its hold to its receipt', async () => {
    await settled('call_fast')
    const { receipt, text } = await receiptOf('fast', 'ja')
    expect(receipt.coverage).toEqual({
      effect: 'credits_only',
      reason: FAST.en,
      reasons: { ja: FAST.ja },
    })
    expect(text).toContain('高速モードは含まれません')
    expect((await receiptOf('fast', 'en')).text).toContain('Fast mode is not included')
    await expectVerified(api.pool)
  })

  it('is what a call was told that the plan blocks, on the wire and on its card', async () => {
    const body = { ...call, call_id: 'call_stop', model: 'blocked-x' }
    for (const [lang, said] of [
      ['en', BLOCKED.en],
      ['ja', BLOCKED.ja],
    ] as const) {
      const reply = await api.app.inject({
        method: 'POST',
        url: '/v1/authorize',
        headers: { authorization: `Bearer ${key}`, 'accept-language': lang },
        payload: body,
      })
      expect(reply.statusCode).toBe(403)
      expect(JSON.parse(reply.body).code).toBe('blocked_by_plan')
      expect(reply.body).toContain(said.replace(/[.。]$/, ''))
    }
    expect((await receiptOf('stop', 'ja')).text).toContain('このプランでは利用できません')
  })
})

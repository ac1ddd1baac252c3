import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { preferredLanguage } from '../../src/api/problem-language.ts'
import {
  DETAIL_TEMPLATES,
  type DetailCode,
  detailText,
} from '../../src/contract/problem-words/details.ts'
import { PROBLEM_CODES, problemWords } from '../../src/contract/problem-words/index.ts'
import { conflict } from '../../src/core/decisions/replay.ts'
import { type Api, OPERATOR, startStockedApi } from './support.ts'

describe('the words of problems', () => {
  it.each(PROBLEM_CODES)('%s has Japanese ones, with the names of fields kept', (code) => {
    const [title, detail] = problemWords(code, 'ja')
    const [, english] = problemWords(code, 'en')
    expect(title).toMatch(/[ぁ-んァ-ヶ一-龠]/)
    expect(detail).toMatch(/[ぁ-んァ-ヶ一-龠].*。$/)
    const fieldsIn = (text: string) => (text.match(/`[a-z_.-]+`/g) ?? []).sort()
    expect(fieldsIn(detail)).toEqual(fieldsIn(english))
  })
})

describe('the words of one occurrence', () => {
  const codes = Object.keys(DETAIL_TEMPLATES.en) as DetailCode[]
  it.each(codes)('%s: Japanese too, with the same values and names of fields', (code) => {
    const { en, ja } = DETAIL_TEMPLATES
    expect(ja[code]).toMatch(/[ぁ-んァ-ヶ一-龠]/)
    const namesIn = (text: string) => (text.match(/\{\w+\}|`[a-z_]+`/g) ?? []).sort()
    expect(namesIn(ja[code])).toEqual(namesIn(en[code]))
  })

  it('writes an amount as the language writes money', () => {
    const told = {
      code: 'fee_of',
      values: { needed: { amount: '1200', currency: 'JPY' } },
    } as const
    expect(detailText(told, 'en')).toContain('¥1,200,')
    expect(detailText(told, 'ja')).toContain('￥1,200（税抜き）')
  })

  it('takes a value as it is, whatever it looks like', () => {
    const values = { call: '{call} $& `x`' }
    for (const lang of ['en', 'ja'] as const)
      expect(detailText({ code: 'call_without_charge', values }, lang)).toContain(values.call)
  })
})

const JAPANESE = expect.stringMatching(/[ぁ-んァ-ヶ一-龠]/)
const CALL = {
  account_id: 'poor',
  call_id: 'call_poor',
  model: 'small',
  prompt_tokens_max: 10,
  max_output_tokens: 10,
}
const CONTROL = { field: 'overage_limit', principals: 'operator' }

describe('the language that a request prefers', () => {
  it.each([
    [undefined, 'en'],
    ['', 'en'],
    ['*', 'en'],
    ['ja', 'ja'],
    ['ja-JP,ja;q=0.9,en;q=0.8', 'ja'],
    ['en-GB,en;q=0.9,ja;q=0.8', 'en'],
    ['fr, ja;q=0.5, en;q=0.4', 'ja'],
    ['ja;q=0', 'en'],
    ['ja;q=x', 'ja'],
    [';;q=,,;', 'en'],
  ])('%s: %s', (header, lang) => {
    expect(preferredLanguage(header)).toBe(lang)
  })
})

describe('an answer', () => {
  let api: Api
  let key: string
  beforeAll(async () => {
    api = await startStockedApi()
    await api.account('own')
    const params = { account_id: 'own' }
    const member_id = 'the_owner'
    await api.done('addMember', { params, body: { member_id, name: 'Owner', role: 'owner' } })
    key = (await api.done('createKey', { params, body: { name: 'own', member_id } })).key
    await api.account('poor', { plan: 'no_windows@1' })
  })
  afterAll(() => api.close())

  const ask = async (url: string, lang?: string, token = OPERATOR) => {
    const { headers, body } = await api.app.inject({
      method: 'GET',
      url,
      headers: {
        authorization: `Bearer ${token}`,
        ...(lang !== undefined && { 'accept-language': lang }),
      },
    })
    return { headers, body: JSON.parse(body) }
  }

  it('differs in its words only', async () => {
    const english = await ask('/v1/accounts/none')
    const japanese = await ask('/v1/accounts/none', 'ja')
    expect(english.headers['content-language']).toBe('en')
    expect(japanese.headers['content-language']).toBe('ja')
    expect(japanese.headers.vary).toBe('accept-language')
    const [title, detail] = problemWords('account_unknown', 'ja')
    expect(japanese.body).toEqual({ ...english.body, title, detail })
  })

  it.each([
    [
      'a body that is cut off',
      { url: '/v1/record', payload: '{"account_id":' },
      ['malformed_json', { code: 'body_not_json' }],
    ],
    [
      'a control of somebody else',
      { url: '/v1/accounts/own/controls', payload: '{"overage_limit":"5"}', method: 'PATCH' },
      ['permission_denied', { code: 'control_of_others', values: CONTROL }],
    ],
    [
      'a call without an id',
      { url: '/v1/authorize', payload: JSON.stringify({ ...CALL, call_id: undefined }) },
      ['idempotency_key_missing', { code: 'call_id_missing' }],
    ],
  ] as const)('says of %s what is said of it alone', async (_name, own, [code, detail]) => {
    const token = own.url.includes('controls') ? key : OPERATOR
    const { body: english } = await post({ ...own, token }, 'en')
    const { body: japanese } = await post({ ...own, token }, 'ja')
    expect(english).toMatchObject({ code, detail: detailText(detail, 'en') })
    expect(japanese).toEqual({
      ...english,
      title: problemWords(code, 'ja')[0],
      detail: detailText(detail, 'ja'),
    })
  })

  it('says what is wrong with each part of a request, and how to mend it', async () => {
    const asked = { url: '/v1/record', payload: JSON.stringify({ account_id: 7, colour: 'red' }) }
    const { body: english } = await post(asked, 'en')
    const { body: japanese } = await post(asked, 'ja')
    expect(english.code).toBe('invalid_request')
    const told = japanese.errors as readonly Record<'location' | 'message' | 'fix', string>[]
    expect(told.map(({ location }) => location)).toEqual(
      english.errors.map(({ location }: { location: string }) => location),
    )
    for (const { message, fix } of told) expect([message, fix]).toEqual([JAPANESE, JAPANESE])
    expect(told.find(({ location }) => location === 'body/account_id')).toEqual({
      location: 'body/account_id',
      message: '文字列ではありません',
      fix: expect.stringMatching(
        /^文字列を送ってください。半角英数字と .* 1〜128 文字です。例: "acct_/,
      ),
    })
    expect(told.find(({ location }) => location === 'body/model')?.message).toBe(
      '指定されていません',
    )
    expect(told.find(({ location }) => location === 'body/colour')?.fix).toMatch(/account_id/)
  })

  it.each([
    ['a plan', '/v1/plans', { id: 'X', windows: [{}] }],
    ['a price book', '/v1/price_books', { id: 'b', rows: [{ model: '', per_mtok: 0.5 }] }],
    ['a campaign', '/v1/campaigns', { id: 'c', claim: {}, waves: [] }],
  ])('says in Japanese what is wrong with the document of %s', async (_name, url, document) => {
    const asked = { url, payload: JSON.stringify(document) }
    const [english, japanese] = [await post(asked, 'en'), await post(asked, 'ja')]
    expect(japanese.body.errors).toHaveLength(english.body.errors.length)
    expect(japanese.body.errors.length).toBeGreaterThan(0)
    for (const { message, fix } of japanese.body.errors)
      expect([message, fix]).toEqual([JAPANESE, JAPANESE])
  })

  it('says so of a document that is only checked', async () => {
    const asked = { url: '/v1/price_books/validate', payload: JSON.stringify({ id: 'b' }) }
    const [english, japanese] = [await post(asked, 'en'), await post(asked, 'ja')]
    expect(english.body.errors[0]).toEqual({
      location: 'body/currency',
      message: 'must be an ISO 4217 code, such as "USD"',
      fix: 'See `PriceBookDocument` in /openapi.json.',
    })
    expect(japanese.headers['content-language']).toBe('ja')
    expect(japanese.body).toMatchObject({ valid: false, errors: [{ message: JAPANESE }, {}, {}] })
  })

  it('says in brackets which field of a repeated request differs', async () => {
    const grant = (amount: string, lang: string) =>
      post(
        {
          url: '/v1/accounts/own/grants',
          payload: JSON.stringify({ name: 'n', amount, expires_at: null }),
        },
        lang,
      )
    await grant('1', 'en')
    const { body: english } = await grant('2', 'en')
    expect(english.code).toBe('request_conflict')
    const field = english.field as string
    const told = conflict(field)
    const message = told.result.status === 'refused' ? told.result.refused.message : undefined
    expect(english.detail).toBe(`${problemWords('request_conflict', 'en')[1]} (${message})`)
    const { detail } = (await grant('2', 'ja')).body
    expect(detail).toContain(detailText({ code: 'request_reused', values: { field } }, 'ja'))
    expect(detail).not.toMatch(/the same request/)
  })

  it('says why a call was stopped in the same language', async () => {
    const { headers, body } = await refusedCall('ja')
    expect(headers['content-language']).toBe('ja')
    expect(body).toMatchObject({ code: 'funds_exhausted', charged: '0' })
    expect(body.title).toBe(problemWords('funds_exhausted', 'ja')[0])
    expect(body.detail).toMatch(/[ぁ-ん]/)
    expect(body.block).toEqual((await refusedCall('en')).body.block)
  })

  const post = async (
    own: { url: string; payload: string; method?: 'POST' | 'PATCH'; token?: string },
    lang: string,
  ) => {
    const { url, payload, method = 'POST', token = OPERATOR } = own
    const { headers, body } = await api.app.inject({
      ...{ method, url, payload },
      headers: {
        authorization: `Bearer ${token}`,
        'content-type': 'application/json',
        'accept-language': lang,
        ...(!/record|authorize/.test(url) && { 'idempotency-key': 'one' }),
      },
    })
    return { headers, body: JSON.parse(body) }
  }

  const refusedCall = (lang: string) =>
    post({ url: '/v1/authorize', payload: JSON.stringify(CALL) }, lang)
})

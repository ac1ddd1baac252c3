import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { preferredLanguage } from '../../src/api/problem-language.ts'
import { PROBLEM_CODES, problemWords } from '../../src/contract/problem-words/index.ts'
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
  beforeAll(async () => {
    api = await startStockedApi()
    await api.account('own')
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

  it('keeps what is said of this occurrence alone behind the words of the code', async () => {
    const { key } = await api.account('other')
    const { body } = await ask('/v1/accounts?limit=1', 'ja', key)
    const [, detail] = problemWords('permission_denied', 'ja')
    expect(body).toMatchObject({ code: 'permission_denied', status: 403 })
    expect(body.detail.startsWith(detail)).toBe(true)
  })

  it('says why a call was stopped in the same language', async () => {
    const { headers, body } = await refusedCall('ja')
    expect(headers['content-language']).toBe('ja')
    expect(body).toMatchObject({ code: 'funds_exhausted', charged: '0' })
    expect(body.title).toBe(problemWords('funds_exhausted', 'ja')[0])
    expect(body.detail).toMatch(/[ぁ-ん]/)
    expect(body.block).toEqual((await refusedCall('en')).body.block)
  })

  const refusedCall = async (lang: string) => {
    const { headers, body } = await api.app.inject({
      method: 'POST',
      url: '/v1/authorize',
      headers: { authorization: `Bearer ${OPERATOR}`, 'accept-language': lang },
      payload: {
        account_id: 'poor',
        call_id: 'call_poor',
        model: 'small',
        prompt_tokens_max: 10,
        max_output_tokens: 10,
      },
    })
    return { headers, body: JSON.parse(body) }
  }
})

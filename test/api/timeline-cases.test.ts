import { readFileSync } from 'node:fs'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type Api, fund, soon, startStockedApi } from './support.ts'

/* What became of a dispute is on the timeline: that it was opened, how it was decided, and how it ended. */

const POLICY = JSON.parse(readFileSync('data/support/policy.json', 'utf8'))
const params = { account_id: 'own' }

let api: Api
let key: string
let support: string
beforeAll(async () => {
  api = await startStockedApi()
  key = (await api.account('own')).key
  await api.done('publishSupportPolicy', { body: POLICY })
  await fund(api, 'own', '100')
  const staff = { staff_id: 'ann', name: 'Ann', role: 'support' } as const
  support = (await api.done('addStaff', { body: staff })).token
})
afterAll(() => api.close())

let made = 0
/** A dispute about a call of a million tokens; one that had failed was charged by mistake. */
async function disputed(upstream_status = 200): Promise<string> {
  made += 1
  const call_id = `call_t${made}`
  await api.done('record', {
    as: key,
    body: {
      ...{ call_id, model: 'small', usage: { tokens: { input: 1_000_000 } }, event_at: soon() },
      evidence: { upstream_status },
    },
  })
  const body = { about: { calls: [call_id] }, words: 'Not right.' }
  return (await api.done('openDispute', { as: key, params, key: call_id, body })).case_id
}

/** Of one case, the first step first. */
async function told(case_id: string, as = key) {
  const query = { kinds: 'cases', limit: 200 } as never
  const { items } = await api.done('getTimeline', { as, params, query })
  return items.filter(({ facts }) => facts?.case_id === case_id).reverse()
}
const codes = async (case_id: string) => (await told(case_id)).map(({ code }) => code)

describe('a dispute on the timeline', () => {
  it('that was right is opened, decided with its amount, and settled', async () => {
    const case_id = await disputed(429)
    expect(await codes(case_id)).toEqual(['case_opened'])
    await api.done('acceptOffer', { as: key, params: { ...params, case_id } })
    const lines = await told(case_id)
    expect(lines.map(({ code }) => code)).toEqual([
      'case_opened',
      'case_decided_refund',
      'case_settled',
    ])
    expect(lines[1]).toMatchObject({
      facts: { amount: '1' },
      sentence: {
        en: `The case ${case_id} was decided: $1.00 is given back.`,
        ja: `ケース${case_id}が決定され、$1.00をお戻しします。`,
      },
    })
  })

  it('that was rejected is decided and closed, and taken up again by an appeal', async () => {
    const case_id = await disputed()
    const body = { reason: 'charge_is_right', words: 'The price was so.' }
    await api.done('rejectCase', { as: support, params: { case_id }, body })
    const ended = ['case_opened', 'case_decided_rejected', 'case_closed']
    expect(await codes(case_id)).toEqual(ended)
    const own = { as: key, params: { ...params, case_id } }
    await api.done('appealDecision', { ...own, body: { words: 'Still not.' } })
    expect(await codes(case_id)).toEqual([...ended, 'case_reopened'])
  })

  it('that was taken back, or goes on in another one, says so', async () => {
    const [one, two] = [await disputed(), await disputed()]
    await api.done('withdrawDispute', { as: key, params: { ...params, case_id: one } })
    expect(await codes(one)).toEqual(['case_opened', 'case_withdrawn'])
    const three = await disputed()
    await api.done('mergeCase', { as: support, params: { case_id: two }, body: { into: three } })
    expect(await codes(two)).toEqual(['case_opened', 'case_merged'])
    expect(await codes(three)).toEqual(['case_opened'])
  })

  it('tells each step once whatever the size of its pages, and a sentence in each language', async () => {
    const all = async (limit: number) => {
      const seen: { code: string; at: string; case_id: string | undefined }[] = []
      let cursor: string | undefined
      do {
        const query = { kinds: 'cases', limit, ...(cursor && { cursor }) } as never
        const page = await api.done('getTimeline', { as: key, params, query })
        for (const { code, at, facts, sentence } of page.items) {
          seen.push({ code, at, case_id: facts?.case_id })
          expect(sentence.en).toMatch(/\.$/)
          expect(sentence.ja).toMatch(/。$/)
          expect(sentence.en + sentence.ja).not.toMatch(/undefined|\{|\}/)
        }
        cursor = page.next_cursor ?? undefined
      } while (cursor !== undefined)
      return seen
    }
    expect(await all(1)).toEqual(await all(200))
  })
})

describe('a case that the account has not opened', () => {
  it('is on the timeline for the operator’s people alone', async () => {
    await api.database.pool.query(
      `with own as (
         insert into control.case_file (case_id, account_id, origin, origin_key, subject, facts,
           state, steps, opened_by, opened_at, updated_at)
         select 'case_inner', 'own', 'self_check', 'inner', subject, '{}', 'received', 1, opened_by,
           opened_at, updated_at from control.case_file limit 1 returning case_id, opened_at)
       insert into control.case_event (case_id, number, kind, at, actor, facts)
       select case_id, 1, 'received', opened_at, '{}', '{}' from own`,
    )
    expect(await told('case_inner')).toEqual([])
    expect(await told('case_inner', support)).toHaveLength(1)
  })
})

describe('a look of support at what has happened', () => {
  it.each([
    ['getTimeline', {}],
    ['getStateAt', {}],
    ['explainPeriod', { from: '2026-01-01T00:00:00Z', until: '2026-02-01T00:00:00Z' }],
  ] as const)('by %s is in the access log of the account', async (operation, query) => {
    const looks = async () =>
      (await api.done('listAccess', { as: key, params })).items.filter(
        (own) => own.operation === operation && own.staff_id === 'ann',
      )
    const before = (await looks()).length
    await api.done(operation, { as: support, params, query: query as never })
    expect(await looks()).toHaveLength(before + 1)
    await api.done(operation, { as: key, params, query: query as never })
    expect(await looks(), 'of the account itself').toHaveLength(before + 1)
  })
})

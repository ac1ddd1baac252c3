import { afterAll, beforeAll, expect, it } from 'vitest'
import { instant } from '../../src/core/time/index.ts'
import { openCase } from '../../src/store/cases/open.ts'
import { type Api, startStockedApi } from './support.ts'

let api: Api
let agent: string
beforeAll(async () => {
  api = await startStockedApi()
  await api.account('own')
  agent = (await api.done('addStaff', { body: { name: 'Ann', role: 'support' } })).token
})
afterAll(() => api.close())

const open = (originKey: string, at: number) =>
  openCase(api.pool, {
    accountId: 'own',
    origin: 'self_check',
    originKey,
    subject: 'account_parked',
    facts: { violation: 'lot below zero' },
    amount: null,
    openedBy: { type: 'system', id: 'self_check' },
    at: instant(at),
  })

it('a case is seen by support, noted in, closed once, and then takes no more steps', async () => {
  const { caseId } = await open('own:1', 1_000)
  const params = { case_id: caseId }
  const noted = await api.done('addToCase', {
    as: agent,
    params,
    body: { kind: 'noted', words: 'rebuilt' },
  })
  expect(noted.events.map(({ kind }) => kind)).toEqual(['received', 'noted'])
  const step = { as: agent, params, body: { kind: 'closed', words: 'solved' } } as const
  const closings = await Promise.all([api.call('addToCase', step), api.call('addToCase', step)])
  expect(closings.map(({ status }) => status).sort()).toEqual([200, 409])
  const closed = await api.done('getCase', { as: agent, params })
  expect(closed).toMatchObject({ state: 'closed', facts: { violation: 'lot below zero' } })
  expect(closed.events.at(-1)).toMatchObject({ number: 3, kind: 'closed', words: 'solved' })
  const late = { as: agent, params, body: { kind: 'noted', words: 'late' } } as const
  expect((await api.call('addToCase', late)).body.code).toBe('case_closed')
})

it('open ones are listed, the oldest first, page by page', async () => {
  const ids = []
  for (const at of [5_000, 4_000, 6_000]) ids.push((await open(`own:${at}`, at)).caseId)
  const seen: string[] = []
  let cursor: string | undefined
  do {
    const query = { state: 'received', limit: 2, ...(cursor && { cursor }) } as const
    const page = await api.done('listCases', { as: agent, query })
    seen.push(...page.items.map(({ case_id }) => case_id))
    cursor = page.next_cursor ?? undefined
  } while (cursor !== undefined)
  expect(seen).toEqual([ids[1], ids[0], ids[2]])
})

it('notes of many at once are all kept, in an order', async () => {
  const { caseId } = await open('own:many', 9_000)
  const params = { case_id: caseId }
  const words = Array.from({ length: 10 }, (_, index) => `note ${index}`)
  await Promise.all(
    words.map((own) =>
      api.done('addToCase', { as: agent, params, body: { kind: 'noted', words: own } }),
    ),
  )
  const { events } = await api.done('getCase', { as: agent, params })
  expect(events.map(({ number }) => number)).toEqual(Array.from({ length: 11 }, (_, n) => n + 1))
  expect(new Set(events.map((event) => event.words)).size).toBe(11)
})

it('one that does not exist is told', async () => {
  const reply = await api.call('getCase', { as: agent, params: { case_id: 'case_none' } })
  expect(reply).toMatchObject({ status: 404, body: { code: 'case_unknown' } })
})

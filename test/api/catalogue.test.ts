import { readdirSync, readFileSync } from 'node:fs'
import { setTimeout as sleep } from 'node:timers/promises'
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest'
import type { BodyOf, Routes } from '../../src/contract/routes/index.ts'
import { type Api, soon, startNode, startStockedApi, TEST_BOOK, TEST_PLAN } from './support.ts'

const pricesPublished = vi.fn(async () => {})
let api: Api
let key: string
beforeAll(async () => {
  api = await startStockedApi({ onPricesPublished: pricesPublished })
  key = (await api.account('acct')).key
})
afterAll(() => api.close())

type PlanDocument = BodyOf<Routes['createPlan']>
const plan = (id: string, more: Partial<PlanDocument> = {}): PlanDocument => ({
  id,
  name: id,
  currency: 'USD',
  windows: [],
  coverage: [],
  ...more,
})

describe('plans', () => {
  it('go from draft to published to retired, and never back', async () => {
    const params = { plan_id: 'life', version: 1 }
    const drafted = await api.done('createPlan', { body: plan('life') })
    expect(drafted).toMatchObject({ plan: 'life@1', status: 'draft', version: 1 })
    expect((await api.done('publishPlan', { params })).status).toBe('published')
    expect((await api.done('publishPlan', { params })).status).toBe('published')
    expect((await api.done('retirePlan', { params })).status).toBe('retired')
    expect(await api.call('publishPlan', { params })).toMatchObject({
      status: 409,
      body: { code: 'plan_not_draft' },
    })
    const absent = { plan_id: 'life', version: 2 }
    expect(await api.call('publishPlan', { params: absent })).toMatchObject({
      status: 404,
      body: { code: 'plan_unknown' },
    })
  })

  it('have versions that never change: other content is a new version', async () => {
    await api.done('createPlan', { body: plan('v') })
    const same = await api.call('createPlan', { body: plan('v') })
    expect(same).toMatchObject({ status: 200, body: { version: 1 } })
    const next = await api.done('createPlan', { body: plan('v', { name: 'changed' }) })
    expect(next.version).toBe(2)
    const taken = await api.call('createPlan', { body: plan('v', { version: 1, name: 'other' }) })
    expect(taken).toMatchObject({ status: 409, body: { code: 'plan_exists' } })
  })

  it('mean one period by the id of a calendar window: two would share a run after a change of plan', async () => {
    const draft = (id: string, shape: 'anchored' | 'calendar', length: string) =>
      api.done('createPlan', {
        body: plan(id, { windows: [{ id: 'day_run', shape, length, capacity: '1' }] }),
      })
    const publish = (id: string) => api.call('publishPlan', { params: { plan_id: id, version: 1 } })
    await Promise.all([
      draft('by_day', 'calendar', 'P1D'),
      draft('by_hours', 'calendar', 'PT24H'),
      draft('by_week', 'calendar', 'P7D'),
      draft('by_call', 'anchored', 'P1D'),
    ])
    expect(await publish('by_day')).toMatchObject({ status: 200 })
    expect(await publish('by_hours')).toMatchObject({ status: 200 })
    for (const id of ['by_week', 'by_call'])
      expect(await publish(id)).toMatchObject({
        status: 409,
        body: { code: 'window_differs', detail: expect.stringContaining('by_day@1') },
      })
    const left = await api.done('getPlan', { params: { plan_id: 'by_week', version: 1 } })
    expect(left.status).toBe('draft')
    await api.done('retirePlan', { params: { plan_id: 'by_day', version: 1 } })
    expect(await publish('by_day')).toMatchObject({ body: { code: 'plan_not_draft' } })
    expect(await publish('by_week')).toMatchObject({ body: { code: 'window_differs' } })
  })

  it('may change the length of a window that opens with a call: no two runs of it meet', async () => {
    const of = (length: string) =>
      plan('opens', { windows: [{ id: 'opens_run', shape: 'anchored', length, capacity: '1' }] })
    for (const [version, length] of [
      [1, 'PT5H'],
      [2, 'PT4H'],
    ] as const) {
      await api.done('createPlan', { body: of(length) })
      await api.done('publishPlan', { params: { plan_id: 'opens', version } })
    }
  })

  it('published at the same instant agree too', async () => {
    const lengths = ['P1D', 'P2D', 'P3D', 'P4D', 'P5D', 'P6D']
    const ids = lengths.map((_, index) => `race_${index}`)
    for (const [index, id] of ids.entries())
      await api.done('createPlan', {
        body: plan(id, {
          windows: [
            { id: 'raced', shape: 'calendar', length: lengths[index] as string, capacity: '1' },
          ],
        }),
      })
    const answers = await Promise.all(
      ids.map((id) => api.call('publishPlan', { params: { plan_id: id, version: 1 } })),
    )
    expect(answers.map(({ status }) => status).sort()).toEqual([200, 409, 409, 409, 409, 409])
  })

  it('may let the platform carry what a client left, and the receipt names the row', async () => {
    const outcomes = { client_aborted: 'nothing' as const }
    await api.done('createPlan', { body: plan('kind', { outcomes }) })
    await api.done('publishPlan', { params: { plan_id: 'kind', version: 1 } })
    const { key: own } = await api.account('kindly', { plan: 'kind@1' })
    const posted = await api.done('record', {
      as: own,
      body: {
        call_id: 'left',
        model: 'small',
        outcome: 'client_aborted',
        usage: { tokens: { input: 1_000 } },
        event_at: soon(),
      },
    })
    expect(posted).toMatchObject({
      outcome: { policy: 'kind@1/client_aborted', customer_pays: 'nothing' },
      totals: { total: '0.001', money: '0', included: '0', absorbed: '0.001' },
    })
    const strange = { ...plan('strange'), outcomes: { left_early: 'nothing' } }
    const reply = await api.call('createPlan', { body: strange as PlanDocument })
    expect(reply.body.errors).toMatchObject([{ location: 'body/outcomes/left_early' }])
  })

  it('run out of numbers in the end, and say so', async () => {
    await api.done('createPlan', { body: plan('last', { version: 1_000_000 }) })
    const next = await api.call('createPlan', { body: plan('last', { name: 'one more' }) })
    expect(next).toMatchObject({ status: 409, body: { code: 'plan_exists' } })
    expect(next.body.detail).toContain('another id')
  })

  it('made by many at once get versions of their own', async () => {
    const made = await Promise.all(
      Array.from({ length: 8 }, (_, index) =>
        api.done('createPlan', { body: plan('race', { name: `n${index}` }) }),
      ),
    )
    expect(made.map((one) => one.version).sort()).toEqual([1, 2, 3, 4, 5, 6, 7, 8])
  })

  it('that are drafts are not shown to account keys', async () => {
    await api.done('createPlan', { body: plan('hidden') })
    const listed = await api.done('listPlans', { as: key, query: { limit: 200 } })
    expect(listed.items.every(({ status }) => status === 'published')).toBe(true)
    expect(listed.items.map((one) => one.plan)).toContain('test@1')
    const params = { plan_id: 'hidden', version: 1 }
    expect((await api.call('getPlan', { as: key, params })).status).toBe(404)
    expect((await api.call('getPlan', { params })).status).toBe(200)
    const drafts = await api.done('listPlans', { query: { status: 'draft', limit: 200 } })
    expect(drafts.items.map((one) => one.plan)).toContain('hidden@1')
  })

  it('keep a retired version for the accounts that have it', async () => {
    await api.done('createPlan', { body: { ...TEST_PLAN, id: 'old' } as PlanDocument })
    await api.done('publishPlan', { params: { plan_id: 'old', version: 1 } })
    await api.account('keeper', { plan: 'old@1' })
    await api.done('retirePlan', { params: { plan_id: 'old', version: 1 } })
    const state = await api.done('getState', { params: { account_id: 'keeper' } })
    expect(state.windows).toHaveLength(2)
    const moved = { params: { account_id: 'acct' }, key: 'k', body: { plan: 'old@1' } }
    expect(await api.call('changePlan', moved)).toMatchObject({ body: { code: 'plan_retired' } })
  })

  it('with faults are refused, each fault with its place and how to mend it', async () => {
    const body = plan('bad', {
      windows: [
        { id: 'w', shape: 'anchored', length: 'P1M1D', capacity: '1' },
        { id: 'w', shape: 'anchored', length: 'PT5H', capacity: '0' },
      ],
    })
    const reply = await api.call('createPlan', { body })
    expect(reply).toMatchObject({ status: 422, body: { code: 'plan_invalid' } })
    expect(reply.body.errors).toMatchObject([
      { location: 'body/windows/0/length' },
      { location: 'body/windows/1/capacity' },
      { location: 'body/windows/1/id' },
    ])
  })

  it('of the default catalogue can all be published', async () => {
    const folder = new URL('../../data/plans/', import.meta.url)
    const files = readdirSync(folder).filter((name) => name.endsWith('.json'))
    expect(files).toHaveLength(8)
    for (const file of files) {
      const body = JSON.parse(readFileSync(new URL(file, folder), 'utf8')) as PlanDocument
      expect(`${body.id}.json`).toBe(file)
      const reply = await api.call('createPlan', { body })
      expect(reply.status, reply.text).toBeLessThan(300)
      await api.done('publishPlan', { params: { plan_id: body.id, version: 1 } })
    }
  })
})

describe('price books', () => {
  const later = {
    ...TEST_BOOK,
    id: 'later',
    effective_from: '2099-01-01T00:00:00Z',
    rows: TEST_BOOK.rows.map((row) =>
      row.model === 'small' && row.kind === 'output' ? { ...row, per_mtok: '12' } : row,
    ),
  }

  it('are published for ever: the same again changes nothing, other content is refused', async () => {
    const first = await api.done('publishPriceBook', { body: later })
    expect(first).toMatchObject({ price_book_id: 'later', currency: 'USD' })
    const again = await api.call('publishPriceBook', { body: later })
    expect(again.status).toBe(200)
    expect(again.body).toEqual(first)
    const other = { ...later, effective_from: '2098-01-01T00:00:00Z' }
    expect(await api.call('publishPriceBook', { body: other })).toMatchObject({
      status: 409,
      body: { code: 'price_book_exists' },
    })
    const read = await api.done('getPriceBook', { as: key, params: { price_book_id: 'later' } })
    expect(read.document).toEqual(later)
  })

  it('are compared row by row', async () => {
    const params = { price_book_id: 'test-book', other_id: 'later' }
    const diff = await api.done('diffPriceBooks', { as: key, params })
    expect(diff).toMatchObject({ from: 'test-book', to: 'later', added: [], removed: [] })
    expect(diff.changed).toMatchObject([
      { from: { per_mtok: '10' }, to: { per_mtok: '12' }, permille: 200 },
    ])
    expect(diff.fees).toEqual({ added: [], removed: [], changed: [] })
  })

  it('are listed, the latest publication first', async () => {
    const page = await api.done('listPriceBooks', { as: key, query: { limit: 1 } })
    expect(page.items.map((one) => one.price_book_id)).toEqual(['later'])
    const next = await api.done('listPriceBooks', { query: { cursor: page.next_cursor! } })
    expect(next.items.map((one) => one.price_book_id)).toEqual(['test-book'])
    expect(next.next_cursor).toBeNull()
  })

  it('are checked without being stored', async () => {
    const good = await api.done('validatePriceBook', { body: { ...later, id: 'unstored' } })
    expect(good).toEqual({ valid: true, errors: [] })
    const negative = { ...later, rows: [{ model: 'm', kind: 'input', per_mtok: '-1' }] }
    const bad = await api.done('validatePriceBook', { body: negative })
    expect(bad.valid).toBe(false)
    expect(bad.errors[0]?.location).toContain('rows')
    const params = { price_book_id: 'unstored' }
    expect(await api.call('getPriceBook', { params })).toMatchObject({
      status: 404,
      body: { code: 'price_book_unknown' },
    })
  })

  it('are in force at once, and calls that waited for a price are told of', async () => {
    const body = {
      model: 'brand-new',
      usage: { tokens: { input: 1_000 } },
      event_at: soon(),
      call_id: 'waiting',
    }
    const waiting = await api.done('record', { as: key, body })
    expect(waiting.pending).toBe('unpriced')
    pricesPublished.mockClear()
    const rows = [...TEST_BOOK.rows, { model: 'brand-new', kind: 'input' as const, per_mtok: '3' }]
    const effective_from = new Date(Date.now() - 60_000).toISOString()
    await api.done('publishPriceBook', {
      body: { ...TEST_BOOK, id: 'newer', rows, effective_from },
    })
    expect(pricesPublished).toHaveBeenCalledOnce()
    const priced = await api.done('record', {
      as: key,
      body: { ...body, call_id: 'priced', event_at: soon() },
    })
    expect(priced).toMatchObject({ rating: { status: 'priced', book: 'newer' } })
  })
})

describe('another server on the same database', () => {
  it('takes up plans and prices within a second or two', async () => {
    const other = await startNode(api.database)
    await sleep(300)
    await api.done('createPlan', { body: plan('elsewhere') })
    await api.done('publishPlan', { params: { plan_id: 'elsewhere', version: 1 } })
    const opened = await other.done('openAccount', {
      body: { account_id: 'far', name: 'Far', currency: 'USD', plan: 'elsewhere' },
    })
    expect(opened.plan, 'the plan is looked for where it is not known').toBe('elsewhere@1')
    const rows = [...TEST_BOOK.rows, { model: 'far-away', kind: 'input' as const, per_mtok: '1' }]
    const effective_from = new Date(Date.now() - 30_000).toISOString()
    await api.done('publishPriceBook', { body: { ...TEST_BOOK, id: 'far', rows, effective_from } })
    const record = (call_id: string) =>
      other.done('record', {
        body: {
          account_id: 'acct',
          call_id,
          model: 'far-away',
          usage: { tokens: { input: 1 } },
          event_at: soon(),
        },
      })
    for (let tried = 0; ; tried += 1) {
      const { rating } = await record(`far-${tried}`)
      if (rating?.status === 'priced') break
      expect(tried, 'the other server never saw the price book').toBeLessThan(40)
      await sleep(100)
    }
    await other.close()
  })
})

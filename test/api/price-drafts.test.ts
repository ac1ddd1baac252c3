import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { readPriceBook } from '../../src/store/control/index.ts'
import { type Api, journalOf, OPERATOR, startNode, startStockedApi, TEST_BOOK } from './support.ts'

/*
 * Two servers on one database: one where an operator publishes alone, and one where it takes two.
 */

let api: Api
let strict: Api
const people = { anna: '', ben: '', lead: '' }
beforeAll(async () => {
  api = await startStockedApi()
  strict = await startNode(api.database, { approvals: 'two' })
  const add = async (name: string, role: 'operator' | 'support_lead') =>
    (await api.done('addStaff', { body: { staff_id: name, name, role } })).token
  people.anna = await add('anna', 'operator')
  people.ben = await add('ben', 'operator')
  people.lead = await add('lead', 'support_lead')
})
afterAll(async () => {
  await strict.close()
  await api.close()
})

const bookOf = (id: string, effective_from = '2020-01-01T00:00:00Z') => ({
  ...TEST_BOOK,
  id,
  effective_from,
})
const draft = (body: object, as = people.anna) =>
  strict.done('createPriceDraft', { as, body: body as never })
const publish = (draft_id: string, revision: number, as: string) =>
  strict.call('publishPriceDraft', { as, params: { draft_id }, body: { revision } })

describe('a draft of a price book', () => {
  it('may have faults, says which, and prices nothing', async () => {
    const made = await draft({ document: { id: 'half', currency: 'USD', rows: [{ model: 'x' }] } })
    expect(made).toMatchObject({ state: 'draft', revision: 1, authors: ['anna'] })
    expect(made.errors.map(({ location }) => location)).toContain('document/effective_from')
    expect(await readPriceBook(api.pool, 'half')).toBeNull()
    const reply = await publish(made.draft_id, 1, people.ben)
    expect(reply.body).toMatchObject({ code: 'price_book_invalid' })
    expect(await readPriceBook(api.pool, 'half')).toBeNull()
  })

  it('is published for ever by a second person, and by nobody who has written in it', async () => {
    const made = await draft({ document: bookOf('second'), note: 'new prices' })
    for (const as of [people.anna, OPERATOR]) {
      const refused = await publish(made.draft_id, 1, as)
      expect([refused.status, refused.body.code]).toEqual([403, 'second_person_needed'])
    }
    expect((await publish(made.draft_id, 1, people.lead)).status).toBe(403)
    expect(await readPriceBook(api.pool, 'second')).toBeNull()
    const done = await publish(made.draft_id, 1, people.ben)
    expect([done.status, done.body]).toMatchObject([201, { published_by: 'ben', state: 'active' }])
    expect(
      await strict.done('getPriceDraft', { params: { draft_id: made.draft_id } }),
    ).toMatchObject({ state: 'published', approved_by: 'ben', authors: ['anna'] })
    expect((await publish(made.draft_id, 1, people.ben)).body.code).toBe('draft_outdated')
  })

  it('makes an author of everybody who writes in it', async () => {
    const made = await draft({ document: bookOf('both') })
    const params = { draft_id: made.draft_id }
    const body = { revision: 1, note: 'corrected' }
    const revised = await strict.done('revisePriceDraft', { as: people.ben, params, body })
    expect(revised).toMatchObject({ revision: 2, authors: ['anna', 'ben'], note: 'corrected' })
    for (const as of [people.anna, people.ben])
      expect((await publish(made.draft_id, 2, as)).body.code).toBe('second_person_needed')
  })

  it('is not approved in another revision than was read', async () => {
    const made = await draft({ document: bookOf('moving') })
    const params = { draft_id: made.draft_id }
    const change = (revision: number) =>
      strict.call('revisePriceDraft', {
        as: people.anna,
        params,
        body: { revision, document: { ...bookOf('moving'), rows: [] } },
      })
    expect((await change(1)).status).toBe(200)
    expect((await change(1)).body.code).toBe('draft_outdated')
    expect((await publish(made.draft_id, 1, people.ben)).body.code).toBe('draft_outdated')
    expect(await readPriceBook(api.pool, 'moving')).toBeNull()
  })

  it('is published once when two approve at the same moment', async () => {
    const made = await draft({ document: bookOf('at-once') })
    const cleo = (
      await api.done('addStaff', { body: { staff_id: 'cleo', name: 'cleo', role: 'operator' } })
    ).token
    const replies = await Promise.all([people.ben, cleo].map((as) => publish(made.draft_id, 1, as)))
    expect(replies.map(({ status }) => status).sort()).toEqual([201, 409])
  })

  it('stays a draft when its id is taken by another book', async () => {
    const made = await draft({ document: { ...bookOf('test-book'), rows: [] } })
    expect((await publish(made.draft_id, 1, people.ben)).body.code).toBe('price_book_exists')
    const params = { draft_id: made.draft_id }
    expect((await strict.done('getPriceDraft', { params })).state).toBe('draft')
    const gone = await strict.done('discardPriceDraft', { params, body: { revision: 1 } })
    expect(gone.state).toBe('discarded')
  })

  it('can be made from an old book, whose prices come back as a new version', async () => {
    const based_on = {
      price_book_id: 'test-book',
      id: 'back-again',
      effective_from: '2099-01-01T00:00:00Z',
    }
    const made = await draft({ based_on })
    expect(made.document).toEqual({
      ...TEST_BOOK,
      id: 'back-again',
      effective_from: '2099-01-01T00:00:00Z',
    })
    const done = await publish(made.draft_id, 1, people.ben)
    expect(done.body).toMatchObject({ price_book_id: 'back-again', state: 'scheduled' })
    expect((await draftOf({ based_on: { ...based_on, price_book_id: 'absent' } })).body.code).toBe(
      'price_book_unknown',
    )
    for (const body of [{}, { based_on, document: {} }])
      expect((await draftOf(body)).body.code).toBe('invalid_request')
  })

  it('is listed without its rows, by state, the latest first', async () => {
    const all = await strict.done('listPriceDrafts', { query: { limit: 2 } })
    expect(all.items.length).toBe(2)
    const rest = await strict.done('listPriceDrafts', { query: { cursor: all.next_cursor! } })
    const ids = [...all.items, ...rest.items].map(({ draft_id }) => draft_id)
    expect(ids).toEqual([...new Set(ids)].sort().reverse())
    const open = await strict.done('listPriceDrafts', { query: { state: 'draft' } })
    expect(open.items.length).toBeGreaterThan(1)
    expect(open.items.every(({ state }) => state === 'draft')).toBe(true)
    expect(Object.keys(open.items[0]!)).not.toContain('document')
  })
})

const draftOf = (body: object) =>
  strict.call('createPriceDraft', { as: people.anna, body: body as never })

describe('the one-step publication', () => {
  it('is refused where it takes two, and a repeat of what is there is not', async () => {
    const before = await journalOf(api.database.pool)
    for (const as of [OPERATOR, people.anna]) {
      const reply = await strict.call('publishPriceBook', { as, body: bookOf('alone') })
      expect([reply.status, reply.body.code]).toEqual([403, 'second_person_needed'])
    }
    expect((await strict.call('publishPriceBook', { body: TEST_BOOK })).status).toBe(200)
    expect(await journalOf(api.database.pool)).toEqual(before)
    expect((await api.call('publishPriceBook', { body: bookOf('alone') })).status).toBe(201)
  })
})

describe('the list of price books', () => {
  it('says of each currency which is in force, which will be and which has been', async () => {
    await api.done('publishPriceBook', { body: { ...bookOf('yen'), currency: 'JPY' } })
    const { items } = await api.done('listPriceBooks', { query: { limit: 200 } })
    const states = new Map(items.map((own) => [own.price_book_id, own.state]))
    expect(Object.fromEntries(states)).toMatchObject({
      'test-book': 'retired',
      alone: 'active',
      'back-again': 'scheduled',
      yen: 'active',
    })
    expect(items.filter(({ state }) => state === 'active').length).toBe(2)
  })
})

import fc from 'fast-check'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type OperationId, ROUTES, type Route } from '../../src/contract/routes/index.ts'
import { ProblemSchema } from '../../src/contract/schemas/problem.ts'
import { compileValidator } from '../../src/contract/validate.ts'
import { valuesOf } from './schema-values.ts'
import { type Api, expectVerified, OPERATOR, ordersOf, startStockedApi, urlOf } from './support.ts'

/*
 * Whatever is sent to whatever route: the answer is a success that follows its schema or a problem, never
 * a fault of the server; what was refused changed nothing; and the server goes on.
 */

let api: Api
let key: string
/** What stood after the last request, where it was looked at: then it stands before the next. */
let standing: unknown
beforeAll(async () => {
  api = await startStockedApi()
  key = (await api.account('acct')).key
})
afterAll(async () => {
  await expectVerified(api.database.pool)
  await api.close()
})

const IDS = (Object.keys(ROUTES) as OperationId[]).filter(
  (id) => id !== 'followEvents' && ROUTES[id].permission !== 'public',
)
const routeOf = (id: OperationId): Route => ROUTES[id]

const problems = compileValidator(ProblemSchema, 'body')

const nastyText = fc.oneof(
  fc.string({ unit: 'binary', maxLength: 40 }),
  fc.string({ maxLength: 300 }),
  fc.constantFrom(
    '',
    '\u0000',
    '\ud800',
    '__proto__',
    "'; drop schema accounts cascade; --",
    '../../../etc/passwd',
    '%00',
    'call_1#refund:x',
    '1e309',
    '-0',
    'NaN',
    '9'.repeat(400),
    '2026-02-30T99:99:99Z',
    '\u202e\u200b',
    'x'.repeat(5_000),
  ),
)
const nastyNumber = fc.oneof(
  fc.double(),
  fc.maxSafeInteger(),
  fc.constantFrom(-0, 1e308, 2 ** 53, -1, 0.1, 1e21, Number.MIN_VALUE),
)
const nastyValue = fc.oneof(
  fc.jsonValue({ maxDepth: 4 }),
  nastyText,
  nastyNumber,
  fc.constant(null),
  fc.constant([]),
  fc.constant({}),
)

/** Words that mean something to this server. */
const KNOWN = [
  'acct',
  'call_1',
  'call_2',
  'small',
  'large',
  'test@1',
  'no_windows',
  '0.000001',
  '1',
  '999999999.999999999',
  'USD',
  'test-book',
  'goodwill',
]

const RESPONSES = [
  { model: 'small', usage: { prompt_tokens: 50, completion_tokens: 7, total_tokens: 57 } },
  { model: 'small', usage: { input_tokens: 50, output_tokens: 7 } },
  { modelVersion: 'large', usageMetadata: { promptTokenCount: 9, totalTokenCount: 9 } },
]

type Document = Record<string, unknown>

/** What the schema cannot say: responses in a dialect, and times near now. */
const sensible = (body: unknown): fc.Arbitrary<unknown> =>
  fc.constantFrom(...RESPONSES).map((response) => {
    if (typeof body !== 'object' || body === null) return body
    const own: Document = { ...body }
    if (typeof own.usage === 'object' && own.usage !== null && 'response' in own.usage)
      own.usage = { ...own.usage, response }
    if ('response' in own) own.response = response
    if ('event_at' in own) own.event_at = new Date().toISOString()
    return own
  })

/** One member of a document, or all of it, replaced by something that does not belong. */
const spoiled = (body: unknown): fc.Arbitrary<unknown> =>
  typeof body !== 'object' || body === null || Object.keys(body).length === 0
    ? nastyValue
    : fc
        .tuple(fc.constantFrom(...Object.keys(body)), nastyValue, nastyText)
        .map(([name, value, stranger]) => ({
          ...body,
          [name]: value,
          ...(stranger.length > 3 && { [stranger]: value }),
        }))

function bodyFor(id: OperationId): fc.Arbitrary<unknown> {
  const right = valuesOf(routeOf(id).body ?? {}, KNOWN).chain(sensible)
  return fc.oneof(
    { weight: 5, arbitrary: right },
    { weight: 3, arbitrary: right.chain(spoiled) },
    { weight: 1, arbitrary: fc.dictionary(nastyText, nastyValue, { maxKeys: 5 }) },
    { weight: 1, arbitrary: nastyValue },
  )
}

/** The document as bytes: whole, cut off, or with a byte that does not belong. */
const bytesOf = (body: unknown): fc.Arbitrary<Buffer> => {
  const whole = Buffer.from(JSON.stringify(body) ?? '')
  const place = fc.nat({ max: Math.max(0, whole.length - 1) })
  return fc.oneof(
    { weight: 30, arbitrary: fc.constant(whole) },
    { weight: 1, arbitrary: place.map((end) => whole.subarray(0, end)) },
    {
      weight: 1,
      arbitrary: fc.tuple(place, fc.integer({ min: 0x80, max: 0xff })).map(([at, byte]) => {
        const broken = Buffer.from(whole)
        if (broken.length > 0) broken[at] = byte
        return broken
      }),
    },
    { weight: 1, arbitrary: fc.uint8Array({ maxLength: 60 }).map((bytes) => Buffer.from(bytes)) },
  )
}

const request = (id: OperationId) =>
  fc.record({
    payload: bodyFor(id).chain(bytesOf),
    params: fc.oneof(
      { weight: 3, arbitrary: fc.constant({}) },
      {
        weight: 1,
        arbitrary: fc.dictionary(
          fc.constantFrom('account_id', 'lot_id', 'key_id', 'receipt_id', 'plan_id', 'version'),
          fc.oneof(nastyText, fc.constantFrom('acct', '1', 'test')),
        ),
      },
    ),
    query: fc.oneof(
      { weight: 3, arbitrary: fc.constant({}) },
      { weight: 3, arbitrary: valuesOf(routeOf(id).query ?? {}, KNOWN).map(texts) },
      {
        weight: 1,
        arbitrary: fc.dictionary(
          fc.constantFrom('cursor', 'limit', 'from', 'to', 'model', 'kind', 'account_id', 'x'),
          nastyText,
          { maxKeys: 3 },
        ),
      },
    ),
    token: fc.oneof(
      { weight: 8, arbitrary: fc.constant(OPERATOR) },
      { weight: 3, arbitrary: fc.constant(key) },
      { weight: 1, arbitrary: fc.constant('nobody') },
    ),
    idempotencyKey: fc.oneof(fc.uuid(), fc.uuid(), fc.string({ maxLength: 20 })),
  })

/** As an address carries them. */
const texts = (values: unknown): Record<string, string> =>
  typeof values === 'object' && values !== null
    ? Object.fromEntries(
        Object.entries(values).map(([name, value]) => [
          name,
          typeof value === 'string' ? value : JSON.stringify(value),
        ]),
      )
    : {}

const wellFormed = (text: string): string => text.replaceAll(/\p{Surrogate}/gu, '?')
/** What Node lets into a header at all. */
const headerSafe = (text: string): string => text.replaceAll(/[^\x20-\x7e]/g, '?')

const DEFAULTS = {
  account_id: 'acct',
  plan_id: 'test',
  version: '1',
  price_book_id: 'test-book',
  campaign_id: 'c',
}

/** How often each status was the answer. */
const answered = new Map<number, number>()

describe('any request', () => {
  it.each(IDS)('to %s is answered, and one that is refused changes nothing', async (id) => {
    await fc.assert(
      fc.asyncProperty(request(id), async (sent) => {
        const before = standing ?? (await ordersOf(api.database.pool))
        standing = undefined
        const entries = (values: Record<string, string>) =>
          Object.fromEntries(Object.entries(values).map(([name, own]) => [name, wellFormed(own)]))
        const params = { other_id: 'x', ...DEFAULTS, lot_id: 'l', key_id: 'k', receipt_id: 'r' }
        const response = await api.app.inject({
          method: routeOf(id).method,
          url: urlOf(id, { ...params, ...entries(sent.params) }, entries(sent.query)),
          headers: {
            authorization: `Bearer ${sent.token}`,
            'idempotency-key': headerSafe(sent.idempotencyKey),
            ...(routeOf(id).body && { 'content-type': 'application/json' }),
          },
          ...(routeOf(id).body && { payload: sent.payload }),
        })
        expect(response.statusCode, response.body).toBeLessThan(500)
        answered.set(response.statusCode, (answered.get(response.statusCode) ?? 0) + 1)
        if (response.statusCode < 400) return
        expect(response.headers['content-type']).toMatch(/^application\/problem\+json/)
        expect(problems.faults(response.json())).toEqual([])
        expect(response.body).not.toMatch(/node_modules|\.ts:\d|\\n +at |accounts\.entry|relation/)
        // A refused decision is in the journal; everything else leaves it as it was.
        if (response.json().seq !== undefined) return
        standing = await ordersOf(api.database.pool)
        expect(standing).toEqual(before)
      }),
      { numRuns: routeOf(id).body ? 150 : 40 },
    )
  })

  it('was sometimes right: the fuzz got as far as decisions, and saw every kind of answer', () => {
    expect(answered.get(200) ?? 0).toBeGreaterThan(100)
    expect(answered.get(201) ?? 0).toBeGreaterThan(10)
    for (const status of [400, 401, 403, 404, 422])
      expect(answered.get(status) ?? 0, `${status}`).toBeGreaterThan(3)
  })

  it('leaves the server up and the book in order', async () => {
    const { status } = await api.call('getState', { as: key, params: { account_id: 'acct' } })
    expect(status).toBe(200)
    await expectVerified(api.database.pool)
  })
})

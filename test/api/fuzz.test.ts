import fc from 'fast-check'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type OperationId, ROUTES, type Route } from '../../src/contract/routes/index.ts'
import { ProblemSchema } from '../../src/contract/schemas/problem.ts'
import { compileValidator } from '../../src/contract/validate.ts'
import { type Api, expectVerified, journalOf, OPERATOR, startStockedApi, urlOf } from './support.ts'

/*
 * Whatever is sent to whatever route: the answer is a success that follows its schema or a problem, never
 * a fault of the server; what was refused changed nothing; and the server goes on.
 */

let api: Api
let key: string
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

/** Values of about the right kind, so that some requests get past the schema and on to the decision. */
const plausible = fc.oneof(
  fc.constantFrom<unknown>(
    'acct',
    'call_1',
    'small',
    '1',
    '0.000000001',
    '999999999.999999999',
    'USD',
    'test@1',
    'pro',
    'input',
    'succeeded',
    'anthropic',
    '2026-11-21T08:00:00.000Z',
    true,
    0,
    1,
    1_000_000_000,
    ['input'],
    { tokens: { input: 10, output: 5 } },
    { dialect: 'openai_chat', response: { model: 'small', usage: { prompt_tokens: 5 } } },
  ),
  nastyValue,
)

interface Shape {
  readonly properties?: Readonly<Record<string, unknown>>
}

/** A body with the route's own field names, wrong and right values mixed, and a stranger now and then. */
function bodyFor(id: OperationId): fc.Arbitrary<unknown> {
  const { properties = {} } = (routeOf(id).body ?? {}) as Shape
  const fields = Object.fromEntries(Object.keys(properties).map((name) => [name, plausible]))
  return fc.oneof(
    { weight: 4, arbitrary: fc.record(fields, { requiredKeys: [] }) },
    { weight: 1, arbitrary: fc.dictionary(nastyText, nastyValue, { maxKeys: 5 }) },
    { weight: 1, arbitrary: nastyValue },
  )
}

/** The document as bytes: whole, cut off, or with a byte that does not belong. */
const bytesOf = (body: unknown): fc.Arbitrary<Buffer> => {
  const whole = Buffer.from(JSON.stringify(body) ?? '')
  const place = fc.nat({ max: Math.max(0, whole.length - 1) })
  return fc.oneof(
    { weight: 6, arbitrary: fc.constant(whole) },
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
    params: fc.dictionary(
      fc.constantFrom('account_id', 'lot_id', 'key_id', 'receipt_id', 'plan_id', 'version'),
      fc.oneof(nastyText, fc.constantFrom('acct', '1', 'test')),
    ),
    query: fc.dictionary(
      fc.constantFrom('cursor', 'limit', 'from', 'to', 'model', 'kind', 'account_id', 'x', 'lang'),
      nastyText,
      { maxKeys: 3 },
    ),
    token: fc.constantFrom(OPERATOR, key, 'nobody'),
    idempotencyKey: fc.oneof(fc.constant('fuzz'), fc.string({ maxLength: 20 })),
  })

const wellFormed = (text: string): string => text.replaceAll(/\p{Surrogate}/gu, '?')
/** What Node lets into a header at all. */
const headerSafe = (text: string): string => text.replaceAll(/[^\x20-\x7e]/g, '?')

const DEFAULTS = { account_id: 'acct', plan_id: 'test', version: '1', price_book_id: 'test-book' }

describe('any request', () => {
  it.each(IDS)('to %s is answered, and one that is refused changes nothing', async (id) => {
    await fc.assert(
      fc.asyncProperty(request(id), async (sent) => {
        const before = await journalOf(api.database.pool)
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
        if (response.statusCode < 400) return
        expect(response.headers['content-type']).toMatch(/^application\/problem\+json/)
        expect(problems.faults(response.json())).toEqual([])
        expect(response.body).not.toMatch(/node_modules|\.ts:\d|\\n +at |accounts\.entry|relation/)
        // A refused decision is in the journal; everything else leaves it as it was.
        if (response.json().seq === undefined)
          expect(await journalOf(api.database.pool)).toEqual(before)
      }),
      { numRuns: 60 },
    )
  })

  it('leaves the server up and the book in order', async () => {
    const { status } = await api.call('getState', { as: key, params: { account_id: 'acct' } })
    expect(status).toBe(200)
    await expectVerified(api.database.pool)
  })
})

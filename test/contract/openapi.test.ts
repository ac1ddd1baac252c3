import { readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { openApiDocument, problemsOf } from '../../src/contract/openapi.ts'
import { PROBLEMS } from '../../src/contract/problems.ts'
import { type OperationId, ROUTES, type Route } from '../../src/contract/routes/index.ts'

const manifest = readFileSync(new URL('../../package.json', import.meta.url), 'utf8')
const { version } = JSON.parse(manifest) as { version: string }

type Json = Readonly<Record<string, unknown>>
const document = openApiDocument(version) as Json
const isObject = (value: unknown): value is Json => typeof value === 'object' && value !== null

/** Every object in the document, with the path to it. */
function* objects(value: unknown, path = '#'): Generator<{ path: string; own: Json }> {
  if (!isObject(value)) return
  if (!Array.isArray(value)) yield { path, own: value }
  for (const [name, inner] of Object.entries(value))
    yield* objects(inner, `${path}/${name.replaceAll('~', '~0').replaceAll('/', '~1')}`)
}
const all = [...objects(document)]

const at = (pointer: string): unknown =>
  pointer
    .split('/')
    .slice(1)
    .map((name) => name.replaceAll('~1', '/').replaceAll('~0', '~'))
    .reduce<unknown>((node, name) => (isObject(node) ? node[name] : undefined), document)

const operations = Object.entries(document.paths as Json).flatMap(([path, item]) =>
  Object.entries(item as Json).map(([method, operation]) => ({
    path,
    method,
    operation: operation as Json,
  })),
)

describe('the OpenAPI document', () => {
  it('in docs/openapi.json is the one that the route table gives', async () => {
    await expect(`${JSON.stringify(document, null, 2)}\n`).toMatchFileSnapshot(
      '../../docs/openapi.json',
    )
  })

  it('has every route of the table, once', () => {
    const ids = operations.map(({ operation }) => operation.operationId)
    expect(ids.sort()).toEqual(Object.keys(ROUTES).sort())
    expect(operations.length).toBeGreaterThan(40)
  })

  it('refers to nothing that is not there', () => {
    const references = all.flatMap(({ own }) => (typeof own.$ref === 'string' ? [own.$ref] : []))
    expect(references.length).toBeGreaterThan(100)
    for (const reference of references) expect(at(reference), reference).toBeDefined()
  })

  it('names every component that it has', () => {
    const used = new Set(all.flatMap(({ own }) => (typeof own.$ref === 'string' ? [own.$ref] : [])))
    for (const kind of ['schemas', 'responses'])
      for (const name of Object.keys((document.components as Json)[kind] as Json))
        expect([...used], name).toContain(`#/components/${kind}/${name}`)
  })

  it('declares each parameter of a path exactly once', () => {
    for (const { path, operation } of operations) {
      const parameters = (operation.parameters ?? []) as { name: string; in: string }[]
      const inPath = parameters.filter((own) => own.in === 'path').map(({ name }) => name)
      expect(inPath.sort()).toEqual([...path.matchAll(/\{(\w+)\}/g)].map(([, name]) => name).sort())
      const keys = parameters.map((own) => `${own.in} ${own.name}`)
      expect(keys).toEqual([...new Set(keys)])
    }
  })

  it('lets no object through that is not described: unknown fields are closed or wanted', () => {
    const described = all.filter(({ own }) => own.type === 'object' && 'properties' in own)
    expect(described.length).toBeGreaterThan(100)
    const isWanted = (own: Json): boolean =>
      typeof own.patternProperties === 'object' && '^.*$' in own.patternProperties!
    const open = described.filter(({ own }) => own.additionalProperties !== false && !isWanted(own))
    expect(open.map(({ path }) => path)).toEqual([])
  })

  it('carries money as text, never as a number', () => {
    const money =
      /^(amount|total|price|price_paid|face|tax|worst|expected|low|capacity|held|used|left|spent|free|drawn|overshoot|needed|money|included|promotional|paid|overage|absorbed|remaining|per_mtok|each|limit)$/
    for (const { path, own } of all)
      if (money.test(path.split('/').at(-1) ?? '') && path.includes('/properties/'))
        expect(['number', 'integer'], path).not.toContain(own.type)
  })

  it('has a summary, a tag that is described, and a security for every operation', () => {
    const tags = (document.tags as { name: string }[]).map(({ name }) => name)
    for (const { operation } of operations) {
      expect(String(operation.summary).length).toBeGreaterThan(5)
      expect(tags).toContain((operation.tags as string[])[0])
      expect(Array.isArray(operation.security)).toBe(true)
      const statuses = Object.keys(operation.responses as Json)
      expect(statuses.some((status) => status.startsWith('2'))).toBe(true)
      expect(statuses.every((status) => /^[2-5]\d\d$/.test(status))).toBe(true)
    }
  })

  it('names every problem somewhere that a request can run into', () => {
    const ids = Object.keys(ROUTES) as OperationId[]
    const named = new Set(ids.flatMap((id) => problemsOf(ROUTES[id] as Route)))
    // Refusals of commands that only the server itself gives, and what is not about one route.
    const elsewhere = [
      'statement_not_due',
      'confirmation_outdated',
      'confirmation_unknown',
      'reload_ended',
      'hold_not_expired',
      'lot_not_expired',
      'not_pending',
      'still_unpriced',
      'method_not_allowed',
      'uri_too_long',
      'headers_too_large',
      'request_timeout',
    ]
    const missing = PROBLEMS.map(({ code }) => code).filter((code) => !named.has(code))
    expect(missing.sort()).toEqual(elsewhere.sort())
  })
})

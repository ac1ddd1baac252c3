import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import type { Body, Client } from '../../client/index.ts'

export type PriceBookDocument = Body<'publishPriceBook'>
type PlanDocument = Body<'createPlan'>
type PolicyDocument = Body<'publishPolicy'>
type BundleListDocument = Body<'publishBundleList'>
type RemedyDocument = Body<'publishRemedyPolicy'>
type SupportPolicyDocument = Body<'publishSupportPolicy'>
type MacroDocument = Body<'publishMacro'>

/** The folder `data` lies beside the sources as well as beside the bundle, at different depths. */
function dataFolder(name: string): string {
  for (let folder = dirname(fileURLToPath(import.meta.url)); ; folder = dirname(folder)) {
    const candidate = join(folder, 'data', name)
    if (existsSync(candidate)) return candidate
    if (folder === dirname(folder)) throw new Error(`The folder data/${name} was not found.`)
  }
}

function documentsOf<T>(name: string): T[] {
  const folder = dataFolder(name)
  const files = readdirSync(folder).filter((file) => file.endsWith('.json'))
  if (files.length === 0) throw new Error(`The folder data/${name} holds no document.`)
  return files.sort().map((file) => JSON.parse(readFileSync(join(folder, file), 'utf8')) as T)
}

/** Publishes the plans, prices, terms, remedies and support policy that come with the program. Again: nothing changes. */
export async function publishCatalogue(client: Client, nowMs: number): Promise<void> {
  for (const plan of documentsOf<PlanDocument>('plans')) {
    const { version } = await client.plans.create(plan)
    await client.plans.publish(plan.id, version)
  }
  const books = documentsOf<PriceBookDocument>('price-books')
  for (const book of withOneInForce(books, nowMs)) await client.priceBooks.publish(book)
  for (const policy of documentsOf<PolicyDocument>('policies'))
    await client.policies.publish(policy)
  for (const list of documentsOf<BundleListDocument>('bundles'))
    await client.bundleLists.publish(list)
  for (const policy of documentsOf<RemedyDocument>('remedies'))
    await client.remedyPolicies.publish(policy)
  for (const policy of documentsOf<SupportPolicyDocument>('support'))
    await client.support.publishPolicy(policy)
  for (const macro of documentsOf<MacroDocument>('support/macros'))
    await client.support.publishMacro(macro)
}

/** Where the clock is before the first book, that book is taken to be in force all the same. */
function withOneInForce(books: readonly PriceBookDocument[], nowMs: number): PriceBookDocument[] {
  const [first] = books
  if (first === undefined || books.some((book) => Date.parse(book.effective_from) <= nowMs))
    return [...books]
  return [{ ...first, id: `${first.id}-before`, effective_from: '2020-01-01T00:00:00Z' }, ...books]
}

/** The price book in force now, as published. */
export async function bookInForce(client: Client, nowMs: number): Promise<PriceBookDocument> {
  let found: { id: string; from: number } | undefined
  for await (const book of client.priceBooks.list()) {
    const from = Date.parse(book.effective_from)
    if (from <= nowMs && (found === undefined || from > found.from))
      found = { id: book.price_book_id, from }
  }
  if (found === undefined) throw new Error('No published price book is in force.')
  return (await client.priceBooks.get(found.id)).document
}

export interface NewPrice {
  readonly model: string
  /** Whose prices the new model gets. */
  readonly like: string
  readonly effectiveFrom: string
  readonly id: string
}

/** The next version of a book, in which one more model has prices. */
export function withModel(book: PriceBookDocument, price: NewPrice): PriceBookDocument {
  const rows = book.rows.filter((row) => row.model === price.like)
  const models = (book.models ?? []).filter((entry) => entry.model === price.like)
  const source = { source: `example: as ${price.like}`, as_of: price.effectiveFrom.slice(0, 10) }
  return {
    ...book,
    id: price.id,
    effective_from: price.effectiveFrom,
    rows: [...book.rows, ...rows.map((row) => ({ ...row, model: price.model, ...source }))],
    models: [...(book.models ?? []), ...models.map((entry) => ({ ...entry, model: price.model }))],
  }
}

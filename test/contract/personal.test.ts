import { expect, it } from 'vitest'
import { reachOf } from '../../src/contract/permissions.ts'
import { ROUTES, type Route } from '../../src/contract/routes/index.ts'
import { PERSONAL } from '../../src/contract/schemas/personal.ts'

/*
 * What support is shown masked is what the schemas mark. A member whose name sounds like a name or an address is
 * marked, or stands here with what it names: a new one cannot be forgotten.
 */

/** Of members that name no person and no account holder; of a list and of an answer itself, by operation. */
const NAMES_NOBODY: Readonly<Record<string, string>> = {
  'listKeys.name': 'a key',
  'listProjects.name': 'a project',
  'listUsageViews.name': 'a saved view',
  'listAccountCampaigns.name': 'a campaign',
  'comparePlans.name': 'a plan',
  'listResets.name': 'a reset',
  'getInvoice.name': 'a plan or a model: what a line of an invoice is for',
  'importBill.file_name': 'the file of a provider’s bill',
  'listBillImports.file_name': 'the file of a provider’s bill',
  'getInvoice.tax_name': 'a tax',
  'listInvoices.tax_name': 'a tax',
  'invoice.tax_name': 'a tax',
  'tax.name': 'a tax',
  'changes.name': 'a lot',
  'facts.lot_name': 'a lot',
  'facts.name': 'a reset',
  'funding.name': 'a lot',
  'grants.name': 'a lot',
  'lot.name': 'a lot',
  'lots.name': 'a lot',
  'moved.name': 'a lot',
  'purchases.name': 'a lot',
  'restored_lots.name': 'a lot',
  'document.name': 'a plan, an incident or a promotion of the operator',
  'promotion.name': 'a promotion',
  'reset.name': 'a reset',
  'resets.name': 'a reset',
  'issuer.name': 'the operator’s own company',
  'issuer.address': 'the operator’s own company',
  'issuer.tax_id': 'the operator’s own company',
  'issuer.reference': 'the operator’s own company',
  'person.name': 'the person of the operator who works on a dispute',
}

const SOUNDS_PERSONAL =
  /(^|_)(names?|e?mails?|address(es)?|street|city|town|postcode|phone|contact|recipient|buyer|holder|company|customer|tax_id|reference)(_|$)/

interface Schema {
  readonly [PERSONAL]?: unknown
  readonly type?: string
  readonly enum?: unknown
  readonly const?: unknown
  readonly properties?: Readonly<Record<string, Schema>>
  readonly patternProperties?: Readonly<Record<string, Schema>>
  readonly items?: Schema
  readonly anyOf?: readonly Schema[]
}

const formsOf = (schema: Schema): readonly Schema[] => [schema, ...(schema.anyOf ?? [])]
const isMarked = (schema: Schema): boolean =>
  formsOf(schema).some((form) => form[PERSONAL] !== undefined)

/** Whether it can hold any text; what a code or another object is of is looked at by itself. */
const holdsText = (schema: Schema): boolean =>
  formsOf(schema).some(
    (form) =>
      (form.type === 'string' && form.enum === undefined && form.const === undefined) ||
      (form.items !== undefined && holdsText(form.items)),
  )

interface Member {
  readonly place: string
  readonly name: string
  readonly schema: Schema
}

/** Every member of a schema, with the name of the member that it is in. */
function membersOf(schema: Schema, place: string): Member[] {
  return formsOf(schema).flatMap((form) => [
    ...Object.entries(form.properties ?? {}).flatMap(([name, own]) => [
      { place, name, schema: own },
      ...(isMarked(own) ? [] : membersOf(own, name === 'items' ? place : name)),
    ]),
    ...(form.items ? membersOf(form.items, place) : []),
    ...Object.values(form.patternProperties ?? {}).flatMap((own) => membersOf(own, place)),
    ...(form === schema ? [] : (form.anyOf ?? []).flatMap((own) => membersOf(own, place))),
  ])
}

const seenBySupport = (Object.entries(ROUTES) as [string, Route][]).filter(
  ([, { permission }]) => permission !== 'public' && reachOf(permission, 'support_lead') !== 'none',
)
const members = seenBySupport.flatMap(([id, { success }]) =>
  success.schema ? membersOf(success.schema as Schema, id) : [],
)
const named = members.filter(({ name, schema }) => SOUNDS_PERSONAL.test(name) && holdsText(schema))

it('every member that sounds like a name or an address is marked, or names nobody', () => {
  expect(seenBySupport.length).toBeGreaterThan(70)
  expect(named.length).toBeGreaterThan(80)
  const unmarked = named.filter(({ schema }) => !isMarked(schema))
  const places = new Set(unmarked.map(({ place, name }) => `${place}.${name}`))
  expect([...places].filter((place) => NAMES_NOBODY[place] === undefined)).toEqual([])
  // a place that is gone, or marked by now, would excuse the next one of its name
  expect(Object.keys(NAMES_NOBODY).filter((place) => !places.has(place))).toEqual([])
})

it('marks are where there is text to mask', () => {
  const marked = members.filter(({ schema }) => isMarked(schema))
  expect(marked.length).toBeGreaterThan(40)
  expect(marked.filter(({ schema }) => !holdsText(schema))).toEqual([])
})

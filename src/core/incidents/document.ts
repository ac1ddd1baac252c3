import { type TimeDocument, timeDocument } from '../campaigns/reader.ts'
import type { Texts } from '../campaigns/types.ts'
import type { PlanProblem } from '../funding/plan-reader.ts'
import { formatNanos, type Nanos } from '../money/index.ts'
import type { Instant } from '../time/index.ts'
import { IncidentReader } from './reader.ts'
import { type RemedyDocument, readRemedy, remedyDocument } from './remedy-document.ts'
import type { Incident, IncidentCeilings, IncidentScope } from './types.ts'

/** The file form of an incident, and the API's. */
export interface IncidentDocument {
  readonly id: string
  readonly name: Texts
  readonly currency: string
  readonly scope: ScopeDocument
  readonly remedy: RemedyDocument
  readonly notice?: Texts
  readonly double_remedy?: Incident['doubleRemedy']
  readonly ceilings?: Partial<Readonly<Record<keyof IncidentCeilings, string>>>
}

interface ScopeDocument {
  readonly from: TimeDocument
  readonly until: TimeDocument
  readonly models?: readonly string[]
  readonly outcomes?: readonly string[]
  readonly errors?: { readonly statuses?: readonly number[]; readonly types?: readonly string[] }
  readonly price_books?: readonly string[]
  readonly rules?: readonly string[]
  readonly plans?: readonly string[]
  readonly accounts?: readonly string[]
}

export type ParsedIncident =
  | { readonly ok: true; readonly incident: Incident }
  | { readonly ok: false; readonly problems: readonly PlanProblem[] }

const FIELDS = 'id name currency scope remedy notice double_remedy ceilings'.split(' ')
const SCOPE_FIELDS = 'from until models outcomes errors price_books rules plans accounts'.split(' ')
const CEILINGS = ['total', 'account', 'goodwill'] as const
const STATUSES_MAX = 100

/**
 * Reads the file form of an incident. Nothing is guessed: what is not understood is a problem.
 * `stored`: a document of ours, whose instants stand whatever the time zones are like by now.
 */
export function parseIncident(
  document: unknown,
  options: { readonly stored?: boolean } = {},
): ParsedIncident {
  const reader = new IncidentReader(options.stored ?? false)
  const fields = reader.object(document, '', FIELDS)
  if (!fields) return { ok: false, problems: reader.problems }
  const ceilings = reader.object(fields.ceilings ?? {}, '/ceilings', CEILINGS) ?? {}
  const ceiling = (name: (typeof CEILINGS)[number]): Nanos | null =>
    reader.optionalPositive(ceilings[name], `/ceilings/${name}`)
  const { correction, goodwill } = readRemedy(reader, fields.remedy)
  const incident: Incident = {
    id: reader.incidentId(fields.id, '/id'),
    name: reader.bothTexts(fields.name, '/name'),
    currency: reader.currency(fields.currency, '/currency'),
    scope: readScope(reader, fields.scope),
    correction,
    goodwill,
    notice: fields.notice === undefined ? null : reader.bothTexts(fields.notice, '/notice'),
    doubleRemedy: reader.oneOf(fields.double_remedy ?? 'subtract', '/double_remedy', [
      'subtract',
      'skip',
    ]),
    ceilings: {
      total: ceiling('total'),
      account: ceiling('account'),
      goodwill: ceiling('goodwill'),
    },
  }
  checkTogether(reader, incident)
  return reader.problems.length === 0
    ? { ok: true, incident }
    : { ok: false, problems: reader.problems }
}

function readScope(reader: IncidentReader, value: unknown): IncidentScope {
  const fields = reader.object(value, '/scope', SCOPE_FIELDS) ?? {}
  const from = reader.time(fields.from, '/scope/from').at
  const until = reader.time(fields.until, '/scope/until').at
  if (until <= from) reader.fail('/scope/until', 'incident_ends_first')
  return {
    from,
    until,
    models: reader.some(fields.models, '/scope/models'),
    outcomes: reader.some(fields.outcomes, '/scope/outcomes'),
    errors: readErrors(reader, fields.errors),
    priceBooks: reader.some(fields.price_books, '/scope/price_books'),
    rules: reader.some(fields.rules, '/scope/rules'),
    plans: fields.plans === undefined ? null : reader.plans(fields.plans, '/scope/plans'),
    accounts: reader.accounts(fields.accounts, '/scope/accounts'),
  }
}

function readErrors(reader: IncidentReader, value: unknown): IncidentScope['errors'] {
  if (value === undefined) return null
  const fields = reader.object(value, '/scope/errors', ['statuses', 'types']) ?? {}
  const given = reader.list(fields.statuses ?? [], '/scope/errors/statuses', STATUSES_MAX)
  const statuses = given.map((own, index) =>
    reader.whole(own, `/scope/errors/statuses/${index}`, [100, 599]),
  )
  const types = reader.some(fields.types, '/scope/errors/types') ?? []
  if (statuses.length + types.length === 0) reader.fail('/scope/errors', 'incident_no_error')
  return { statuses, types }
}

/** What no member says alone. */
function checkTogether(reader: IncidentReader, incident: Incident): void {
  const { correction, goodwill, scope } = incident
  if (!correction && !goodwill) reader.fail('/remedy', 'incident_gives_nothing')
  if (correction?.type === 'refund' && correction.of === 'finding' && !scope.rules)
    reader.fail('/remedy/refund/of', 'incident_no_rules')
  if (goodwill && goodwill.claimUntil.at <= scope.from)
    reader.fail('/remedy/goodwill/claim_until', 'incident_claim_first')
}

const listed = <T>(name: string, value: readonly T[] | null) => (value ? { [name]: value } : {})
const errorsDocument = ({ statuses, types }: NonNullable<IncidentScope['errors']>) => ({
  ...(statuses.length > 0 && { statuses }),
  ...(types.length > 0 && { types }),
})
const time = (at: Instant): TimeDocument => timeDocument({ at, local: null, zone: null })

/** The file form again, with defaults written out: reading it gives the same incident. */
export function incidentDocument(incident: Incident): IncidentDocument {
  const { scope, ceilings, notice } = incident
  const set = CEILINGS.filter((name) => ceilings[name] !== null)
  return {
    id: incident.id,
    name: incident.name,
    currency: incident.currency,
    scope: {
      from: time(scope.from),
      until: time(scope.until),
      ...listed('models', scope.models),
      ...listed('outcomes', scope.outcomes),
      ...(scope.errors && { errors: errorsDocument(scope.errors) }),
      ...listed('price_books', scope.priceBooks),
      ...listed('rules', scope.rules),
      ...listed('plans', scope.plans),
      ...listed('accounts', scope.accounts),
    },
    remedy: remedyDocument(incident),
    ...(notice && { notice }),
    double_remedy: incident.doubleRemedy,
    ...(set.length > 0 && {
      ceilings: Object.fromEntries(set.map((name) => [name, formatNanos(ceilings[name]!)])),
    }),
  }
}

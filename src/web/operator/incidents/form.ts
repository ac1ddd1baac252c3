import type { Answer, Body } from '../../../client/index.ts'

export type Incident = Answer<'getIncident'>
export type IncidentDocument = Body<'createIncident'>
type Scope = IncidentDocument['scope']
type Goodwill = NonNullable<IncidentDocument['remedy']['goodwill']>

export const CORRECTIONS = ['charge', 'finding', 'rerate', 'none'] as const
export type Correction = (typeof CORRECTIONS)[number]

/** A document as a person types it: texts, which the server judges. */
export interface IncidentForm {
  readonly id: string
  readonly nameEn: string
  readonly nameJa: string
  readonly currency: string
  readonly from: string
  readonly until: string
  readonly models: string
  readonly outcomes: readonly string[]
  readonly statuses: string
  readonly errorTypes: string
  readonly books: string
  readonly rules: readonly string[]
  readonly plans: string
  readonly accounts: string
  readonly correction: Correction
  readonly book: string
  readonly hasGoodwill: boolean
  readonly goodwillBy: 'percent' | 'tiers'
  readonly percent: string
  readonly max: string
  readonly tiers: string
  readonly claimUntil: string
  readonly expiresDays: string
  readonly position: 'before_windows' | 'after_windows'
  readonly double: 'subtract' | 'skip'
  readonly ceilingTotal: string
  readonly ceilingAccount: string
  readonly ceilingGoodwill: string
  readonly isTold: boolean
  readonly noticeEn: string
  readonly noticeJa: string
}

export const EMPTY_FORM: IncidentForm = {
  id: '',
  nameEn: '',
  nameJa: '',
  currency: 'USD',
  from: '',
  until: '',
  models: '',
  outcomes: [],
  statuses: '',
  errorTypes: '',
  books: '',
  rules: [],
  plans: '',
  accounts: '',
  correction: 'charge',
  book: '',
  hasGoodwill: false,
  goodwillBy: 'percent',
  percent: '100',
  max: '',
  tiers: '',
  claimUntil: '',
  expiresDays: '90',
  position: 'before_windows',
  double: 'subtract',
  ceilingTotal: '',
  ceilingAccount: '',
  ceilingGoodwill: '',
  isTold: false,
  noticeEn: '',
  noticeJa: '',
}

const SECONDS_END = 19

/** An instant as the field for a time takes it, in UTC. */
function fieldTime(time: Scope['from']): string {
  const at = typeof time === 'string' ? time : time.at
  return at === undefined ? '' : new Date(at).toISOString().slice(0, SECONDS_END)
}

const instantOf = (text: string): string => {
  const at = Date.parse(`${text}Z`)
  return Number.isNaN(at) ? text : new Date(at).toISOString()
}

const joined = (values: readonly (string | number)[] | undefined): string =>
  (values ?? []).join(', ')

const parts = (text: string): string[] =>
  text
    .split(/[,\n]/)
    .map((part) => part.trim())
    .filter((part) => part !== '')

export function formOf(document: IncidentDocument): IncidentForm {
  const { scope, remedy, notice, ceilings } = document
  return {
    ...EMPTY_FORM,
    id: document.id,
    nameEn: document.name.en,
    nameJa: document.name.ja,
    currency: document.currency,
    from: fieldTime(scope.from),
    until: fieldTime(scope.until),
    models: joined(scope.models),
    outcomes: scope.outcomes ?? [],
    statuses: joined(scope.errors?.statuses),
    errorTypes: joined(scope.errors?.types),
    books: joined(scope.price_books),
    rules: scope.rules ?? [],
    plans: joined(scope.plans),
    accounts: joined(scope.accounts),
    correction: remedy.rerate ? 'rerate' : remedy.refund ? (remedy.refund.of ?? 'charge') : 'none',
    book: remedy.rerate?.book ?? '',
    ...(remedy.goodwill && goodwillForm(remedy.goodwill)),
    double: document.double_remedy ?? 'subtract',
    ceilingTotal: ceilings?.total ?? '',
    ceilingAccount: ceilings?.account ?? '',
    ceilingGoodwill: ceilings?.goodwill ?? '',
    ...(notice && { isTold: true, noticeEn: notice.en, noticeJa: notice.ja }),
  }
}

const goodwillForm = (own: Goodwill): Partial<IncidentForm> => ({
  hasGoodwill: true,
  goodwillBy: own.tiers ? 'tiers' : 'percent',
  percent: own.percent === undefined ? '' : String(own.percent),
  max: own.max ?? '',
  tiers: (own.tiers ?? []).map(({ loss_from, credit }) => `${loss_from}: ${credit}`).join('\n'),
  claimUntil: fieldTime(own.claim_until),
  expiresDays: String(own.expires_after_days),
  position: own.position ?? 'before_windows',
})

const some = (name: string, values: readonly unknown[]) =>
  values.length > 0 ? { [name]: values } : {}

const given = (name: string, text: string) => (text.trim() === '' ? {} : { [name]: text.trim() })

/** What the form stands for; what is wrong with it is the server's to say. */
export function documentOf(form: IncidentForm): IncidentDocument {
  const errors = {
    ...some('statuses', parts(form.statuses).map(Number)),
    ...some('types', parts(form.errorTypes)),
  }
  const ceilings = {
    ...given('total', form.ceilingTotal),
    ...given('account', form.ceilingAccount),
    ...given('goodwill', form.ceilingGoodwill),
  }
  const document = {
    id: form.id.trim(),
    name: { en: form.nameEn.trim(), ja: form.nameJa.trim() },
    currency: form.currency.trim(),
    scope: {
      from: instantOf(form.from),
      until: instantOf(form.until),
      ...some('models', parts(form.models)),
      ...some('outcomes', form.outcomes),
      ...(Object.keys(errors).length > 0 && { errors }),
      ...some('price_books', parts(form.books)),
      ...some('rules', form.rules),
      ...some('plans', parts(form.plans)),
      ...some('accounts', parts(form.accounts)),
    },
    remedy: remedyOf(form),
    ...(form.isTold && { notice: { en: form.noticeEn.trim(), ja: form.noticeJa.trim() } }),
    double_remedy: form.double,
    ...(Object.keys(ceilings).length > 0 && { ceilings }),
  }
  return document as IncidentDocument
}

function remedyOf(form: IncidentForm): object {
  const { correction } = form
  return {
    ...(correction === 'rerate' && { rerate: { book: form.book.trim() } }),
    ...((correction === 'charge' || correction === 'finding') && { refund: { of: correction } }),
    ...(form.hasGoodwill && { goodwill: goodwillOf(form) }),
  }
}

const goodwillOf = (form: IncidentForm): object => ({
  ...(form.goodwillBy === 'percent'
    ? { percent: Number(form.percent), ...given('max', form.max) }
    : { tiers: form.tiers.split('\n').flatMap(tierOf) }),
  claim_until: instantOf(form.claimUntil),
  expires_after_days: Number(form.expiresDays),
  position: form.position,
})

function tierOf(line: string): readonly object[] {
  const [loss_from = '', credit = ''] = line.split(/[:：]/).map((part) => part.trim())
  return loss_from === '' && credit === '' ? [] : [{ loss_from, credit }]
}

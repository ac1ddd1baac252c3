import type { Body } from '../client/index.ts'
import { usageError } from './exit.ts'
import type { Questions } from './questions.ts'

type Document = Body<'createIncident'>
type Options = Readonly<Record<string, unknown>>

const text = (options: Options, name: string): string | undefined =>
  typeof options[name] === 'string' && options[name] !== '' ? options[name] : undefined

const list = (options: Options, name: string): string[] | undefined =>
  Array.isArray(options[name]) && options[name].length > 0 ? (options[name] as string[]) : undefined

/** What has to be known, the option that says it, and the question for whoever was not told. */
const NEEDED = [
  ['id', '--id', 'Id of the incident (a-z, 0-9, _):'],
  ['nameEn', '--name-en', 'What it is called, in English:'],
  ['nameJa', '--name-ja', 'What it is called, in Japanese:'],
  ['from', '--from', 'First call (2026-03-27T09:00:00Z):'],
  ['until', '--until', 'First instant after it:'],
] as const

/** Completes what the options do not say by asking, where somebody is there to answer. */
export async function askForMissing(options: Options, questions: Questions): Promise<Options> {
  const answers: Record<string, unknown> = { ...options }
  for (const [name, flag, question] of NEEDED) {
    if (text(answers, name) !== undefined) continue
    const answer = questions.isPossible ? await questions.ask(question) : ''
    if (answer === '')
      throw usageError(`${flag} is missing.`, { next: `Say it with ${flag}; nothing was sent.` })
    answers[name] = answer
  }
  return questions.isPossible ? await askForRest(answers, questions) : answers
}

async function askForRest(
  answers: Record<string, unknown>,
  questions: Questions,
): Promise<Options> {
  const isScoped = ['status', 'error', 'outcome', 'model', 'rule', 'priceBook'].some((name) =>
    list(answers, name),
  )
  if (!isScoped) {
    const statuses = await questions.ask('Provider statuses, with commas (empty: any):')
    const types = await questions.ask('In-band error types, with commas (empty: any):')
    answers.status = parts(statuses)
    answers.error = parts(types)
  }
  if (text(answers, 'noticeEn') === undefined) {
    const notice = await questions.ask(
      'What happened, for the accounts, in English (empty: no notice):',
    )
    if (notice !== '') {
      answers.noticeEn = notice
      answers.noticeJa = await questions.ask('The same in Japanese:')
    }
  }
  return answers
}

const parts = (line: string): string[] =>
  line
    .split(',')
    .map((part) => part.trim())
    .filter((part) => part !== '')

/** The document that options and answers stand for; the server says what is wrong with it. */
export function incidentFrom(options: Options): Document {
  const said = (name: string): string => text(options, name) ?? ''
  const noticeEn = text(options, 'noticeEn')
  const document = {
    id: said('id'),
    name: { en: said('nameEn'), ja: said('nameJa') },
    currency: text(options, 'currency') ?? 'USD',
    scope: {
      from: instantIn(said('from')),
      until: instantIn(said('until')),
      ...some('models', list(options, 'model')),
      ...some('outcomes', list(options, 'outcome')),
      ...errorsOf(options),
      ...some('price_books', list(options, 'priceBook')),
      ...some('rules', list(options, 'rule')),
      ...some('plans', list(options, 'plan')),
      ...some('accounts', list(options, 'account')),
    },
    remedy: remedyOf(options),
    ...(noticeEn !== undefined && { notice: { en: noticeEn, ja: said('noticeJa') } }),
    ...(options.skipRemedied === true && { double_remedy: 'skip' as const }),
    ...ceilingsOf(options),
  }
  return document as Document
}

/** A bare date is midnight UTC. */
const instantIn = (value: string): string =>
  /^\d{4}-\d\d-\d\d$/.test(value) ? `${value}T00:00:00Z` : value

const some = (name: string, values: readonly string[] | undefined) =>
  values ? { [name]: values } : {}

function errorsOf(options: Options) {
  const statuses = list(options, 'status')?.map(Number)
  const types = list(options, 'error')
  return statuses || types
    ? { errors: { ...(statuses && { statuses }), ...(types && { types }) } }
    : {}
}

const GOODWILL = ['goodwillPercent', 'goodwillMax', 'expiresAfterDays', 'position'] as const

function remedyOf(options: Options) {
  const rerate = text(options, 'rerate')
  const of = text(options, 'refund') ?? 'charge'
  const until = text(options, 'claimUntil')
  const correction =
    rerate !== undefined
      ? { rerate: { book: rerate } }
      : options.refund === false
        ? {}
        : { refund: { of } }
  if (until === undefined) {
    if (GOODWILL.some((name) => options[name] !== undefined))
      throw usageError('--claim-until is missing.', {
        why: 'Credit is offered, and it is not said until when it can be claimed.',
        next: 'Say it with --claim-until; nothing was sent.',
      })
    return correction
  }
  return {
    ...correction,
    goodwill: {
      percent: Number(options.goodwillPercent ?? 100),
      max: text(options, 'goodwillMax') ?? '0',
      claim_until: instantIn(until),
      expires_after_days: Number(options.expiresAfterDays ?? 90),
      ...(options.position !== undefined && { position: options.position }),
    },
  }
}

function ceilingsOf(options: Options) {
  const given = {
    total: text(options, 'maxTotal'),
    account: text(options, 'maxAccount'),
    goodwill: text(options, 'maxGoodwill'),
  }
  const set = Object.entries(given).filter(([, amount]) => amount !== undefined)
  return set.length > 0 ? { ceilings: Object.fromEntries(set) } : {}
}

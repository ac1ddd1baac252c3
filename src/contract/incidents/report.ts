import type { Static } from 'typebox'
import { formatCount } from '../explain/format.ts'
import type { Language } from '../explain/index.ts'
import { date, money, type Place, placeOf, type Reader, say } from '../explain/place.ts'
import type { IncidentReportSchema } from '../schemas/incidents.ts'
import { reportEn } from './en.ts'
import { reportJa } from './ja.ts'
import type { ReportWords } from './words.ts'

const WORDS: Readonly<Record<Language, ReportWords>> = { en: reportEn, ja: reportJa }

export type ReportFacts = Omit<Static<typeof IncidentReportSchema>, 'markdown'>

/** The report in Markdown: what happened, in numbers, and what was done about it. */
export function reportMarkdown(facts: ReportFacts, reader: Reader): string {
  const { lang } = reader
  const place = placeOf(reader, facts)
  const words = WORDS[lang]
  const lines = [
    `# ${plain(facts.name[lang])}`,
    '',
    ...(facts.happened ? [plain(facts.happened[lang]), ''] : []),
    say(words.period, { from: date(place, facts.from), until: date(place, facts.until) }),
    '',
    `## ${words.impactTitle}`,
    '',
    ...rows(impact(place, words, facts)),
    '',
    `## ${words.doneTitle}`,
    '',
    ...rows(done(place, words, facts)),
    ...(facts.goodwill
      ? ['', `## ${words.goodwillTitle}`, '', ...goodwill(place, words, facts.goodwill)]
      : []),
    '',
    say(words.asOf, { date: date(place, facts.as_of) }),
    '',
  ]
  return lines.join('\n')
}

type Row = readonly [string, string]

const rows = (own: readonly Row[]): string[] => [
  '| | |',
  '| --- | ---: |',
  ...own.map(([name, value]) => `| ${name} | ${value} |`),
]

const count = (place: Place, value: number): string => formatCount(value, place.lang)

const impact = (place: Place, words: ReportWords, facts: ReportFacts): Row[] => [
  [words.calls, count(place, facts.calls)],
  [words.accounts, count(place, facts.accounts)],
  [words.wrong, money(place, facts.wrong)],
]

const done = (place: Place, words: ReportWords, { given_back, ...facts }: ReportFacts): Row[] => [
  [words.givenBefore, money(place, facts.given_before)],
  [words.givenCalls, count(place, given_back.calls)],
  [words.givenAccounts, count(place, given_back.accounts)],
  [words.givenMoney, money(place, given_back.money)],
  [words.givenIncluded, money(place, given_back.included)],
  ...(facts.failed > 0 ? [[words.failed, count(place, facts.failed)] as const] : []),
]

function goodwill(
  place: Place,
  words: ReportWords,
  own: NonNullable<ReportFacts['goodwill']>,
): string[] {
  const terms = { until: date(place, own.claim_until), days: own.expires_after_days }
  return [
    say(words.goodwillTerms, terms),
    '',
    ...rows([
      [words.offered, money(place, own.offered)],
      [words.offeredAccounts, count(place, own.accounts)],
      [words.claimedBy, count(place, own.claimed_by)],
      [words.granted, money(place, own.granted)],
      [words.used, money(place, own.used)],
      [words.expired, money(place, own.expired)],
      [words.outstanding, money(place, own.outstanding)],
    ]),
  ]
}

/** Words of the operator, with nothing that Markdown would take for a sign. */
const plain = (text: string): string => text.replace(/[\\`*_{}[\]<>#|]/g, '\\$&')

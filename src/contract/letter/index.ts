import type { Finding } from '../../core/audit/index.ts'
import { formatNanos, type Nanos, ZERO } from '../../core/money/index.ts'
import { formatInstant, type Instant } from '../../core/time/index.ts'
import { fill } from '../explain/format.ts'
import { letterEn } from './en.ts'
import { letterJa } from './ja.ts'
import type { ClaimedRule, LetterWords } from './words.ts'

export const LETTER_LANGUAGES = ['en', 'ja'] as const
export type LetterLanguage = (typeof LETTER_LANGUAGES)[number]

const WORDS: Readonly<Record<LetterLanguage, LetterWords>> = { en: letterEn, ja: letterJa }

/** What a letter is written from: facts only, so that every language says the same. */
export interface LetterFacts {
  readonly findings: readonly Finding[]
  readonly calls: number
  readonly charges: number
  readonly period: { readonly from: Instant; readonly to: Instant } | null
  /** Ids of the price books by which the right amounts were reckoned. */
  readonly books: readonly string[]
}

const isOver = ({ difference }: Finding): boolean => difference > ZERO
const isSure = ({ confidence }: Finding): boolean => confidence === 'certain'

/** A letter to whoever sent the bill, in Markdown, with a line of evidence for each call. */
export function disputeLetter(language: LetterLanguage, facts: LetterFacts): string {
  const words = WORDS[language]
  const over = facts.findings.filter(isOver)
  const sure = over.filter(isSure)
  const doubtful = over.filter((own) => !isSure(own))
  const period = {
    from: facts.period ? dayOf(facts.period.from) : '-',
    to: facts.period ? dayOf(facts.period.to) : '-',
  }
  const { calls, charges } = facts
  const lines = [
    `# ${words.title}`,
    words.greeting,
    fill(words.opening, { calls, charges, ...period }),
    ...(sure.length > 0 ? [fill(words.claim, { amount: sumsOf(sure) })] : []),
    ...(doubtful.length > 0
      ? [fill(words.doubtful, { amount: sumsOf(doubtful), count: doubtful.length })]
      : []),
    ...(over.length === 0 ? [words.nothing] : []),
    ...partOf(words, words.claimed, sure),
    ...partOf(words, words.toCheck, doubtful),
    fill(words.method, { books: facts.books.join(', ') }),
    ...(over.length > 0 ? [words.asked] : []),
    words.closing,
  ]
  return `${lines.join('\n\n')}\n`
}

function partOf(words: LetterWords, title: string, findings: readonly Finding[]): string[] {
  if (findings.length === 0) return []
  const rules = new Map<ClaimedRule, Finding[]>()
  for (const own of findings) {
    const rule = claimedRule(own, words)
    rules.set(rule, [...(rules.get(rule) ?? []), own])
  }
  const parts = [...rules].map(([rule, own]) =>
    [
      `### ${words.faults[rule]}`,
      fill(words.faultSum, { count: own.length, amount: sumsOf(own) }),
      tableOf(words, own),
    ].join('\n\n'),
  )
  return [`## ${title}`, ...parts]
}

const claimedRule = ({ rule }: Finding, { faults }: LetterWords): ClaimedRule =>
  rule in faults ? (rule as ClaimedRule) : 'otherwise'

function tableOf({ columns }: LetterWords, findings: readonly Finding[]): string {
  const row = (cells: readonly string[]): string => `| ${cells.join(' | ')} |`
  const rows = findings.map((own) =>
    row([
      cell(own.calls[0] ?? String(own.evidence.charge ?? '')),
      formatInstant(own.at).replace('T', ' ').replace('Z', ''),
      amountOf(own.posted, own.currency),
      amountOf(own.expected, own.currency),
      amountOf(own.difference, own.currency),
      cell(String(own.evidence.source ?? '')),
    ]),
  )
  return [row(columns), row(columns.map(() => '---')), ...rows].join('\n')
}

/** Ids come from files of others: nothing of them may become layout. */
const cell = (text: string): string =>
  text.replace(/\p{Cc}/gu, ' ').replace(/[\\|`*_<>[\]]/g, '\\$&')

const amountOf = (amount: Nanos | null, currency: string): string =>
  amount === null ? '-' : `${currency} ${formatNanos(amount)}`

/** One sum for each currency. */
function sumsOf(findings: readonly Finding[]): string {
  const sums = new Map<string, bigint>()
  for (const { currency, difference } of findings)
    sums.set(currency, (sums.get(currency) ?? 0n) + difference)
  return [...sums].map(([currency, sum]) => amountOf(sum as Nanos, currency)).join(', ')
}

const dayOf = (at: Instant): string => formatInstant(at).slice(0, 10)

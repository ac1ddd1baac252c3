import {
  BOOK_FAULTS,
  DOCUMENT_FAULTS,
  type FaultWords,
  fillWords,
  type Told,
  type ValuesFor,
} from '../../core/faults/index.ts'
import { BILL_FAULTS } from './bill-faults.ts'
import { REQUEST_FAULTS } from './fault-words.ts'
import { JA_BILL_FAULTS } from './ja-bill-faults.ts'
import { JA_BOOK_FAULTS } from './ja-book-faults.ts'
import { JA_DOCUMENT_FAULTS } from './ja-document-faults.ts'
import { JA_REQUEST_FAULTS } from './ja-fault-words.ts'
import { type SchemaFault, schemaFaultText } from './schema-faults.ts'

type Lang = 'en' | 'ja'

const SEE_BOOK = {
  en: 'See `PriceBookDocument` in /openapi.json.',
  ja: '/openapi.json の `PriceBookDocument` を参照してください。',
} as const
const ASK_AGAIN = {
  en: 'Ask the provider for the report again as it says here; nothing of the file was kept.',
  ja: 'ここにあるとおりに、プロバイダーからレポートを取得し直してください。ファイルの内容は何も保存されていません。',
} as const

/** Messages that share what to do about them. */
const withFix = <Code extends string, Fix extends string>(
  messages: Readonly<Record<Code, string>>,
  fix: Fix,
): Readonly<Record<Code, FaultWords>> => {
  const rows = Object.entries<string>(messages).map(([code, message]) => [code, [message, fix]])
  return Object.fromEntries(rows) as Readonly<Record<Code, FaultWords>>
}

type Codes = typeof REQUEST_FAULTS &
  typeof DOCUMENT_FAULTS &
  typeof BOOK_FAULTS &
  typeof BILL_FAULTS
export type FaultCode = keyof Codes

/** Exhaustive in both languages: a fault does not compile without its Japanese. */
export const FAULT_TEMPLATES: Readonly<Record<Lang, Readonly<Record<FaultCode, FaultWords>>>> = {
  en: {
    ...REQUEST_FAULTS,
    ...DOCUMENT_FAULTS,
    ...withFix(BOOK_FAULTS, SEE_BOOK.en),
    ...withFix(BILL_FAULTS, ASK_AGAIN.en),
  },
  ja: {
    ...JA_REQUEST_FAULTS,
    ...JA_DOCUMENT_FAULTS,
    ...withFix(JA_BOOK_FAULTS, SEE_BOOK.ja),
    ...withFix(JA_BILL_FAULTS, ASK_AGAIN.ja),
  },
}

/** What is wrong with something that was given, where, as a code: `faultText` says it to people. */
export interface Fault {
  /** The part of the request and a JSON pointer into it: `body/windows/0/capacity`. */
  readonly location: string
  readonly told: Told<FaultCode> | SchemaFault
}

/** A fault of a code, with exactly the values that its words name. */
export const faultAt = <Code extends FaultCode>(
  location: string,
  code: Code,
  ...values: ValuesOfFault<Code>
): Fault => ({ location, told: { code, values: values[0] ?? {} } })

export type ValuesOfFault<Code extends FaultCode> = ValuesFor<Codes[Code]>

/** A fault as it is sent: what is wrong, where, and how to correct it. */
export interface FaultText {
  readonly location: string
  readonly message: string
  readonly fix: string
}

/** The one place where a fault becomes text. */
export function faultText({ location, told }: Fault, lang: Lang): FaultText {
  if (told.code === 'schema') return { location, ...schemaFaultText(told, lang) }
  const [message, fix] = FAULT_TEMPLATES[lang][told.code]
  return {
    location,
    message: fillWords(message, told.values),
    fix: fillWords(fix, told.values),
  }
}

export const faultTexts = (faults: readonly Fault[], lang: Lang): FaultText[] =>
  faults.map((fault) => faultText(fault, lang))

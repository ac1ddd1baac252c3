import Type from 'typebox'
import { LANGUAGES } from '../explain/words.ts'

/** The forms in which documents can be read. */
export const DOCUMENT_TYPES = {
  json: 'application/json',
  csv: 'text/csv',
  pdf: 'application/pdf',
} as const
export type DocumentFormat = keyof typeof DOCUMENT_TYPES

const format = <const F extends DocumentFormat>(...formats: readonly F[]) =>
  Type.Optional(
    Type.Enum([...formats], {
      description: 'Instead of what `Accept` asks for; `json` unless told.',
    }),
  )

/** Of what can be printed. */
export const paperForms = {
  format: format('json', 'csv', 'pdf'),
  lang: Type.Optional(
    Type.Enum([...LANGUAGES], {
      description: 'Of the PDF; `en` unless told. A CSV in `ja` begins with a byte order mark.',
    }),
  ),
}
export const PAPER_TYPES = [DOCUMENT_TYPES.csv, DOCUMENT_TYPES.pdf]

/** Of lists for spreadsheets. */
export const tableForms = { format: format('json', 'csv') }
export const TABLE_TYPES = [DOCUMENT_TYPES.csv]

/** Of the file that proves a statement: lines of JSON. */
export const PROOF_TYPE = 'application/x-ndjson'

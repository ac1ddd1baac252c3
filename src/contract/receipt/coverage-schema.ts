import Type from 'typebox'
import { PRINTABLE } from '../printable.ts'

const TEXT_MAX = 500
const LANGUAGES_MAX = 8

/** The operator's text in other languages; said to who reads one of them. */
export const TranslationsSchema = Type.Record(
  Type.String(),
  Type.String({ minLength: 1, maxLength: TEXT_MAX, pattern: PRINTABLE }),
  {
    maxProperties: LANGUAGES_MAX,
    description: 'By language tag, such as `ja` or `pt-BR`; other readers get the plain text.',
    examples: [{ ja: '高速モードはプランに含まれません。' }],
  },
)

export const CoverageFactsSchema = Type.Object(
  {
    effect: Type.String(),
    reason: Type.Union([Type.String(), Type.Null()]),
    reasons: Type.Optional(TranslationsSchema),
  },
  {
    additionalProperties: false,
    description: 'What the plan said of the call, in the words of then.',
  },
)

import Type from 'typebox'
import { LANGUAGES } from '../explain/words.ts'
import { AccountId, accountPage, Cursor, Limit, strict } from '../schemas/primitives.ts'
import { StatementListedSchema, StatementSchema } from '../schemas/statements.ts'
import { route } from './route.ts'

const tag = 'Statements'
export const DOCUMENT_TYPES = {
  json: 'application/json',
  csv: 'text/csv',
  pdf: 'application/pdf',
} as const
export type DocumentFormat = keyof typeof DOCUMENT_TYPES

const Format = Type.Enum(Object.keys(DOCUMENT_TYPES) as DocumentFormat[], {
  description: 'Instead of what `Accept` asks for; `json` unless told.',
})
const Lang = Type.Enum([...LANGUAGES], { description: 'Of PDF and CSV; `en` unless told.' })
const forms = { format: Type.Optional(Format), lang: Type.Optional(Lang) }
const OTHER_FORMS = [DOCUMENT_TYPES.csv, DOCUMENT_TYPES.pdf]

export const statementRoutes = {
  listStatements: route({
    method: 'GET',
    path: '/v1/accounts/{account_id}/statements',
    permission: 'money_read',
    idempotency: 'none',
    tag,
    summary: 'List closed statements',
    description: 'The latest first. The cycle that is open has a preview: `…/statements/open`.',
    params: Type.Object({ account_id: AccountId }, strict),
    query: Type.Object({ cursor: Type.Optional(Cursor), limit: Type.Optional(Limit) }, strict),
    success: {
      status: 200,
      description: 'Closed statements.',
      schema: accountPage(StatementListedSchema, 'A page of statements.'),
    },
    problems: ['account_unknown', 'cursor_invalid'],
  }),
  getStatement: route({
    method: 'GET',
    path: '/v1/accounts/{account_id}/statements/{statement_number}',
    permission: 'money_read',
    idempotency: 'none',
    tag,
    summary: 'Read a statement',
    description:
      'As JSON, CSV or PDF, by `format` or by the `Accept` header. `open` is the cycle that runs, as it stands now.',
    params: Type.Object(
      {
        account_id: AccountId,
        statement_number: Type.String({
          pattern: '^(open|[1-9][0-9]{0,6})$',
          description: 'A number, or `open`.',
          examples: ['1', 'open'],
        }),
      },
      strict,
    ),
    query: Type.Object(forms, strict),
    success: {
      status: 200,
      description: 'The statement.',
      schema: StatementSchema,
      otherTypes: OTHER_FORMS,
    },
    problems: ['account_unknown', 'statement_unknown'],
  }),
} as const

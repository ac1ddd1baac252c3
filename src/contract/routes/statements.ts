import Type from 'typebox'
import { AccountId, accountPage, Cursor, Limit, strict } from '../schemas/primitives.ts'
import { StatementListedSchema, StatementSchema } from '../schemas/statements.ts'
import { PAPER_TYPES, PROOF_TYPE, paperForms } from './forms.ts'
import { route } from './route.ts'

const tag = 'Statements'
const OfStatement = Type.Object(
  {
    account_id: AccountId,
    statement_number: Type.String({
      pattern: '^(open|[1-9][0-9]{0,6})$',
      description: 'A number, or `open`.',
      examples: ['1', 'open'],
    }),
  },
  strict,
)

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
    params: OfStatement,
    query: Type.Object(paperForms, strict),
    success: {
      status: 200,
      description: 'The statement.',
      schema: StatementSchema,
      otherTypes: PAPER_TYPES,
    },
    problems: ['account_unknown', 'statement_unknown', 'names_masked'],
  }),
  getStatementProof: route({
    method: 'GET',
    path: '/v1/accounts/{account_id}/statements/{statement_number}/proof',
    permission: 'money_read',
    idempotency: 'none',
    tag,
    summary: 'Export a statement so that anybody can check it offline',
    description:
      'Lines of JSON: the statement, what it begins with, the price books, the journal entries byte for byte, their place in the log of sealed heads, a checkpoint and a signature. `everycent verify-statement` computes all of it once more, without this server.',
    params: OfStatement,
    success: { status: 200, description: 'The file.', contentType: PROOF_TYPE },
    problems: [
      'account_unknown',
      'statement_unknown',
      'names_masked',
      'sealing_off',
      'head_not_sealed',
    ],
  }),
} as const

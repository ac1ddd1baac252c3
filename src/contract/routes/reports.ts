import Type from 'typebox'
import { strict, Timestamp } from '../schemas/primitives.ts'
import { BreakageSchema, JapanReportSchema, LiabilitySchema } from '../schemas/reports.ts'
import { TABLE_TYPES, tableForms } from './forms.ts'
import { route } from './route.ts'

const report = {
  method: 'GET',
  permission: 'operator',
  idempotency: 'none',
  tag: 'Reports',
} as const

export const reportRoutes = {
  getLiability: route({
    ...report,
    path: '/v1/reports/liability',
    summary: 'Report credit outstanding, by currency and expiry month',
    description: 'From the postings alone, as of any moment of the past. As JSON or CSV.',
    query: Type.Object(
      {
        as_of: Type.Optional({
          ...Timestamp,
          description: 'After this moment nothing counts; now unless told.',
        }),
        ...tableForms,
      },
      strict,
    ),
    success: {
      status: 200,
      description: 'What was outstanding.',
      schema: LiabilitySchema,
      otherTypes: TABLE_TYPES,
    },
    problems: [],
  }),
  getBreakage: route({
    ...report,
    path: '/v1/reports/breakage',
    summary: 'Report credit that ended unused, by month',
    description: 'The last twelve months unless told. As JSON or CSV.',
    query: Type.Object(
      {
        from: Type.Optional({ ...Timestamp, description: 'Not before.' }),
        to: Type.Optional({ ...Timestamp, description: 'Before; not part of the interval.' }),
        ...tableForms,
      },
      strict,
    ),
    success: {
      status: 200,
      description: 'What ended.',
      schema: BreakageSchema,
      otherTypes: TABLE_TYPES,
    },
    problems: [],
  }),
  getJapanReport: route({
    ...report,
    path: '/v1/reports/japan_prepaid',
    summary: 'Report unused paid credit at a Japanese base date',
    description:
      'Payment Services Act: 31 March and 30 September. Not legal advice. As JSON or CSV.',
    query: Type.Object(
      {
        base_date: Type.Optional(
          Type.String({
            pattern: '^2[0-9]{3}-(03-31|09-30)$',
            description: 'The last one unless told.',
            examples: ['2027-03-31'],
          }),
        ),
        ...tableForms,
      },
      strict,
    ),
    success: {
      status: 200,
      description: 'The balance at the end of that day in Japan.',
      schema: JapanReportSchema,
      otherTypes: TABLE_TYPES,
    },
    problems: [],
  }),
} as const

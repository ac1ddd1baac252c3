import Type from 'typebox'
import { Amount, AsOf, CurrencyCode, nullable, strict } from './primitives.ts'

const Month = Type.String({ pattern: '^\\d{4}-\\d\\d$', description: 'Calendar month (UTC).' })
const Lots = Type.Integer({ minimum: 0, description: 'How many lots.' })
const Category = Type.Enum(['paid', 'promotional'])

export const LiabilitySchema = Type.Object(
  {
    items: Type.Array(
      Type.Object(
        {
          currency: CurrencyCode,
          category: Category,
          expires: nullable({
            ...Month,
            description: 'Month (UTC) in which it ends; null: never.',
          }),
          lots: Lots,
          amount: Amount,
        },
        strict,
      ),
    ),
    totals: Type.Array(
      Type.Object({ currency: CurrencyCode, paid: Amount, promotional: Amount }, strict),
    ),
    as_of: AsOf,
  },
  { ...strict, description: 'Credit that accounts could still use.' },
)

export const BreakageSchema = Type.Object(
  {
    items: Type.Array(
      Type.Object(
        {
          month: Month,
          currency: CurrencyCode,
          category: Category,
          why: Type.Enum(['expired', 'taken_back']),
          lots: Lots,
          amount: Amount,
        },
        strict,
      ),
    ),
    as_of: AsOf,
  },
  { ...strict, description: 'Credit that ended unused.' },
)

export const JapanReportSchema = Type.Object(
  {
    base_date: Type.String({ description: '31 March or 30 September.', examples: ['2027-03-31'] }),
    threshold: { ...Amount, description: 'In yen: above it, a notice and a deposit are due.' },
    unused: { ...Amount, description: 'What counts, in yen.' },
    exceeds: Type.Boolean(),
    deposit_at_least: { ...Amount, description: 'Half of what counts, where it exceeds.' },
    items: Type.Array(
      Type.Object(
        {
          currency: CurrencyCode,
          standing: Type.Enum([
            'counted',
            'other_currency',
            'valid_less_than_six_months',
            'promotional',
          ]),
          lots: Lots,
          amount: { ...Amount, description: 'Unused, at face value.' },
          paid: { ...Amount, description: 'Its share of the price that was paid.' },
        },
        strict,
      ),
    ),
    says: Type.Array(Type.String(), { description: 'What is counted and what is not.' }),
    as_of: { ...AsOf, description: 'The end of the base date in Japan.' },
  },
  { ...strict, description: 'Unused balance of prepaid instruments at a base date.' },
)

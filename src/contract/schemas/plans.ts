import Type from 'typebox'
import { OUTCOMES, type OutcomeCode } from '../../core/decisions/commands.ts'
import { PLAN_SEATS_MAX } from '../../core/funding/plan-billing.ts'
import {
  PLAN_COVERAGE_MAX,
  PLAN_VERSION_MAX,
  PLAN_WINDOWS_MAX,
  SCOPE_LIST_MAX,
} from '../../core/funding/plan-document.ts'
import { PLAN_PERIODS } from '../../core/funding/types.ts'
import { PRINTABLE } from '../printable.ts'
import { TranslationsSchema } from '../receipt/coverage-schema.ts'
import { AmountIn, CurrencyCode, Name, PlanId, printable, strict, Timestamp } from './primitives.ts'

const names = (description: string) =>
  Type.Array(printable(200, description), { minItems: 1, maxItems: SCOPE_LIST_MAX })

export const ScopeSchema = Type.Object(
  {
    models: Type.Optional(names('Model id; may end in `*`.')),
    features: Type.Optional(names('Feature of the request, such as `fast`.')),
    clients: Type.Optional(names('Client, such as `third_party`.')),
  },
  {
    ...strict,
    title: 'Scope',
    description:
      'Every stated member must match; within one, a single hit is enough. `{}` matches every call.',
  },
)

const WindowDocumentSchema = Type.Object(
  {
    id: PlanId,
    shape: Type.Enum(['anchored', 'calendar'], {
      description:
        '`anchored` opens with the first admitted call; `calendar` repeats from the account’s anchor.',
    }),
    length: Type.String({
      maxLength: 40,
      pattern: PRINTABLE,
      description: 'ISO 8601 duration.',
      examples: ['PT5H', 'P7D', 'P1M'],
    }),
    scope: Type.Optional(ScopeSchema),
    capacity: Type.Optional({
      ...AmountIn,
      description: 'Either this or `capacity_per_seat`.',
    }),
    capacity_per_seat: Type.Optional({
      ...AmountIn,
      description: 'The window holds it as often as the account has seats.',
    }),
  },
  { ...strict, description: 'Included usage in list-price units of the plan’s currency.' },
)

const CoverageDocumentSchema = Type.Object(
  {
    when: ScopeSchema,
    effect: Type.Enum(['covered', 'credits_only', 'blocked']),
    reason: printable(
      500,
      'Shown on receipts and blocks, also in languages without words of their own.',
    ),
    reasons: Type.Optional(TranslationsSchema),
  },
  strict,
)

const Payer = Type.Optional(Type.Enum(['delivered', 'nothing']))
const OutcomeRows = Object.fromEntries(OUTCOMES.map((code) => [code, Payer])) as Record<
  OutcomeCode,
  typeof Payer
>

export const PlanDocumentSchema = Type.Object(
  {
    id: PlanId,
    version: Type.Optional(
      Type.Integer({
        minimum: 1,
        maximum: PLAN_VERSION_MAX,
        description: 'Absent: the next version of this plan.',
      }),
    ),
    name: Name,
    currency: CurrencyCode,
    windows: Type.Array(WindowDocumentSchema, { maxItems: PLAN_WINDOWS_MAX }),
    coverage: Type.Array(CoverageDocumentSchema, {
      maxItems: PLAN_COVERAGE_MAX,
      description: 'The first rule that matches decides; a call that none matches is covered.',
    }),
    crossing: Type.Optional(
      Type.Enum(['finish', 'clamp'], {
        description:
          'A covered call that exceeds its windows where no money can follow: let it finish (default), or clamp it before it begins.',
      }),
    ),
    unpriced: Type.Optional(
      Type.Enum(['deliver', 'refuse'], {
        description: 'A call without a price: delivered and priced later (default), or refused.',
      }),
    ),
    outcomes: Type.Optional(
      Type.Object(OutcomeRows, {
        ...strict,
        description: 'Who pays for an outcome, where it differs from the default policy.',
      }),
    ),
    price: Type.Optional({
      ...AmountIn,
      description: 'The fee of a period, tax excluded; absent: none.',
    }),
    period: Type.Optional(Type.Enum([...PLAN_PERIODS], { description: '`P1M` unless told.' })),
    seats: Type.Optional(
      Type.Object(
        {
          min: Type.Integer({ minimum: 1, maximum: PLAN_SEATS_MAX }),
          max: Type.Integer({ minimum: 1, maximum: PLAN_SEATS_MAX }),
          price_each: { ...AmountIn, description: 'A period, tax excluded.' },
        },
        strict,
      ),
    ),
    billing: Type.Optional(
      Type.Enum(['prepaid', 'invoiced'], {
        description: '`prepaid` (default): paid before the period; `invoiced`: owed.',
      }),
    ),
    fallback: Type.Optional({
      ...PlanId,
      description: 'The free plan that an account falls to when this one ends.',
    }),
    grace: Type.Optional(
      Type.String({
        maxLength: 40,
        pattern: PRINTABLE,
        description: 'How long a fee may stay unpaid, ISO 8601; `P7D` unless told.',
        examples: ['P7D'],
      }),
    ),
  },
  {
    ...strict,
    title: 'PlanDocument',
    description: 'A plan: windows, coverage and controls. A version never changes.',
  },
)

export const PlanSchema = Type.Object(
  {
    plan: Type.String({ description: 'Plan and version.', examples: ['pro@3'] }),
    plan_id: PlanId,
    version: Type.Integer({ minimum: 1 }),
    status: Type.Enum(['draft', 'published', 'retired']),
    created_at: Timestamp,
    document: PlanDocumentSchema,
    says: Type.Array(Type.String(), {
      description: 'The offer in sentences: fee, windows, coverage.',
    }),
  },
  strict,
)

export const PlanStatusSchema = Type.Enum(['draft', 'published', 'retired'])

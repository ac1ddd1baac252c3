import Type from 'typebox'
import { RELOAD_WAITS } from '../../core/decisions/reload-due.ts'
import { RELOAD_OUTCOMES } from '../../core/ledger/entry.ts'
import { LANGUAGES } from '../explain/index.ts'
import { PRINTABLE } from '../printable.ts'
import {
  AccountId,
  Amount,
  AmountIn,
  AsOf,
  CurrencyCode,
  Cursor,
  Limit,
  nullable,
  page,
  printable,
  Reference,
  Seq,
  strict,
  Timestamp,
} from './primitives.ts'
import { AutoReloadFactsSchema } from './purchase-facts.ts'
import { ActorSchema } from './team.ts'

export const MethodId = { ...Reference, description: 'Payment method id.' }
export const PurchaseId = { ...Reference, description: 'Purchase id.' }
export const ConsentSchema = Type.Object(
  {
    text: Type.String({
      minLength: 1,
      maxLength: 4_000,
      description: 'The sentence of the preview, exactly as it was shown.',
    }),
    locale: Type.Enum([...LANGUAGES]),
    version: Type.String({ maxLength: 32, pattern: PRINTABLE }),
  },
  strict,
)
export const Sentences = Type.Object(
  { en: Type.String(), ja: Type.String() },
  { ...strict, description: 'What to show before money moves.' },
)

export const MethodSchema = Type.Object(
  {
    method_id: Type.String(),
    brand: Type.String(),
    last4: Type.String(),
    exp_month: Type.Integer(),
    exp_year: Type.Integer(),
    country: nullable(Type.String()),
    created_at: Timestamp,
  },
  { ...strict, description: 'A saved card: what is needed to recognise it, never its number.' },
)
export const MethodListSchema = Type.Object(
  { items: Type.Array(MethodSchema), as_of: AsOf },
  strict,
)
export const MethodHistorySchema = Type.Object(
  {
    items: Type.Array(
      Type.Object(
        {
          method_id: Type.String(),
          brand: Type.String(),
          last4: Type.String(),
          change: Type.Enum(['added', 'chosen', 'removed']),
          at: Timestamp,
          actor: ActorSchema,
        },
        strict,
      ),
    ),
    as_of: AsOf,
  },
  { ...strict, description: 'Who did what to cards, when and from where.' },
)
const TestCardSchema = Type.Object(
  {
    method_ref: Type.String({ description: 'Save it with `POST …/payment_methods`.' }),
    brand: Type.String(),
    last4: Type.String(),
    country: Type.String(),
    behaviour: Type.Enum(['works', 'declines', 'insufficient_funds', 'authenticates', 'disputed'], {
      description: 'What becomes of charges to it.',
    }),
  },
  { ...strict, description: 'A card of the simulated processor: no money moves.' },
)
export const HostedSetupSchema = Type.Object(
  {
    setup_ref: nullable(Type.String({ description: 'Finish with it, when the person is back.' })),
    url: nullable(
      Type.String({
        description: 'The processor’s own page; `null`: it has none, choose a test card.',
      }),
    ),
    test_cards: Type.Array(TestCardSchema),
  },
  strict,
)
export const SetupRef = Type.String({
  pattern: '^[A-Za-z0-9_]{1,255}$',
  description: 'Of the processor’s page, as the return address has it.',
})
export const SetupSchema = Type.Object(
  { setup_ref: Type.String(), client_secret: Type.String() },
  { ...strict, description: 'For the processor’s own form in the browser.' },
)
export const AddMethodSchema = Type.Object(
  { method_ref: printable(200, 'The method at the payment processor, as its form gives it.') },
  strict,
)

export const PurchaseWishSchema = Type.Object(
  {
    amount: Type.Optional({ ...AmountIn, description: 'Credit to buy, tax excluded.' }),
    bundle_id: Type.Optional(Reference),
    method_id: Type.Optional(MethodId),
  },
  { ...strict, description: 'An amount or a bundle; the default card unless one is named.' },
)

const bought = {
  currency: CurrencyCode,
  face: { ...Amount, description: 'Credit.' },
  price: { ...Amount, description: 'Tax excluded.' },
  tax: Amount,
  total: { ...Amount, description: 'What the card is charged.' },
  method_id: Type.String(),
  lot: Type.Object(
    { name: Type.String(), origin: Type.String(), expires_at: nullable(Timestamp) },
    strict,
  ),
  policy: Type.String({ description: 'The jurisdiction’s row that it is made under: `DE@1`.' }),
  bundle: nullable(
    Type.Object(
      {
        id: Type.String(),
        list: nullable(Type.String({ description: 'The list it was sold from: `USD@1`.' })),
      },
      { ...strict, description: 'The bundle that was bought, if one was.' },
    ),
  ),
  tax_rate: Type.String(),
  withdrawal_until: nullable(Timestamp),
}

export const PurchasePreviewSchema = Type.Object(
  {
    preview_id: Type.String(),
    account_id: AccountId,
    expires_at: Timestamp,
    ...bought,
    sentence: Sentences,
  },
  strict,
)
export const ConfirmSchema = Type.Object({ preview_id: Reference }, strict)

export const TestBankSchema = Type.Object(
  { approve: Type.Boolean({ description: 'What the bank’s customer says there.' }) },
  strict,
)

const RefundSchema = Type.Object(
  {
    refund_id: Type.String(),
    phase: Type.Enum(['started', 'taken', 'paid', 'failed']),
    price: Amount,
    tax: Amount,
    total: Amount,
    failure: nullable(Type.String()),
    created_at: Timestamp,
  },
  { ...strict, description: '`taken`: the credit is back; `paid`: so is the money.' },
)

export const PURCHASE_KINDS = ['top_up', 'bundle', 'auto_reload', 'fee'] as const
export const PURCHASE_STATUSES = [
  'started',
  'processing',
  'action_required',
  'charged',
  'credited',
  'returned',
  'failed',
] as const

export const PurchaseSchema = Type.Object(
  {
    payment_id: Type.String(),
    account_id: AccountId,
    kind: Type.Enum([...PURCHASE_KINDS]),
    status: Type.Enum([...PURCHASE_STATUSES], {
      description:
        'Credit is there, and a fee is paid, when it is `credited`, never before. `returned`: the fee went back to the card, since its order was refused.',
    }),
    lot_id: nullable(Type.String({ description: '`null`: a fee makes no credit.' })),
    ...bought,
    lot: nullable(bought.lot),
    plan: nullable(Type.String({ description: 'Of a fee: the plan.' })),
    failure: nullable(Type.String({ description: 'The code of the decline.' })),
    action_url: nullable(Type.String({ description: 'Where the buyer authenticates.' })),
    created_at: Timestamp,
    refunds: Type.Array(RefundSchema),
  },
  strict,
)
export const PurchaseListSchema = page(PurchaseSchema, 'A page of purchases.')
export const PurchaseQuerySchema = Type.Object(
  {
    kind: Type.Optional(Type.Enum([...PURCHASE_KINDS], { description: 'Only those.' })),
    status: Type.Optional(Type.Enum([...PURCHASE_STATUSES], { description: 'Only those.' })),
    cursor: Type.Optional(Cursor),
    limit: Type.Optional(Limit),
  },
  strict,
)

const Basis = Type.Optional(
  Type.Enum(['withdrawal', 'operator'], {
    description:
      '`withdrawal` (default): as the law of the purchase allows; `operator`: at any time.',
  }),
)
export const RefundWishSchema = Type.Object(
  { basis: Basis, reason: Type.Optional(printable(200, 'Why.')) },
  strict,
)
export const RefundPreviewSchema = Type.Object(
  {
    payment_id: Type.String(),
    face: { ...Amount, description: 'Unused credit that goes.' },
    price: Amount,
    tax: Amount,
    total: { ...Amount, description: 'What is paid back.' },
    as_of: AsOf,
    seq: Seq,
  },
  strict,
)

const termsIn = {
  trigger_below: AmountIn,
  amount: Type.Optional({ ...AmountIn, description: 'Bought each time; or give `target`.' }),
  target: Type.Optional({ ...AmountIn, description: 'The balance to reload to.' }),
  max_per_day: { ...AmountIn, description: 'In a UTC day, tax included.' },
  max_per_month: { ...AmountIn, description: 'In a calendar month, tax included.' },
  method_id: Type.Optional(MethodId),
}
export const ReloadTermsSchema = Type.Object(termsIn, strict)
export const SetReloadSchema = Type.Object(
  {
    ...termsIn,
    consent: ConsentSchema,
    if_consent_seq: Type.Optional(
      nullable(
        Type.Integer({
          minimum: 1,
          description:
            'The `consent_seq` that was seen; `null`: it was off. Where it is another one by now, nothing is set.',
        }),
      ),
    ),
  },
  strict,
)

const Simulated = Type.Object(
  { at: Timestamp, balance: Amount, net: Amount, tax: Amount, total: Amount },
  strict,
)
export const ReloadPreviewSchema = Type.Object(
  {
    terms: AutoReloadFactsSchema,
    sentence: Sentences,
    sentence_version: Type.String(),
    last_30_days: Type.Object(
      {
        reloads: Type.Array(Simulated),
        total: Amount,
        held_back: Type.Object(
          {
            too_soon: Type.Integer(),
            day_limit: Type.Integer(),
            month_limit: Type.Integer(),
          },
          strict,
        ),
        refused_calls: Type.Integer({ description: 'Calls refused for want of funds.' }),
      },
      { ...strict, description: 'What these terms would have charged.' },
    ),
    as_of: AsOf,
    seq: Seq,
  },
  strict,
)

export const ReloadSchema = Type.Object(
  {
    account_id: AccountId,
    terms: nullable(AutoReloadFactsSchema),
    consent_seq: nullable(Type.Integer({ description: 'The journal entry of the consent.' })),
    stopped: nullable(
      Type.Object({ reason: Type.Enum([...RELOAD_OUTCOMES]), at: Timestamp }, strict),
    ),
    paused_at: nullable({
      ...Timestamp,
      description: 'Since when its owner lets it rest. Terms and consent stay; nothing is charged.',
    }),
    balance: Amount,
    due: Type.Boolean(),
    waits_for: nullable(Type.Enum([...RELOAD_WAITS])),
    next_at: nullable({
      ...Timestamp,
      description:
        'Not before then, where time alone keeps it (`too_soon`, a limit); else the next call that draws may make it due.',
    }),
    charged_today: Amount,
    charged_this_month: Amount,
    last_at: nullable(Timestamp),
    as_of: AsOf,
    seq: Seq,
  },
  strict,
)

export const WebhookTakenSchema = Type.Object(
  { status: Type.Enum(['done', 'known']) },
  { ...strict, description: '`known`: it came before.' },
)

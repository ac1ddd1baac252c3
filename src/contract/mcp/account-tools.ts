import Type from 'typebox'
import { TOKEN_KINDS } from '../../core/usage/usage.ts'
import { LENGTHS } from '../explain/index.ts'
import { BlockCardSchema } from '../receipt/block-schema.ts'
import { ReceiptSchema } from '../receipt/schema.ts'
import { journalRoutes } from '../routes/journal.ts'
import { AlertListedSchema } from '../schemas/alerts.ts'
import { EstimateAnswerSchema, EstimateSchema, ExplanationSchema } from '../schemas/calls.ts'
import { PurchaseListSchema } from '../schemas/payments.ts'
import {
  Cursor,
  Limit,
  ModelId,
  nullable,
  page,
  ReceiptId,
  strict,
  Timestamp,
} from '../schemas/primitives.ts'
import { StateSchema } from '../schemas/state.ts'
import { StatementListedSchema } from '../schemas/statements.ts'
import { ABOUT } from './answer.ts'
import { tool } from './tool.ts'

const paging = { cursor: Type.Optional(Cursor), limit: Type.Optional(Limit) }
const reads = { scope: 'everycent:read', effect: 'reads' } as const
const none = Type.Object(ABOUT, strict)
const { items: CallItems } = journalRoutes.listCalls.success.schema.properties

const { account_id: _own, ...call } = EstimateSchema.properties
const CallAsked = Type.Object({ ...ABOUT, ...call }, strict)

const { lots, caps, currency, plan, paid_use } = StateSchema.properties

/** Only what concerns the one thing that was asked for. */
const part = <const P extends Type.TProperties>(properties: P, description: string) =>
  Type.Object(properties, { ...strict, description })

const ofReceipt = { receipt_id: ReceiptId }

export const accountTools = {
  account_state: tool({
    ...reads,
    title: 'State of the account',
    description:
      'Windows, credit, caps and calls in flight as the gate sees them now, and what the next call will draw on. Ask this before saying that a limit is reached.',
    uses: ['getState'],
    input: none,
    result: StateSchema,
  }),
  can_i_run: tool({
    ...reads,
    title: 'Can this call run now?',
    description:
      'Decides, by the code that would decide the call itself, whether a call of so many tokens would be admitted now, which source would pay, and if not, which limit stops it, where it stands, when it resets and who can change it. Holds and charges nothing.',
    uses: ['estimate'],
    input: CallAsked,
    result: EstimateAnswerSchema,
  }),
  estimate: tool({
    ...reads,
    title: 'What would this call cost?',
    description:
      'The least, the expected and the greatest cost of a call, by the price book in force. A model without a price is said to have none; it is never 0. Holds and charges nothing.',
    uses: ['estimate'],
    input: CallAsked,
    result: EstimateAnswerSchema,
  }),
  price_of_model: tool({
    ...reads,
    title: 'Price of a model',
    description:
      'The rows of the price book in force for a model: price per million tokens of each kind, with their conditions and sources.',
    uses: ['getAccount', 'getPriceBook'],
    input: Type.Object({ ...ABOUT, model: ModelId }, strict),
    result: part(
      {
        model: Type.String({ description: 'As the price book names it.' }),
        currency,
        price_book: Type.String(),
        rows: Type.Array(
          Type.Object(
            {
              kind: Type.Enum([...TOKEN_KINDS]),
              per_mtok: Type.String(),
              when: nullable(Type.Record(Type.String(), Type.Unknown())),
              source: nullable(Type.String()),
            },
            strict,
          ),
        ),
      },
      'Prices; multipliers and promotions come on top.',
    ),
  }),
  list_lots: tool({
    ...reads,
    title: 'Credit, lot by lot',
    description:
      'Every lot of credit in the order in which it is drawn: left, held, expiry, scope.',
    uses: ['getState'],
    input: none,
    result: part({ currency, lots }, 'Lots in the order of use.'),
  }),
  list_caps: tool({
    ...reads,
    title: 'Spending caps',
    description: 'Every cap with what is spent, held and left in its period, and its reset.',
    uses: ['getState'],
    input: none,
    result: part({ currency, plan, paid_use, caps }, 'Caps.'),
  }),
  list_calls: tool({
    ...reads,
    title: 'Calls',
    description: 'The latest calls with what each cost and who paid. Each has a receipt.',
    uses: ['listCalls'],
    input: Type.Object(
      {
        ...ABOUT,
        model: Type.Optional(ModelId),
        from: Type.Optional({ ...Timestamp, description: 'Not before.' }),
        to: Type.Optional({ ...Timestamp, description: 'Before.' }),
        ...paging,
      },
      strict,
    ),
    result: part(
      { items: CallItems, next_cursor: nullable(Type.String()) },
      'A page of calls; the list ends where `next_cursor` is null.',
    ),
  }),
  read_receipt: tool({
    ...reads,
    title: 'Receipt of a call',
    description:
      'The whole receipt: lines, sources drawn and passed over with the reason, attempts, evidence, postings.',
    uses: ['getReceipt'],
    input: Type.Object({ ...ABOUT, ...ofReceipt }, strict),
    result: ReceiptSchema,
  }),
  explain_receipt: tool({
    ...reads,
    title: 'Explain a receipt',
    description:
      'Why a call cost that, and why from there, in sentences. Repeat them as they are instead of explaining it yourself.',
    uses: ['explainReceipt'],
    input: Type.Object(
      {
        ...ABOUT,
        ...ofReceipt,
        length: Type.Optional(Type.Enum([...LENGTHS], { description: '`medium` unless told.' })),
      },
      strict,
    ),
    result: ExplanationSchema,
  }),
  explain_block: tool({
    ...reads,
    title: 'Explain why a call was stopped',
    description:
      'The limit that stopped a call, where it stood, when it resets, who can change it and what to do: the same fact and the same sentences as the refusal itself.',
    uses: ['getReceipt', 'listEntries'],
    input: Type.Object(
      {
        ...ABOUT,
        ...ofReceipt,
        length: Type.Optional(Type.Enum([...LENGTHS], { description: '`long` unless told.' })),
      },
      strict,
    ),
    result: part(
      { receipt_id: ReceiptId, block: nullable(BlockCardSchema) },
      'The block card; `null`: this call was not stopped.',
    ),
  }),
  list_alerts: tool({
    ...reads,
    title: 'Alerts',
    description: 'What the account was told, the latest first, in words and in figures.',
    uses: ['getAccount', 'listAlerts'],
    input: Type.Object({ ...ABOUT, ...paging }, strict),
    result: page(AlertListedSchema, 'A page of alerts.'),
  }),
  list_statements: tool({
    ...reads,
    title: 'Closed statements',
    description: 'The closed statements, the latest first, in short.',
    uses: ['listStatements'],
    input: Type.Object({ ...ABOUT, ...paging }, strict),
    result: part(
      { items: Type.Array(StatementListedSchema), next_cursor: nullable(Type.String()) },
      'A page of statements.',
    ),
  }),
  list_purchases: tool({
    ...reads,
    title: 'Purchases',
    description: 'What was bought, with what, and what of it was paid back.',
    uses: ['getAccount', 'listPurchases'],
    input: Type.Object({ ...ABOUT, ...paging }, strict),
    result: PurchaseListSchema,
  }),
} as const

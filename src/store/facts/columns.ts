import type { TokenKind } from '../../core/usage/usage.ts'
import { TOKEN_KINDS } from '../../core/usage/usage.ts'

/** A call as its receipt says it stands: a row of `accounts.call_fact`, as JSON carries it to the database. */
export type CallFact = {
  readonly account_id: string
  readonly call_id: string
  readonly event_at: string
  readonly ended_at: string
  readonly end_seq: number
  readonly seq: number
  readonly attempts: number
  readonly is_estimated: boolean
  readonly has_several_members: boolean
  readonly model: string
  readonly model_requested: string | null
  readonly status: string
  readonly verdict: string
  readonly outcome: string | null
  readonly key_id: string | null
  readonly member_id: string | null
  readonly project_id: string | null
  readonly session_id: string | null
  readonly parent_call_id: string | null
  readonly client: string | null
  /** By key. */
  readonly tags: Readonly<Record<string, string>> | null
  readonly tokens: number
} & { readonly [Name in MoneyColumn]: string | null } & {
  /** `null`: not priced yet. */
  readonly list_price: string | null
} & { readonly [Kind in TokenKind as `tokens_${Kind}`]: number | null } & {
  readonly [Kind in TokenKind | 'other' as `price_${Kind}`]: string | null
}

/** Amounts that are always known, in nanos. `null` is nothing: a sum passes it by. */
export const MONEY_COLUMNS = [
  'promotional',
  'paid',
  'overage',
  'included',
  'absorbed',
  'refunded',
  'returned_to_plan',
  'reversed',
] as const
export type MoneyColumn = (typeof MONEY_COLUMNS)[number]

export const isMoney = (name: string): boolean => MONEY_COLUMNS.some((own) => own === name)

export const KIND_COLUMNS = TOKEN_KINDS.map((kind) => ({
  kind,
  tokens: `tokens_${kind}` as const,
  price: `price_${kind}` as const,
}))

/** Every column but the key. */
export const FACT_COLUMNS: readonly string[] = [
  ...['event_at', 'ended_at', 'end_seq', 'seq', 'list_price'],
  ...MONEY_COLUMNS,
  ...['tokens', 'attempts', 'is_estimated', 'has_several_members', 'model', 'model_requested'],
  ...['status', 'verdict', 'outcome', 'key_id', 'member_id', 'project_id', 'session_id'],
  ...['parent_call_id', 'client', 'tags'],
  ...KIND_COLUMNS.flatMap(({ tokens, price }) => [tokens, price]),
  'price_other',
]

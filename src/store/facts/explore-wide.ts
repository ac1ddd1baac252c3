import type pg from 'pg'
import type { TokenKind } from '../../core/usage/usage.ts'
import { Parameters, whereChosen } from './chosen.ts'
import { KIND_COLUMNS } from './columns.ts'
import { pieceExpressions, type Question } from './explore.ts'
import { SUMS_OF_CALLS, type Sums, type SumsRow, sumsOf } from './sums.ts'

/** The sums of a piece of time, and what of them each kind of token has. */
export interface WideRow {
  readonly previous: boolean
  /** From 1; `null`: no pieces were asked for. */
  readonly bucket: number | null
  readonly sums: Sums
  readonly kinds: Readonly<
    Record<TokenKind | 'other', { readonly tokens: bigint; readonly price: bigint }>
  >
}

type Row = SumsRow & {
  readonly previous: boolean
  readonly bucket: number | null
} & Readonly<Record<string, string>>

const KIND_SUMS = [...KIND_COLUMNS.flatMap(({ tokens, price }) => [tokens, price]), 'price_other']
  .map((name) => `sum(f.${name})::text as ${name}`)
  .join(', ')

/**
 * There are as many groups as pieces of time, some hundreds. The planner takes them for as many as calls, too
 * many for memory, and would sort all calls.
 */
const FEW_GROUPS = `select set_config('hash_mem_multiplier', '8', true)`

/** Groups that are columns of a call: every call is in several of them, with a part in each. */
export async function exploreWide(
  client: pg.ClientBase,
  question: Pick<Question, 'chosen' | 'splitAt' | 'buckets'>,
  withKinds: boolean,
): Promise<readonly WideRow[]> {
  const parameters = new Parameters()
  const pieces = pieceExpressions(question, parameters)
  const where = whereChosen(question.chosen, parameters)
  await client.query(FEW_GROUPS)
  const { rows } = await client.query<Row>(
    `select ${pieces.previous} as previous, ${pieces.bucket} as bucket, ${SUMS_OF_CALLS}
       ${withKinds ? `, ${KIND_SUMS}` : ''}
     from accounts.call_fact f
     where ${where}
     group by 1, 2`,
    parameters.values,
  )
  return rows.map((row) => ({
    previous: row.previous,
    bucket: row.bucket,
    sums: sumsOf(row),
    kinds: kindsOf(row),
  }))
}

function kindsOf(row: Row): WideRow['kinds'] {
  const of = (name: string): bigint => BigInt(row[name] ?? 0)
  return {
    ...Object.fromEntries(
      KIND_COLUMNS.map(({ kind, tokens, price }) => [
        kind,
        { tokens: of(tokens), price: of(price) },
      ]),
    ),
    other: { tokens: 0n, price: of('price_other') },
  } as WideRow['kinds']
}

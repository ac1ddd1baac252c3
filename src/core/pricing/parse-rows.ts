import { TOKEN_KINDS } from '../usage/usage.ts'
import {
  checkCount,
  checkList,
  checkObject,
  checkOptionalText,
  checkPrice,
  checkText,
  type Fields,
  isFields,
  type Problems,
} from './check.ts'
import { conditionKey, rowCondition } from './conditions.ts'
import type { PriceCondition } from './types.ts'

export const ROWS_MAX = 20_000
const FEES_MAX = 2_000
const CONDITION_FIELDS = [
  'prompt_tokens_above',
  'prompt_tokens_from',
  'tier',
  'speed',
  'region',
  'feature',
]
const KINDS: readonly string[] = TOKEN_KINDS

/** Checks one condition. Features belong to weights: a price follows what was served. */
export function checkCondition(
  value: unknown,
  path: string,
  problems: Problems,
): PriceCondition | null {
  const when = checkObject(value, path, CONDITION_FIELDS, problems)
  if (!when) return null
  checkCount(when, 'prompt_tokens_above', path, problems)
  checkCount(when, 'prompt_tokens_from', path, problems)
  if (when.prompt_tokens_above !== undefined && when.prompt_tokens_from !== undefined)
    problems.add(path, 'book_two_bands')
  checkOptionalText(when, ['tier', 'speed', 'region', 'feature'], path, problems)
  return when as PriceCondition
}

export function checkRows(document: Fields, problems: Problems): void {
  const seen = new Map<string, string>()
  for (const { item, path } of checkList(
    document,
    'rows',
    { required: true, max: ROWS_MAX },
    problems,
  )) {
    const before = problems.list.length
    const row = checkRow(item, path, problems)
    if (!row || problems.list.length > before) continue
    const condition = rowCondition((row.when ?? {}) as PriceCondition)
    const key = JSON.stringify([row.model, row.kind, conditionKey(condition)])
    const first = seen.get(key)
    if (first === undefined) seen.set(key, path)
    else problems.add(path, 'book_row_twice', { first })
  }
}

function checkRow(item: unknown, path: string, problems: Problems): Fields | null {
  const row = checkObject(
    item,
    path,
    ['model', 'kind', 'per_mtok', 'when', 'source', 'as_of'],
    problems,
  )
  if (!row) return null
  checkText(row, 'model', path, problems)
  if (!KINDS.includes(row.kind as string))
    problems.add(`${path}.kind`, 'book_unknown_kind', {
      kind: String(JSON.stringify(row.kind)),
      known: KINDS.join(', '),
    })
  checkPrice(row, 'per_mtok', path, problems)
  checkOptionalText(row, ['source', 'as_of'], path, problems)
  if (row.when === undefined) return row
  checkCondition(row.when, `${path}.when`, problems)
  if (isFields(row.when) && row.when.feature !== undefined)
    problems.add(`${path}.when.feature`, 'book_feature')
  return row
}

const FEE_NAME = /^[a-z0-9_]{1,64}$/

export function checkFees(document: Fields, problems: Problems): void {
  const seen = new Map<string, string>()
  for (const { item, path } of checkList(document, 'fees', { max: FEES_MAX }, problems)) {
    const fee = checkObject(item, path, ['model', 'fee', 'each', 'source', 'as_of'], problems)
    if (!fee) continue
    checkText(fee, 'model', path, problems)
    if (typeof fee.fee !== 'string' || !FEE_NAME.test(fee.fee))
      problems.add(`${path}.fee`, 'book_fee_name')
    checkPrice(fee, 'each', path, problems)
    checkOptionalText(fee, ['source', 'as_of'], path, problems)
    const key = JSON.stringify([fee.model, fee.fee])
    const first = seen.get(key)
    if (first === undefined) seen.set(key, path)
    else problems.add(path, 'book_fee_twice', { first })
  }
}

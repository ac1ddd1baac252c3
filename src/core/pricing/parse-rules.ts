import { ratio } from '../money/index.ts'
import { type Instant, parseInstant } from '../time/index.ts'
import {
  checkCount,
  checkList,
  checkObject,
  checkText,
  type Fields,
  type Problems,
  plainly,
} from './check.ts'
import { checkCondition } from './parse-rows.ts'
import { patternProblem } from './patterns.ts'

const ALIASES_MAX = 200
const MODELS_MAX = 2_000
const WEIGHTS_MAX = 200
const PROMOTIONS_MAX = 200
const SCOPE_MAX = 1_000
/** A multiplier above this is a slip of the pen. */
const MULTIPLIER_MAX = { numerator: 1_000n, denominator: 1n }

export function checkAliases(document: Fields, problems: Problems): void {
  for (const { item, path } of checkList(document, 'aliases', { max: ALIASES_MAX }, problems)) {
    const alias = checkObject(item, path, ['pattern', 'replace', 'rule'], problems)
    if (!alias) continue
    checkText(alias, 'rule', path, problems)
    const { pattern, replace } = alias
    const told = typeof pattern === 'string' ? patternProblem(pattern) : plainly('book_not_string')
    if (told !== null) problems.note(`${path}.pattern`, told)
    if (replace !== undefined && typeof replace !== 'string')
      problems.add(`${path}.replace`, 'book_not_string')
  }
}

export function checkModels(document: Fields, problems: Problems): void {
  const seen = new Set<unknown>()
  for (const { item, path } of checkList(document, 'models', { max: MODELS_MAX }, problems)) {
    const names = ['model', 'expected_output_tokens', 'max_output_tokens']
    const model = checkObject(item, path, names, problems)
    if (!model) continue
    checkText(model, 'model', path, problems)
    checkCount(model, 'expected_output_tokens', path, problems)
    checkCount(model, 'max_output_tokens', path, problems)
    checkOnce(seen, model.model, `${path}.model`, problems)
  }
}

function checkOnce(seen: Set<unknown>, id: unknown, path: string, problems: Problems): void {
  if (seen.has(id)) problems.add(path, 'book_twice', { id: String(JSON.stringify(id)) })
  seen.add(id)
}

function checkMultiplier(fields: Fields, path: string, problems: Problems): void {
  const { multiplier } = fields
  const value = typeof multiplier === 'string' ? ratio.parseRatio(multiplier) : undefined
  const where = `${path}.multiplier`
  if (value === undefined) problems.add(where, 'book_multiplier_not_decimal')
  else if (value.numerator === 0n) problems.add(where, 'book_multiplier_zero')
  else if (ratio.compare(value, MULTIPLIER_MAX) > 0)
    problems.add(where, 'book_multiplier_too_large')
}

export function checkWeights(document: Fields, problems: Problems): void {
  const seen = new Set<unknown>()
  for (const { item, path } of checkList(document, 'weights', { max: WEIGHTS_MAX }, problems)) {
    const weight = checkObject(item, path, ['id', 'multiplier', 'when'], problems)
    if (!weight) continue
    checkText(weight, 'id', path, problems)
    checkOnce(seen, weight.id, `${path}.id`, problems)
    checkMultiplier(weight, path, problems)
    checkCondition(weight.when, `${path}.when`, problems)
  }
  const rule = document.weights_rule
  if (rule !== undefined && rule !== 'highest' && rule !== 'product')
    problems.add('weights_rule', 'book_weights_rule')
}

/** Reads a date-time and names the problem; `null` when there is one. */
export function checkInstant(
  fields: Fields,
  name: string,
  path: string,
  problems: Problems,
): Instant | null {
  const value = fields[name]
  const instant = typeof value === 'string' ? parseInstant(value) : undefined
  if (instant !== undefined) return instant
  problems.add(
    path === '' ? name : `${path}.${name}`,
    value === undefined ? 'book_missing' : 'book_not_instant',
  )
  return null
}

export function checkPromotions(document: Fields, problems: Problems): void {
  const seen = new Set<unknown>()
  const names = ['id', 'multiplier', 'from', 'until', 'plans', 'models']
  const limits = { max: PROMOTIONS_MAX }
  for (const { item, path } of checkList(document, 'promotions', limits, problems)) {
    const promotion = checkObject(item, path, names, problems)
    if (!promotion) continue
    checkText(promotion, 'id', path, problems)
    checkOnce(seen, promotion.id, `${path}.id`, problems)
    checkMultiplier(promotion, path, problems)
    const from = checkInstant(promotion, 'from', path, problems)
    const until = checkInstant(promotion, 'until', path, problems)
    if (from !== null && until !== null && from >= until)
      problems.add(`${path}.until`, 'book_ends_first')
    checkScope(promotion, 'plans', path, problems)
    checkScope(promotion, 'models', path, problems)
  }
}

function checkScope(fields: Fields, name: string, path: string, problems: Problems): void {
  const value = fields[name]
  if (value === undefined) return
  const isScope =
    Array.isArray(value) &&
    value.length > 0 &&
    value.length <= SCOPE_MAX &&
    value.every((item) => typeof item === 'string' && item !== '')
  if (!isScope) problems.add(`${path}.${name}`, 'book_not_scope')
}

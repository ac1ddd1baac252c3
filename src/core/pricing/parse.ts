import { isCurrency, NANOS_MAX, type Nanos, parseNanos, type Ratio, ratio } from '../money/index.ts'
import { type Instant, parseInstant } from '../time/index.ts'
import { TOKEN_KINDS, type TokenKind } from '../usage/usage.ts'
import { Checker, type Problem } from './checker.ts'
import type {
  ModelDocument,
  PriceBook,
  PriceBookDocument,
  PriceCondition,
  PriceRow,
  Promotion,
} from './types.ts'

export type ParsedBook =
  | { readonly ok: true; readonly book: PriceBook }
  | { readonly ok: false; readonly problems: readonly Problem[] }

/** Rows, fees, aliases, weights or promotions that one book may have. */
const ITEMS_MAX = 20_000
const TOP_FIELDS = [
  'id',
  'currency',
  'effective_from',
  'rows',
  'fees',
  'aliases',
  'models',
  'weights',
  'weights_rule',
  'promotions',
]
const CONDITION_FIELDS = ['prompt_tokens_above', 'prompt_tokens_from', 'tier', 'speed', 'region']
const ID = /^[A-Za-z0-9][A-Za-z0-9._:@-]{0,99}$/
/** Nested quantifiers and back references can take exponential time; a price book may not bring them. */
const UNSAFE_PATTERN = /[+*}]\)?[+*{]|\([^)]*[+*][^)]*\)[+*{]|\\[1-9]|\(\?/

/**
 * Reads a price book from its file form. Everything is checked before anything loads: a negative
 * price, a float or an unknown field makes the whole book invalid, with a sentence for each.
 */
export function parsePriceBook(document: unknown): ParsedBook {
  const check = new Checker()
  const top = check.object(document, '', TOP_FIELDS)
  if (!top) return { ok: false, problems: check.problems }
  const id = check.text(top.id, 'id', ID)
  const currency = check.text(top.currency, 'currency', /^[A-Z]{3}$/)
  if (currency !== null && !isCurrency(currency))
    check.problem('currency', 'is not a currency code')
  const effectiveFrom = instantOf(check, top.effective_from, 'effective_from')
  const parts = {
    rows: rowsOf(check, top.rows),
    fees: feesOf(check, top.fees),
    aliases: aliasesOf(check, top.aliases),
    models: modelsOf(check, top.models),
    weights: weightsOf(check, top.weights),
    promotions: promotionsOf(check, top.promotions),
  }
  if (![undefined, 'highest', 'product'].includes(top.weights_rule as undefined))
    check.problem('weights_rule', 'has to be "highest" or "product"')
  if (check.problems.length > 0 || id === null || currency === null || effectiveFrom === null)
    return { ok: false, problems: check.problems }
  return {
    ok: true,
    book: {
      id,
      currency,
      effectiveFrom,
      ...parts,
      document: document as PriceBookDocument,
      resolved: new Map(),
    },
  }
}

function priceOf(check: Checker, value: unknown, path: string): Nanos | null {
  if (typeof value !== 'string') {
    check.problem(path, 'has to be a decimal string such as "2.50"; a JSON number would be a float')
    return null
  }
  const price = parseNanos(value)
  if (price === undefined)
    check.problem(path, `${JSON.stringify(value)} is not a decimal with at most 9 places`)
  else if (price < 0n) check.problem(path, 'a price below zero never loads')
  else if (price > NANOS_MAX) check.problem(path, 'is too large')
  else return price
  return null
}

function instantOf(check: Checker, value: unknown, path: string): Instant | null {
  const at = typeof value === 'string' ? parseInstant(value) : undefined
  if (at === undefined)
    check.problem(path, 'has to be an RFC 3339 time with a zone, such as "2026-10-07T00:00:00Z"')
  return at ?? null
}

function multiplierOf(check: Checker, value: unknown, path: string): Ratio | null {
  const multiplier = typeof value === 'string' ? ratio.parseRatio(value) : undefined
  if (!multiplier) check.problem(path, 'has to be a decimal string such as "1.5"')
  else if (multiplier.numerator > multiplier.denominator * 1_000n)
    check.problem(path, 'is above 1000')
  else return multiplier
  return null
}

function conditionOf(
  check: Checker,
  value: unknown,
  path: string,
  feature: boolean,
): PriceCondition {
  if (value === undefined) return {}
  const fields = feature ? [...CONDITION_FIELDS, 'feature'] : CONDITION_FIELDS
  const own = check.object(value, path, fields)
  if (!own) return {}
  for (const name of ['prompt_tokens_above', 'prompt_tokens_from'])
    if (own[name] !== undefined) check.count(own[name], `${path}.${name}`)
  for (const name of ['tier', 'speed', 'region', 'feature'])
    if (own[name] !== undefined) check.text(own[name], `${path}.${name}`, /^.{1,100}$/)
  if (own.prompt_tokens_above !== undefined && own.prompt_tokens_from !== undefined)
    check.problem(path, 'states both prompt_tokens_above and prompt_tokens_from')
  return own as PriceCondition
}

const conditionKey = (when: PriceCondition): string =>
  JSON.stringify(CONDITION_FIELDS.map((name) => when[name as keyof PriceCondition] ?? null))

function rowsOf(check: Checker, value: unknown): PriceBook['rows'] {
  const models = new Map<string, Map<TokenKind, PriceRow[]>>()
  const seen = new Set<string>()
  check.list(value ?? null, 'rows', ITEMS_MAX, (item, path) => {
    const own = check.object(item, path, ['model', 'kind', 'per_mtok', 'when', 'source', 'as_of'])
    if (!own) return
    const model = check.text(own.model, `${path}.model`, /^[^*\s]{1,200}$/)
    const kind = TOKEN_KINDS.find((known) => known === own.kind)
    if (!kind) check.problem(`${path}.kind`, `has to be one of ${TOKEN_KINDS.join(', ')}`)
    const perMtok = priceOf(check, own.per_mtok, `${path}.per_mtok`)
    const when = conditionOf(check, own.when, `${path}.when`, false)
    if (model === null || !kind || perMtok === null) return
    const key = `${model}\n${kind}\n${conditionKey(when)}`
    if (seen.has(key))
      check.problem(path, `repeats the price of ${model} ${kind} under the same condition`)
    seen.add(key)
    const kinds = models.get(model) ?? new Map<TokenKind, PriceRow[]>()
    kinds.set(kind, [...(kinds.get(kind) ?? []), { model, kind, perMtok, when }])
    models.set(model, kinds)
  })
  return models
}

function feesOf(check: Checker, value: unknown): PriceBook['fees'] {
  const fees = new Map<string, Map<string, Nanos>>()
  check.list(value, 'fees', ITEMS_MAX, (item, path) => {
    const own = check.object(item, path, ['model', 'fee', 'each', 'source', 'as_of'])
    if (!own) return
    const model = check.text(own.model, `${path}.model`, /^\S{1,200}$/)
    const fee = check.text(own.fee, `${path}.fee`, /^[a-z][a-z0-9_]{0,63}$/)
    const each = priceOf(check, own.each, `${path}.each`)
    if (model === null || fee === null || each === null) return
    const models = fees.get(fee) ?? new Map<string, Nanos>()
    if (models.has(model)) check.problem(path, `repeats the fee ${fee} of ${model}`)
    fees.set(fee, models.set(model, each))
  })
  return fees
}

function aliasesOf(check: Checker, value: unknown): PriceBook['aliases'] {
  const aliases: { pattern: RegExp; replace: string; rule: string }[] = []
  check.list(value, 'aliases', 100, (item, path) => {
    const own = check.object(item, path, ['pattern', 'replace', 'rule'])
    if (!own) return
    const source = check.text(own.pattern, `${path}.pattern`, /^.{1,100}$/)
    const rule = check.text(own.rule, `${path}.rule`, /^.{1,200}$/)
    const replace =
      own.replace === undefined ? '' : check.text(own.replace, `${path}.replace`, /^.{0,200}$/)
    if (source === null || rule === null || replace === null) return
    const pattern = compilePattern(source)
    if (pattern) aliases.push({ pattern, replace, rule })
    else check.problem(`${path}.pattern`, 'is not a regular expression that is safe to run')
  })
  return aliases
}

function compilePattern(source: string): RegExp | null {
  if (UNSAFE_PATTERN.test(source)) return null
  try {
    return new RegExp(source)
  } catch {
    return null
  }
}

function modelsOf(check: Checker, value: unknown): PriceBook['models'] {
  const models = new Map<string, ModelDocument>()
  check.list(value, 'models', ITEMS_MAX, (item, path) => {
    const own = check.object(item, path, ['model', 'expected_output_tokens', 'max_output_tokens'])
    if (!own) return
    const model = check.text(own.model, `${path}.model`, /^\S{1,200}$/)
    for (const name of ['expected_output_tokens', 'max_output_tokens'])
      if (own[name] !== undefined) check.count(own[name], `${path}.${name}`)
    if (model !== null) models.set(model, own as unknown as ModelDocument)
  })
  return models
}

function weightsOf(check: Checker, value: unknown): PriceBook['weights'] {
  const weights: { id: string; multiplier: Ratio; when: PriceCondition }[] = []
  check.list(value, 'weights', 100, (item, path) => {
    const own = check.object(item, path, ['id', 'multiplier', 'when'])
    if (!own) return
    const id = check.text(own.id, `${path}.id`, ID)
    const multiplier = multiplierOf(check, own.multiplier, `${path}.multiplier`)
    const when = conditionOf(check, own.when, `${path}.when`, true)
    if (id !== null && multiplier) weights.push({ id, multiplier, when })
  })
  return weights
}

function promotionsOf(check: Checker, value: unknown): PriceBook['promotions'] {
  const promotions: Promotion[] = []
  check.list(value, 'promotions', 100, (item, path) => {
    const own = check.object(item, path, ['id', 'multiplier', 'from', 'until', 'plans', 'models'])
    if (!own) return
    const id = check.text(own.id, `${path}.id`, ID)
    const multiplier = multiplierOf(check, own.multiplier, `${path}.multiplier`)
    const from = instantOf(check, own.from, `${path}.from`)
    const until = instantOf(check, own.until, `${path}.until`)
    const plans = check.texts(own.plans, `${path}.plans`)
    const models = check.texts(own.models, `${path}.models`)
    if (id === null || !multiplier || from === null || until === null) return
    if (until <= from) check.problem(path, 'ends before it begins')
    promotions.push({ id, multiplier, from, until, plans, models })
  })
  return promotions
}

import { tokensOf } from './anthropic-tokens.ts'
import { type Fields, fieldsOf, listOf, type Notes, type Tokens, wordOf } from './reading.ts'
import {
  type NormalisedCall,
  OUTPUT_KINDS,
  outputTokens,
  PROMPT_KINDS,
  promptTokens,
  type TokenKind,
} from './usage.ts'

interface Served {
  /** The model that served: of the fallback when one did. */
  readonly model: string | null
  readonly tokens: Tokens
  readonly notes: Notes
}

interface Entry {
  readonly type: string | null
  readonly model: string | null
  readonly tokens: Tokens
  readonly notes: Notes
}

type Part = NormalisedCall['parts'][number]

const entryOf = (value: unknown): Entry => {
  const fields: Fields = fieldsOf(value)
  const notes: Notes = new Set()
  return {
    type: wordOf(fields.type),
    model: wordOf(fields.model),
    tokens: tokensOf(fields, notes),
    notes,
  }
}

/**
 * What `usage.iterations` adds to the top level, which covers the serving attempt only. Compaction is
 * never in the top level; advisor entries and declined hops have a model of their own. A declined hop
 * that wrote nothing is not billable. Entries that already are inside the top level are taken out of
 * it, so that nothing is charged twice.
 */
export function partsOf(
  iterations: unknown,
  top: Served,
): Pick<Served, 'model' | 'tokens'> & { readonly parts: readonly Part[] } {
  const entries = listOf(iterations).map(entryOf)
  const fallback = entries.findLast((entry) => entry.type === 'fallback_message')
  const model = fallback?.model ?? top.model
  const extra = entries.filter((entry) => isExtra(entry, model) && isBillable(entry))
  if (extra.length === 0) return { model, tokens: top.tokens, parts: [] }
  if (extra.some((entry) => entry.model !== null && entry.model !== model))
    top.notes.add('multiple_models')
  const serving = entries.filter((entry) => isServing(entry, model))
  return {
    model,
    tokens: withoutExtra(top, serving, extra),
    parts: extra.map(({ model: own, tokens, notes }) => ({
      model: own ?? model,
      usage: { tokens, fees: {}, estimated: [], flags: [...notes] },
    })),
  }
}

/** The same model, whether named with its snapshot date or without. */
function isSameModel(a: string | null, b: string | null): boolean {
  if (a === null || b === null) return true
  return a === b || a.startsWith(`${b}-20`) || b.startsWith(`${a}-20`)
}

const isServing = (entry: Entry, model: string | null): boolean =>
  entry.type === 'fallback_message' || (entry.type === 'message' && isSameModel(entry.model, model))

const isExtra = (entry: Entry, model: string | null): boolean =>
  entry.type === 'compaction' ||
  entry.type === 'advisor_message' ||
  (entry.type === 'message' && !isSameModel(entry.model, model))

/** A declined hop is billed only for output; compaction and advice are work that was done. */
const isBillable = (entry: Entry): boolean =>
  entry.type === 'message'
    ? written(entry.tokens) > 0
    : written(entry.tokens) + prompted(entry.tokens) > 0

const asUsage = (tokens: Tokens) => ({ tokens, fees: {}, estimated: [], flags: [] })
const written = (tokens: Tokens): number => outputTokens(asUsage(tokens))
const prompted = (tokens: Tokens): number => promptTokens(asUsage(tokens))

const sumOf = (entries: readonly Entry[]): Tokens => {
  const sum: Tokens = {}
  for (const { tokens } of entries) {
    for (const [kind, count] of Object.entries(tokens) as [TokenKind, number][])
      sum[kind] = (sum[kind] ?? 0) + count
  }
  return sum
}

/** The top level, less the extra entries where it exactly contains them against the documentation. */
function withoutExtra(top: Served, serving: readonly Entry[], extra: readonly Entry[]): Tokens {
  const own = sumOf(serving)
  const added = written(sumOf(extra))
  const contains = serving.length > 0 && added > 0 && written(top.tokens) === written(own) + added
  if (!contains) return top.tokens
  top.notes.add('identity_broken')
  const prompt = prompted(own) < prompted(top.tokens) ? own : top.tokens
  return { ...pick(prompt, PROMPT_KINDS), ...pick(own, OUTPUT_KINDS) }
}

function pick(tokens: Tokens, kinds: readonly TokenKind[]): Tokens {
  const picked: Tokens = {}
  for (const kind of kinds) {
    const count = tokens[kind]
    if (count !== undefined) picked[kind] = count
  }
  return picked
}

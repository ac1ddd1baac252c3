import { countOf, type Fields, fieldsOf, type Notes, type Tokens } from './reading.ts'

/** The disjoint quantities of one usage object, of the top level or of an iteration. */
export function tokensOf(fields: Fields, notes: Notes): Tokens {
  const tokens: Tokens = {}
  const input = countOf(fields.input_tokens, notes)
  const read = countOf(fields.cache_read_input_tokens, notes)
  if (input !== undefined) tokens.input = input
  if (read !== undefined) tokens.cache_read = read
  readWrites(fields, tokens, notes)
  readOutput(fields, tokens, notes)
  return tokens
}

function readOutput(fields: Fields, tokens: Tokens, notes: Notes): void {
  const output = countOf(fields.output_tokens, notes)
  const thinking = countOf(fieldsOf(fields.output_tokens_details).thinking_tokens, notes)
  if (output === undefined) return
  if (thinking === undefined) {
    tokens.output = output
  } else if (thinking > output) {
    notes.add('subset_exceeds_total')
    tokens.output = output
  } else {
    tokens.output = output - thinking
    tokens.reasoning = thinking
  }
}

/**
 * Cache writes. With the split by lifetime they are two kinds; without it the lifetime is unstated.
 * A split and a total that disagree are read at the lower of the two, the dearer hour first.
 */
function readWrites(fields: Fields, tokens: Tokens, notes: Notes): void {
  const total = countOf(fields.cache_creation_input_tokens, notes)
  const split = fieldsOf(fields.cache_creation)
  const short = countOf(split.ephemeral_5m_input_tokens, notes)
  const long = countOf(split.ephemeral_1h_input_tokens, notes)
  if (short === undefined && long === undefined) {
    if (total !== undefined) tokens.cache_write = total
    return
  }
  const sum = (short ?? 0) + (long ?? 0)
  const excess = Math.max(0, sum - (total ?? sum))
  const cutLong = Math.min(excess, long ?? 0)
  if (short !== undefined) tokens.cache_write_5m = short - (excess - cutLong)
  if (long !== undefined) tokens.cache_write_1h = long - cutLong
  const unstated = (total ?? sum) - sum
  const halfStated = short === undefined || long === undefined
  if (unstated > 0 && halfStated) tokens.cache_write = unstated
  else if (unstated !== 0) notes.add('identity_broken')
}

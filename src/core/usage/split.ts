import type { Notes, Tokens } from './reading.ts'

type Count = number | undefined

/**
 * Counts of a dialect whose totals *include* their subsets (OpenAI, Gemini, OTel, AI SDK). Every
 * member may be absent. Where counts contradict each other, the lowest consistent reading is taken and
 * the contradiction is noted; nothing is ever guessed upward.
 */
export interface InclusiveCounts {
  /** All prompt tokens, cached ones included. */
  readonly prompt?: Count
  /** All tokens written, reasoning included. */
  readonly output?: Count
  /** Prompt and output together. */
  readonly total?: Count
  /** Prompt tokens outside every cache, where the provider says so itself. */
  readonly uncached?: Count
  readonly cacheRead?: Count
  readonly cacheWrite?: Count
  readonly audio?: Count
  readonly image?: Count
  /** How much of the audio (image) was read from cache, where the provider says so. */
  readonly cachedAudio?: Count
  readonly cachedImage?: Count
  /** Output that is plain text, where the provider says so itself. */
  readonly text?: Count
  readonly reasoning?: Count
  readonly outputAudio?: Count
  readonly outputImage?: Count
}

/** Disjoint quantities from inclusive counts. Their sum is the provider's total, or it is noted. */
export function splitInclusive(counts: InclusiveCounts, notes: Notes): Tokens {
  const { prompt, output } = fitTotal(counts, notes)
  return { ...splitPrompt(counts, prompt, notes), ...splitOutput(counts, output, notes) }
}

/**
 * Fits both sides to the stated total. A total that is too high is only noted. Of a total that is too
 * low the output is taken down first (the dearer side), and the sum never exceeds it.
 */
function fitTotal(
  { prompt, output, total }: InclusiveCounts,
  notes: Notes,
): { prompt: Count; output: Count } {
  const sum = (prompt ?? 0) + (output ?? 0)
  if (total === undefined || total === sum) return { prompt, output }
  const whole = prompt !== undefined && output !== undefined
  if (total > sum) {
    if (whole) notes.add('identity_broken')
    return { prompt, output }
  }
  notes.add('identity_broken')
  if (prompt === undefined) return { prompt, output: total }
  if (output === undefined) return { prompt: total, output }
  if (total >= prompt) return { prompt, output: total - prompt }
  if (total >= output) return { prompt: total - output, output }
  return { prompt: total, output: 0 }
}

const atMost = (count: number, most: number, notes: Notes): number => {
  if (count <= most) return count
  notes.add('subset_exceeds_total')
  return most
}

/** A subset that makes a call dearer is dropped when it cannot be true; the total stays. */
const orNothing = (count: number, most: number, notes: Notes): number => {
  if (count <= most) return count
  notes.add('subset_exceeds_total')
  return 0
}

function splitPrompt(counts: InclusiveCounts, prompt: Count, notes: Notes): Tokens {
  const tokens: Tokens = {}
  const { cacheRead, cacheWrite, uncached } = counts
  if (prompt === undefined) {
    if (uncached !== undefined) tokens.input = uncached
    if (cacheRead !== undefined) tokens.cache_read = cacheRead
    if (cacheWrite !== undefined) tokens.cache_write = cacheWrite
    return tokens
  }
  const read = atMost(cacheRead ?? 0, prompt, notes)
  const written = orNothing(cacheWrite ?? 0, prompt - read, notes)
  const fresh = stated(uncached, prompt - read - written, notes)
  const modal = uncachedModalities(counts, fresh, notes)
  tokens.input = fresh - modal.audio - modal.image
  if (cacheRead !== undefined) tokens.cache_read = read
  if (cacheWrite !== undefined) tokens.cache_write = written
  if (counts.audio !== undefined) tokens.input_audio = modal.audio
  if (counts.image !== undefined) tokens.input_image = modal.image
  return tokens
}

/** What is left of a total, against what the provider says is left: the lower of the two. */
function stated(said: Count, left: number, notes: Notes): number {
  if (said === undefined || said === left) return left
  notes.add('identity_broken')
  return Math.min(said, left)
}

/**
 * Audio and image tokens that were certainly not cached. Cached and modality counts are overlapping
 * subsets of the prompt; unless the provider says how they overlap, only `audio - cached` is certain,
 * and the rest is priced as text or as cache read, whichever it already is.
 */
function uncachedModalities(
  counts: InclusiveCounts,
  fresh: number,
  notes: Notes,
): { audio: number; image: number } {
  const cached = (counts.cacheRead ?? 0) + (counts.cacheWrite ?? 0)
  const certain = (count: Count, ofThatCached: Count): number => {
    if (count === undefined || count === 0) return 0
    if (ofThatCached !== undefined) return count - atMost(ofThatCached, count, notes)
    if (cached > 0) notes.add('modality_overlap')
    return Math.max(0, count - cached)
  }
  const audio = certain(counts.audio, counts.cachedAudio)
  const image = certain(counts.image, counts.cachedImage)
  return orNothing(audio + image, fresh, notes) === 0 ? { audio: 0, image: 0 } : { audio, image }
}

function splitOutput(counts: InclusiveCounts, output: Count, notes: Notes): Tokens {
  const tokens: Tokens = {}
  const { text, reasoning, outputAudio, outputImage } = counts
  if (output === undefined) {
    if (text !== undefined) tokens.output = text
    if (reasoning !== undefined) tokens.reasoning = reasoning
    return tokens
  }
  const thought = orNothing(reasoning ?? 0, output, notes)
  const media = orNothing((outputAudio ?? 0) + (outputImage ?? 0), output - thought, notes)
  tokens.output = stated(text, output - thought - media, notes)
  if (reasoning !== undefined) tokens.reasoning = thought
  if (outputAudio !== undefined) tokens.output_audio = media === 0 ? 0 : outputAudio
  if (outputImage !== undefined) tokens.output_image = media === 0 ? 0 : outputImage
  return tokens
}

import type { TokenKind } from '../usage/usage.ts'

/** Counts of a dialect whose wholes include their parts. Each may be unsaid. */
export interface Stated {
  readonly prompt?: number | undefined
  readonly written?: number | undefined
  readonly total?: number | undefined
  readonly uncached?: number | undefined
  readonly cached?: number | undefined
  readonly cacheWrites?: number | undefined
  readonly audio?: number | undefined
  readonly image?: number | undefined
  readonly cachedAudio?: number | undefined
  readonly cachedImage?: number | undefined
  readonly text?: number | undefined
  readonly reasoning?: number | undefined
  readonly audioOut?: number | undefined
  readonly imageOut?: number | undefined
}

type Quantities = Partial<Record<TokenKind, number>>

export interface Apart {
  readonly quantities: Quantities
  readonly contradictory: boolean
}

/** Disjoint quantities whose sum is the whole; where the counts cannot all be true, the least of them. */
export function takeApart(stated: Stated): Apart {
  const whole = fitted(stated)
  const prompt = promptApart(stated, whole.prompt)
  const written = writtenApart(stated, whole.written)
  return {
    quantities: { ...prompt.quantities, ...written.quantities },
    contradictory: whole.contradictory || prompt.contradictory || written.contradictory,
  }
}

/** The total is the upper bound of both sides; what is written, the dearer one, gives way first. */
function fitted({ prompt, written, total }: Stated) {
  const sum = (prompt ?? 0) + (written ?? 0)
  if (total === undefined || total === sum) return { prompt, written, contradictory: false }
  const bothSaid = prompt !== undefined && written !== undefined
  if (total > sum) return { prompt, written, contradictory: bothSaid }
  if (prompt === undefined) return { prompt, written: total, contradictory: true }
  if (written === undefined) return { prompt: total, written, contradictory: true }
  if (total >= prompt) return { prompt, written: total - prompt, contradictory: true }
  if (total >= written) return { prompt: total - written, written, contradictory: true }
  return { prompt: total, written: 0, contradictory: true }
}

function promptApart(stated: Stated, prompt: number | undefined): Apart {
  const { cached, cacheWrites, uncached, audio, image } = stated
  if (prompt === undefined) {
    const said = { input: uncached, cache_read: cached, cache_write: cacheWrites }
    return { quantities: saidOf(said), contradictory: false }
  }
  const read = Math.min(cached ?? 0, prompt)
  const writes = (cacheWrites ?? 0) > prompt - read ? 0 : (cacheWrites ?? 0)
  const left = prompt - read - writes
  const fresh = Math.min(uncached ?? left, left)
  const media = freshMedia(stated, fresh)
  return {
    quantities: saidOf({
      input: fresh - media.audio - media.image,
      cache_read: cached === undefined ? undefined : read,
      cache_write: cacheWrites === undefined ? undefined : writes,
      input_audio: audio === undefined ? undefined : media.audio,
      input_image: image === undefined ? undefined : media.image,
    }),
    contradictory:
      read !== (cached ?? 0) || writes !== (cacheWrites ?? 0) || (uncached ?? left) !== left,
  }
}

/** Only what cannot have been cached is certainly fresh audio or image. */
function freshMedia(stated: Stated, fresh: number): { audio: number; image: number } {
  const hidden = (stated.cached ?? 0) + (stated.cacheWrites ?? 0)
  const certain = (count: number | undefined, ofItCached: number | undefined): number =>
    count === undefined || count === 0
      ? 0
      : Math.max(0, count - (ofItCached === undefined ? hidden : Math.min(ofItCached, count)))
  const audio = certain(stated.audio, stated.cachedAudio)
  const image = certain(stated.image, stated.cachedImage)
  return audio + image > fresh ? { audio: 0, image: 0 } : { audio, image }
}

function writtenApart(stated: Stated, written: number | undefined): Apart {
  const { text, reasoning, audioOut, imageOut } = stated
  if (written === undefined)
    return { quantities: saidOf({ output: text, reasoning }), contradictory: false }
  const thought = (reasoning ?? 0) > written ? 0 : (reasoning ?? 0)
  const spoken = (audioOut ?? 0) + (imageOut ?? 0)
  const media = spoken > written - thought ? 0 : spoken
  const left = written - thought - media
  const output = Math.min(text ?? left, left)
  const kept = (count: number | undefined) => (media === 0 && count !== undefined ? 0 : count)
  return {
    quantities: saidOf({
      output,
      reasoning: reasoning === undefined ? undefined : thought,
      output_audio: kept(audioOut),
      output_image: kept(imageOut),
    }),
    contradictory: thought !== (reasoning ?? 0) || media !== spoken || (text ?? left) !== left,
  }
}

function saidOf(counts: Partial<Record<TokenKind, number | undefined>>): Quantities {
  return Object.fromEntries(
    Object.entries(counts).filter(([, count]) => count !== undefined),
  ) as Quantities
}

import type { Tokens } from './reading.ts'
import type { StreamSnapshot } from './stream.ts'
import {
  NO_USAGE,
  type NormalisedCall,
  OUTPUT_KINDS,
  outputTokens,
  PROMPT_KINDS,
  promptTokens,
  type TokenKind,
  type Usage,
  type UsageFlag,
} from './usage.ts'

export interface DeliveredOptions {
  /** The same stream once the upstream was drained: what the provider reported in the end. */
  readonly drained?: StreamSnapshot | undefined
  /** Our own count of the prompt, for a provider that was cut before it reported one. */
  readonly promptTokensEstimate?: number | undefined
}

/**
 * The usage to bill for a stream that the caller left: the prompt once, and of the output what had been
 * delivered by `atAbort`: never more than was reported, nor than the low estimate from the text that
 * was sent. Fees and parts count as far as they were reported by then; what the provider did after the
 * caller left is the platform's cost. A stream that had finished is billed as it was reported.
 *
 * Kinds that are our own count are named in `estimated` and the usage is flagged. `usage` is `null`
 * when neither a prompt nor an output is known.
 */
export function deliveredUsage(
  atAbort: StreamSnapshot,
  options: DeliveredOptions = {},
): NormalisedCall {
  const early = atAbort.call.usage
  if (atAbort.finished && early) return atAbort.call
  const late = options.drained?.call ?? atAbort.call
  const estimated: TokenKind[] = []
  const tokens = promptOf(early, late.usage)
  if (Object.keys(tokens).length === 0 && options.promptTokensEstimate !== undefined) {
    tokens.input = options.promptTokensEstimate
    estimated.push('input')
  }
  const estimate = atAbort.deliveredOutputTokensEstimate
  if (deliverOutput(tokens, late.usage, estimate)) estimated.push('output')
  const nothing = !late.usage && !atAbort.outputStarted && !estimated.includes('input')
  const usage: Usage = {
    tokens,
    fees: early?.fees ?? {},
    estimated,
    flags: flagsOf(early ?? late.usage, estimated.length > 0),
  }
  return { ...late, usage: nothing ? null : usage, parts: atAbort.call.parts }
}

/** The prompt as reported. Where a first estimate was corrected later, the lower of the two. */
function promptOf(early: Usage | null, late: Usage | null): Tokens {
  const [a, b] = [promptKinds(early), promptKinds(late)]
  if (Object.keys(b).length === 0) return a
  return Object.keys(a).length === 0 || sum(b) <= sum(a) ? b : a
}

function promptKinds(usage: Usage | null): Tokens {
  const tokens: Tokens = {}
  for (const kind of PROMPT_KINDS) {
    const count = usage?.tokens[kind]
    if (count !== undefined) tokens[kind] = count
  }
  return tokens
}

const sum = (tokens: Tokens): number => promptTokens({ ...NO_USAGE, tokens })

/** Puts the delivered output in; true when it is our estimate. */
function deliverOutput(tokens: Tokens, reported: Usage | null, estimate: number): boolean {
  const stated = OUTPUT_KINDS.filter((kind) => reported?.tokens[kind] !== undefined)
  if (!reported || stated.length === 0 || outputTokens(reported) > estimate) {
    tokens.output = estimate
    return true
  }
  for (const kind of stated) tokens[kind] = reported.tokens[kind] ?? 0
  return false
}

const flagsOf = (reported: Usage | null, estimated: boolean): UsageFlag[] => [
  ...(reported?.flags ?? []),
  ...(estimated ? (['estimated'] as const) : []),
]

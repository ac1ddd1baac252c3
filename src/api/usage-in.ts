import { type Fault, faultAt } from '../contract/problem-words/faults.ts'
import type { UsageIn } from '../contract/schemas/calls.ts'
import { TOKENS_MAX } from '../contract/schemas/primitives.ts'
import { type Dialect, type NormalisedCall, normalise } from '../core/usage/index.ts'
import { ProblemError } from './problem-answer.ts'

/** What was delivered, and the provider's own words for it as evidence. */
export interface ReadUsage {
  readonly usage: NormalisedCall | null
  readonly evidence: Readonly<Record<string, unknown>>
}

/** Evidence of one call, as JSON text. */
const EVIDENCE_CHARACTERS_MAX = 32_768
const EVIDENCE_DEPTH_MAX = 8

/** Reads reported usage. What cannot be read is said to be so, and never taken for nothing. */
export function readUsage(
  given: UsageIn | null,
  evidence: Readonly<Record<string, unknown>> | undefined,
): ReadUsage {
  const read = given === null ? null : 'dialect' in given ? readRaw(given) : readNormal(given)
  const all = { ...evidence, ...read?.evidence }
  checkEvidence(all)
  return { usage: read?.usage ?? null, evidence: all }
}

function checkEvidence(evidence: Readonly<Record<string, unknown>>): void {
  // first: what is nested without end cannot be written either
  if (isDeeper(evidence, EVIDENCE_DEPTH_MAX))
    throw invalid(faultAt('body/evidence', 'evidence_too_deep', { max: EVIDENCE_DEPTH_MAX }))
  if (JSON.stringify(evidence).length > EVIDENCE_CHARACTERS_MAX)
    throw invalid(faultAt('body/evidence', 'evidence_too_long', { max: EVIDENCE_CHARACTERS_MAX }))
}

const isDeeper = (value: unknown, levels: number): boolean =>
  typeof value === 'object' &&
  value !== null &&
  (levels === 0 || Object.values(value).some((member) => isDeeper(member, levels - 1)))

const invalid = (fault: Fault): ProblemError =>
  new ProblemError('usage_invalid', { errors: [fault] })

function readRaw(given: Extract<UsageIn, { dialect: string }>): ReadUsage {
  const usage = normalise(given.dialect, given.response)
  const all = [...(usage.usage ? [usage.usage] : []), ...usage.parts.map((part) => part.usage)]
  if (all.length === 0)
    throw invalid(faultAt('body/usage/response', 'usage_absent', { dialect: given.dialect }))
  const verbatim = usageWords(given.dialect, given.response)
  if (all.some(({ flags }) => flags.includes('malformed_count'))) checkCounts(verbatim)
  return { usage, evidence: { provider_usage: verbatim } }
}

/** A count beyond what any call can have is a mistake that the caller can mend. */
function checkCounts(words: object): void {
  for (const [name, count] of Object.entries(words)) {
    if (typeof count === 'number' && count > TOKENS_MAX)
      throw invalid(
        faultAt('body/usage/response', 'usage_too_large', { count, name, max: TOKENS_MAX }),
      )
    if (typeof count === 'object' && count !== null) checkCounts(count)
  }
}

const KEPT: readonly string[] = [
  'id',
  'responseId',
  'model',
  'modelVersion',
  'service_tier',
  'usage',
  'usageMetadata',
  'totalUsage',
]

/** The provider's words about usage, and nothing that was said in the call itself. */
function usageWords(
  dialect: Dialect,
  response: Readonly<Record<string, unknown>>,
): Readonly<Record<string, unknown>> {
  const isOtel = dialect === 'otel'
  const attributes = isOtel && isObject(response.attributes) ? response.attributes : response
  const kept = Object.entries(attributes).filter(([name, value]) =>
    isOtel ? OTEL_KEPT.test(name) && !isObject(value) : KEPT.includes(name),
  )
  const words = kept.length > 0 ? Object.fromEntries(kept) : response
  return Object.fromEntries(
    Object.entries(words)
      .filter(([name, value]) => isWords(name, value))
      .map(([name, value]) => [name, withoutTexts(value)]),
  )
}

const WORD = /^[\w.:@/+-]{1,128}$/

/** Usage counts, and names what it counts in words; a text within it is not usage. */
function withoutTexts(value: unknown): unknown {
  if (Array.isArray(value)) return value.filter(isNoText).map(withoutTexts)
  if (!isObject(value)) return value
  return Object.fromEntries(
    Object.entries(value)
      .filter(([, member]) => isNoText(member))
      .map(([name, member]) => [name, withoutTexts(member)]),
  )
}

const isNoText = (value: unknown): boolean => typeof value !== 'string' || WORD.test(value)

const OTEL_KEPT = /^gen_ai\.(usage\.|client\.|request\.model|response\.(id|model)|provider|system$)/

const isObject = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null && !Array.isArray(value)

/** Counts may be nested (`prompt_tokens_details`); texts are kept of names only. */
const isWords = (name: string, value: unknown): boolean =>
  typeof value === 'number' || isObject(value) || KEPT.includes(name) || OTEL_KEPT.test(name)

const readNormal = (given: Exclude<UsageIn, { dialect: string }>): ReadUsage => ({
  usage: {
    model: given.model ?? null,
    tier: given.tier ?? null,
    speed: given.speed ?? null,
    region: given.region ?? null,
    usage: {
      tokens: given.tokens,
      fees: given.fees ?? {},
      estimated: given.estimated ?? [],
      flags: (given.estimated?.length ?? 0) > 0 ? ['estimated'] : [],
    },
    parts: [],
  },
  evidence: {},
})

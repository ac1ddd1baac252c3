import type { PlannedCall, Surface } from '../replay/call.ts'
import type { TraceCall } from '../traces.ts'
import { hashText, seededRandom } from '../upstream/random.ts'
import { CAST, type CastMember } from './cast.ts'
import { MISHAPS, type Mishap, mishapCount } from './mishaps.ts'

export interface ScheduleOptions {
  readonly seed: number
  /** Names this replay: ids of calls begin with it. */
  readonly name: string
  readonly mooncake: readonly TraceCall[]
  readonly azure: readonly TraceCall[]
  /** The model that no price book knows yet. */
  readonly unpricedModel: string
  readonly cast?: readonly CastMember[]
}

const OUTPUT_TOKENS_MAX = 4_096
const STREAMED = { mooncake: 0.7, azure: 0.5 }
const RESPONSES_SHARE = 0.2

/** A planned call with what it is to become, while it still may change. */
interface Draft {
  readonly member: CastMember
  call: PlannedCall
  mishap: Mishap | null
}

/**
 * Who makes which call of the traces, when, how, and what goes wrong: the same seed gives the same
 * plan. The calls of each trace stay in their order, so that prompts find what was cached before them.
 */
export function schedule(options: ScheduleOptions): PlannedCall[] {
  const random = seededRandom(options.seed)
  const drafts = interleaved(options.mooncake, options.azure).map((entry, place) =>
    draftOf(options, entry, { place, random }),
  )
  for (const mishap of MISHAPS) play(mishap, drafts, options, random)
  return drafts.map((draft) => draft.call)
}

interface TraceEntry {
  readonly trace: 'mooncake' | 'azure'
  readonly traceCall: TraceCall
}

/** Both traces side by side, each spread evenly over the whole replay. */
function interleaved(mooncake: readonly TraceCall[], azure: readonly TraceCall[]): TraceEntry[] {
  const entries: TraceEntry[] = []
  let [left, right] = [0, 0]
  while (left < mooncake.length || right < azure.length) {
    const leftIsNext = left * azure.length <= right * mooncake.length
    if (left < mooncake.length && (leftIsNext || right >= azure.length)) {
      entries.push({ trace: 'mooncake', traceCall: mooncake[left] as TraceCall })
      left += 1
    } else {
      entries.push({ trace: 'azure', traceCall: azure[right] as TraceCall })
      right += 1
    }
  }
  return entries
}

function draftOf(
  options: ScheduleOptions,
  { trace, traceCall }: TraceEntry,
  { place, random }: { place: number; random: () => number },
): Draft {
  const cast = options.cast ?? CAST
  // Calls that share their prompt's beginning are one conversation: one account, one model.
  const conversation = traceCall.blockIds?.[1] ?? `${trace} ${traceCall.index}`
  const draw = hashText(`${trace} ${conversation}`, options.seed) / 2 ** 32
  const member = choose(cast, (one) => one.appetite[trace], draw)
  const models =
    trace === 'mooncake' ? member.appetite.anthropicModels : member.appetite.openAiModels
  const pick = hashText(`model ${conversation}`, options.seed)
  const keyPick = hashText(`key ${conversation}`, options.seed)
  const id = `${options.name}-${place}`
  const call: PlannedCall = {
    id,
    traceCall,
    surface: surfaceOf(trace, random()),
    model: models[pick % models.length] as string,
    stream: random() < STREAMED[trace],
    outputTokensMax: member.outputTokensMax ?? OUTPUT_TOKENS_MAX,
    key: (member.keys[keyPick % member.keys.length] ?? { name: '' }).name,
    account: member.id,
    sessionId: `${trace}-${conversation}`,
    manner: { type: 'patient' },
    wishes: { 'x-sim-output-tokens': String(traceCall.outputTokens), 'x-sim-fault': 'none' },
  }
  return { member, call, mishap: null }
}

function surfaceOf(trace: 'mooncake' | 'azure', drawn: number): Surface {
  if (trace === 'mooncake') return 'messages'
  return drawn < RESPONSES_SHARE ? 'responses' : 'chat'
}

/** The member whose stretch of the weights holds the draw (0 to 1). */
function choose(
  cast: readonly CastMember[],
  weightOf: (member: CastMember) => number,
  draw: number,
): CastMember {
  const total = cast.reduce((sum, member) => sum + weightOf(member), 0)
  let rest = draw * total
  for (const member of cast) {
    rest -= weightOf(member)
    if (rest < 0) return member
  }
  return cast.at(-1) as CastMember
}

/** Gives a mishap to as many calls as its share asks for, at least one, at random places. */
function play(
  mishap: Mishap,
  drafts: readonly Draft[],
  options: ScheduleOptions,
  random: () => number,
): void {
  const able = drafts.filter(
    ({ member, call, mishap: taken }) => taken === null && member.playsFaults && mishap.fits(call),
  )
  const { unpricedModel } = options
  for (let number = 0; number < mishapCount(mishap, drafts.length); number += 1) {
    const [draft] = able.splice(Math.floor(random() * able.length), 1)
    if (draft === undefined) return
    draft.mishap = mishap
    draft.call = mishap.apply(draft.call, { random, unpricedModel, number })
  }
}

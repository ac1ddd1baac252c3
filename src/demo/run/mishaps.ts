import type { PlannedCall } from '../replay/call.ts'

/** Something that goes wrong in real traffic, and how often. */
export interface Mishap {
  readonly name: MishapName
  /** Of all calls. */
  readonly share: number
  fits(call: PlannedCall): boolean
  apply(call: PlannedCall, chance: Chance): PlannedCall
}

interface Chance {
  readonly random: () => number
  readonly unpricedModel: string
  /** 0 for the first call that it happens to. */
  readonly number: number
}

type MishapName =
  | 'rate_limited'
  | 'overloaded'
  | 'server_error'
  | 'never_answered'
  | 'stream_error'
  | 'stream_cut'
  | 'stream_ended_early'
  | 'client_hung_up'
  | 'client_gave_up'
  | 'answer_lost'
  | 'refused_by_model'
  | 'refused_midway'
  | 'usage_missing'
  | 'usage_zero'
  | 'price_unknown'

const withWishes = (call: PlannedCall, wishes: Record<string, string>): PlannedCall => ({
  ...call,
  wishes: { ...call.wishes, ...wishes },
})

const any = (): boolean => true
const whole = (call: PlannedCall): boolean => !call.stream
const streamed = (call: PlannedCall): boolean => call.stream
const LONG_ANSWER_TOKENS = 150
const longStream = (call: PlannedCall): boolean =>
  call.stream && call.traceCall.outputTokens >= LONG_ANSWER_TOKENS

const ALWAYS = '9'

/**
 * One attempt in most cases, two in some; a few fail however often they are tried. `first` is what
 * happens to the first one, so that a short replay has both kinds.
 */
function failing(name: MishapName, share: number, fault: string, first = '1'): Mishap {
  return {
    name,
    share,
    fits: any,
    apply: (call, { random, number }) => {
      const drawn = random()
      const times = number === 0 ? first : drawn < 0.8 ? '1' : drawn < 0.9 ? '2' : ALWAYS
      return withWishes(call, { 'x-sim-fault': fault, 'x-sim-fault-times': times })
    },
  }
}

const faulty = (
  name: MishapName,
  share: number,
  fault: string,
  fits: Mishap['fits'] = any,
): Mishap => ({
  name,
  share,
  fits,
  apply: (call) => withWishes(call, { 'x-sim-fault': fault }),
})

const BREAKS_AFTER_CHUNKS = '6'
const breaking = (name: MishapName, share: number, fault: string): Mishap => ({
  name,
  share,
  fits: longStream,
  apply: (call) =>
    withWishes(call, { 'x-sim-fault': fault, 'x-sim-fault-after': BREAKS_AFTER_CHUNKS }),
})

/** Written slowly enough that somebody can hang up in the middle. */
const HANG_UP_CHUNK_MS = '15'
const HANG_UP_BYTES = 2_500
const LATE_ANSWER_MS = '400'
const PATIENCE_MS = 80

/** About 2 % of attempts get an error status; the rest is rarer, and each happens at least once. */
export const MISHAPS: readonly Mishap[] = [
  failing('rate_limited', 0.01, 'rate_limit'),
  failing('overloaded', 0.007, 'overloaded', ALWAYS),
  failing('server_error', 0.003, 'server_error'),
  failing('never_answered', 0.001, 'connection_reset'),
  breaking('stream_error', 0.003, 'mid_stream_error'),
  breaking('stream_cut', 0.003, 'mid_stream_cut'),
  breaking('stream_ended_early', 0.001, 'mid_stream_end'),
  {
    name: 'client_hung_up',
    share: 0.006,
    fits: longStream,
    apply: (call) => ({
      ...withWishes(call, { 'x-sim-chunk-delay-ms': HANG_UP_CHUNK_MS }),
      manner: { type: 'hangs_up', afterBytes: HANG_UP_BYTES },
    }),
  },
  {
    name: 'client_gave_up',
    share: 0.001,
    fits: streamed,
    apply: (call) => ({
      ...withWishes(call, { 'x-sim-first-byte-ms': LATE_ANSWER_MS }),
      manner: { type: 'gives_up', afterMs: PATIENCE_MS },
    }),
  },
  {
    name: 'answer_lost',
    share: 0.002,
    fits: whole,
    apply: (call) => ({
      ...withWishes(call, { 'x-sim-first-byte-ms': LATE_ANSWER_MS }),
      manner: { type: 'loses_answer', afterMs: PATIENCE_MS },
    }),
  },
  faulty('refused_by_model', 0.002, 'refusal_before_output'),
  faulty('refused_midway', 0.001, 'refusal_after_output'),
  faulty('usage_missing', 0.001, 'usage_missing'),
  faulty('usage_zero', 0.001, 'usage_zero'),
  {
    name: 'price_unknown',
    share: 0.005,
    fits: (call) => call.surface === 'messages',
    apply: (call, { unpricedModel }) => ({ ...call, model: unpricedModel }),
  },
]

/** How many of so many calls: its share, but never none. */
export const mishapCount = (mishap: Mishap, calls: number): number =>
  Math.max(1, Math.round(mishap.share * calls))

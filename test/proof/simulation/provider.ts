import type { AnswerSink, Sent, Upstream, UpstreamRequest } from '../../../src/gateway/upstream.ts'
import { Random } from './random.ts'
import type { World } from './world.ts'

/** What becomes of a call at the provider, by share of calls. */
const KINDS = [
  'whole',
  'whole',
  'whole',
  'whole',
  'fails_before',
  'rate_limited',
  'fails_in_band',
  'rate_limited_in_band',
  'cut',
  'hangs',
  'zero_usage',
  'client_leaves',
  'client_leaves',
] as const
export type Fate = (typeof KINDS)[number]

/** Those of which something is to be paid. */
export const isCharged = (fate: Fate): boolean => fate === 'whole' || fate === 'client_leaves'

/** A call's fate belongs to its id: however often it is asked for, the provider does the same. */
export const fateOf = (seed: number, call: number): Fate =>
  new Random(seed * 7_919 + call).pick(KINDS)

export const INPUT_TOKENS = 1_000
export const PIECES = 6
/** Four bytes of text each. */
export const PIECE_TOKENS = 40
const PIECE_MS = 4_000
const SLOW_PIECE_MS = 40_000

const sse = (type: string, fields: object): string =>
  `event: ${type}\ndata: ${JSON.stringify({ type, ...fields })}\n\n`
const START = (input: number): string =>
  sse('message_start', {
    message: { id: 'msg', model: 'small', usage: { input_tokens: input, output_tokens: 0 } },
  })
const PIECE = sse('content_block_delta', {
  ...{ index: 0, delta: { type: 'text_delta', text: 'word'.repeat(PIECE_TOKENS) } },
})
const END = (output: number): string =>
  sse('message_delta', {
    ...{ delta: { stop_reason: 'end_turn' }, usage: { output_tokens: output } },
  }) + sse('message_stop', {})
const ERROR = (type: string): string => sse('error', { error: { type, message: type } })

const HEAD = { 'content-type': 'text/event-stream' }
const flow = { pause: () => {}, resume: () => {} }

/** The provider, as one life of a gateway reaches it. */
export const providerOf = (
  world: World,
  seed: number,
  life: { readonly dead: boolean },
): Upstream => ({
  send: (request, sink) => new Answer(world, { seed, life, request, sink }),
  close: async () => {},
})

interface AnswerOf {
  readonly seed: number
  readonly life: { readonly dead: boolean }
  readonly request: UpstreamRequest
  readonly sink: AnswerSink
}

const callOf = ({ body }: UpstreamRequest): string =>
  (JSON.parse(String(body)) as { metadata: { user_id: string } }).metadata.user_id

/** One answer, piece by piece, each in its own time. */
class Answer implements Sent {
  readonly #world: World
  readonly #own: AnswerOf
  readonly #callId: string
  readonly #fate: Fate
  #isOver = false

  constructor(world: World, own: AnswerOf) {
    this.#world = world
    this.#own = own
    this.#callId = callOf(own.request)
    this.#fate = fateOf(own.seed, Number(this.#callId.split('_')[1]))
    if (this.#fate !== 'whole' && world.hasFaults) world.count(`provider_${this.#fate}`)
    this.#later(500, 'begins', () => this.#begin())
  }

  abort(kind: 'bounded' | 'closing'): void {
    if (this.#isOver) return
    this.#isOver = true
    this.#world.after(0, `${this.#callId} is given up`, () => {
      if (!this.#own.life.dead) this.#own.sink.onBroken({ kind, code: kind })
    })
  }

  /** Whoever has asked may be dead by then, or have given it up. */
  #later(ms: number, what: string, run: () => void): void {
    const wait = 1 + this.#world.random.below(ms)
    this.#world.after(wait, `provider ${what} ${this.#callId}`, () => {
      if (!this.#isOver && !this.#own.life.dead) run()
    })
  }

  #begin(): void {
    const { sink } = this.#own
    if (this.#fate === 'fails_before') {
      this.#refuse(500, 'api_error')
      return
    }
    if (this.#fate === 'rate_limited') {
      this.#refuse(429, 'rate_limit_error')
      return
    }
    sink.onHead(200, HEAD, flow)
    this.#say(START(this.#fate === 'zero_usage' ? 0 : INPUT_TOKENS))
    this.#go(0)
  }

  #go(pieces: number): void {
    if (pieces === PIECES / 2 && this.#breaks()) return
    if (pieces === PIECES) {
      this.#later(500, 'ends', () => this.#end())
      return
    }
    const isSlow = this.#world.fault('provider_slow', 0.1)
    this.#later(isSlow ? SLOW_PIECE_MS : PIECE_MS, 'goes on with', () => {
      this.#say(PIECE)
      this.#go(pieces + 1)
    })
  }

  /** Whether it ends in the middle. */
  #breaks(): boolean {
    const { sink } = this.#own
    if (this.#fate === 'fails_in_band' || this.#fate === 'rate_limited_in_band') {
      this.#say(ERROR(this.#fate === 'fails_in_band' ? 'overloaded_error' : 'rate_limit_error'))
      this.#over(() => sink.onEnd())
      return true
    }
    if (this.#fate === 'cut') this.#over(() => sink.onBroken({ kind: 'reset', code: 'ECONNRESET' }))
    if (this.#fate === 'hangs')
      this.#later(60_000, 'is silent for', () =>
        this.#over(() => sink.onBroken({ kind: 'timeout', code: 'UND_ERR_BODY_TIMEOUT' })),
      )
    return this.#fate === 'cut' || this.#fate === 'hangs'
  }

  #end(): void {
    this.#say(END(this.#fate === 'zero_usage' ? 0 : PIECES * PIECE_TOKENS))
    this.#over(() => this.#own.sink.onEnd())
  }

  #refuse(status: number, type: string): void {
    const { sink } = this.#own
    sink.onHead(status, { 'content-type': 'application/json' }, flow)
    this.#say(JSON.stringify({ type: 'error', error: { type, message: type } }))
    this.#over(() => sink.onEnd())
  }

  #say(text: string): void {
    this.#own.sink.onData(Buffer.from(text))
  }

  #over(tell: () => void): void {
    this.#isOver = true
    tell()
  }
}

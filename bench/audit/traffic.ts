import type { OutcomeCode } from '../../src/core/decisions/index.ts'
import type { NormalisedCall } from '../../src/core/usage/index.ts'
import { type Bank, readServed, type Served } from './bank.ts'

/** Numbers that look random and are the same for the same seed (mulberry32). */
export class Dice {
  #state: number

  constructor(seed: number) {
    this.#state = seed >>> 0
  }

  #next(): number {
    this.#state = (this.#state + 0x6d2b79f5) >>> 0
    let mixed = Math.imul(this.#state ^ (this.#state >>> 15), this.#state | 1)
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61)
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296
  }

  /** A whole number from `least` to `most`. */
  between(least: number, most: number): number {
    return least + Math.floor(this.#next() * (most - least + 1))
  }

  one<T>(of: readonly T[]): T {
    return of[this.between(0, of.length - 1)]!
  }

  is(percent: number): boolean {
    return this.#next() * 100 < percent
  }
}

/** What a dialect reports of some prompt and output, each part its own number. */
export function anthropicUsage(dice: Dice) {
  const [short, long] = dice.is(50) ? [dice.between(100, 2_000), 0] : [0, dice.between(100, 900)]
  return {
    input_tokens: dice.between(20, 3_000),
    cache_read_input_tokens: dice.between(500, 20_000),
    cache_creation_input_tokens: short + long,
    cache_creation: { ephemeral_5m_input_tokens: short, ephemeral_1h_input_tokens: long },
    output_tokens: dice.between(10, 900),
  }
}

export function openAiUsage(dice: Dice) {
  const prompt = dice.between(2_000, 20_000)
  const output = dice.between(300, 1_500)
  return {
    prompt_tokens: prompt,
    completion_tokens: output,
    total_tokens: prompt + output,
    prompt_tokens_details: { cached_tokens: dice.between(100, 1_900) },
    completion_tokens_details: { reasoning_tokens: dice.between(20, 290) },
  }
}

export function geminiUsage(dice: Dice) {
  const [prompt, candidates, thoughts] = [
    dice.between(500, 9_000),
    dice.between(10, 600),
    dice.between(0, 300),
  ]
  return {
    promptTokenCount: prompt,
    cachedContentTokenCount: dice.between(0, 400),
    candidatesTokenCount: candidates,
    thoughtsTokenCount: thoughts,
    totalTokenCount: prompt + candidates + thoughts,
  }
}

/** A call of any dialect, as it comes. */
export function aCall(bank: Bank, dice: Dice): Served {
  const id = bank.id('call')
  const common = {
    id,
    fingerprint: `print_${id}`,
    ...(dice.is(20) && { client: 'other' }),
    ...(dice.is(20) && { features: ['tools'] }),
  }
  switch (dice.between(0, 2)) {
    case 0: {
      const fast = dice.is(15) && { speed: 'fast' }
      const model = dice.is(40) ? 'sonata-20250930' : 'sonata'
      const usage = {
        ...anthropicUsage(dice),
        server_tool_use: { web_search_requests: dice.is(20) ? 1 : 0 },
      }
      return { ...common, dialect: 'anthropic', model, ...fast, usage }
    }
    case 1: {
      const tier = dice.one(['default', 'flex', 'priority'])
      return { ...common, dialect: 'openai_chat', model: 'granite', tier, usage: openAiUsage(dice) }
    }
    default:
      return {
        ...common,
        dialect: 'gemini',
        model: dice.one(['geode', 'pebble']),
        usage: geminiUsage(dice),
      }
  }
}

const ENDS: readonly OutcomeCode[] = [
  'refused_before_output',
  'upstream_failed_mid_stream',
  'usage_zero_with_output',
  'served_from_cache',
  'refused_after_output',
]

/** A stream that its caller left: billed for what had arrived, which is our own count. */
export function cut(own: Served, delivered: number): { served: Served; usage: NormalisedCall } {
  const whole = readServed(own)
  const { output: _, reasoning: __, ...prompt } = whole.usage?.tokens ?? {}
  return {
    served: {
      ...own,
      outcome: 'client_aborted',
      evidence: { ...own.evidence, delivered_output_tokens_estimate: delivered },
    },
    usage: {
      ...whole,
      usage: {
        tokens: { ...prompt, output: delivered },
        fees: whole.usage?.fees ?? {},
        estimated: ['output'],
        flags: ['estimated'],
      },
    },
  }
}

/** One call of an ordinary day: most succeed, some fail, are left, or are held first. */
export function ordinaryCall(bank: Bank, dice: Dice): void {
  bank.wait(dice.between(60_000, 300_000))
  const own = aCall(bank, dice)
  const lot = dice.is(0.5)
  if (lot)
    bank.grant(`${dice.between(1, 5)}`, { expiresAt: (bank.now + 90_000_000) as Bank['now'] })
  if (dice.is(1) || (bank.state?.lots ?? []).every(({ remaining }) => remaining < 3_000_000_000n))
    bank.topUp(`${dice.between(10, 40)}`)
  if (dice.is(84)) bank.record(own)
  else if (dice.is(40)) endedOtherwise(bank, dice, own)
  else heldFirst(bank, dice, own)
}

function endedOtherwise(bank: Bank, dice: Dice, own: Served): void {
  switch (dice.between(0, 4)) {
    case 0: {
      const left = cut(own, dice.between(1, 9))
      bank.record(left.served, { usage: left.usage })
      break
    }
    case 1:
      bank.record({ ...own, usage: null, outcome: 'error_before_output' })
      break
    case 2:
      bank.record({ ...own, usage: null })
      break
    case 3:
      bank.refund(bank.record(own).call!.call_id)
      break
    default:
      bank.record({ ...own, outcome: dice.one(ENDS) })
  }
}

function heldFirst(bank: Bank, dice: Dice, own: Served): void {
  bank.authorize(own, dice.between(100, 2_000))
  if (!bank.holds.has(own.id)) return
  bank.wait(dice.between(1_000, 30_000))
  if (dice.is(50)) bank.record(aCall(bank, dice))
  bank.settle(own)
}

import type { Fields } from '../../vectors/shapes.ts'
import type { Random } from '../simulation/random.ts'
import type { LoggedCall } from './ccusage.ts'

/** Up to 40 dollars for a million tokens, in steps of a hundredth of a cent. */
const price = (random: Random): number => random.below(400_000) + 1
const text = (steps: number): string =>
  `${Math.floor(steps / 10_000)}.${String(steps % 10_000).padStart(4, '0')}`

/** Often none, often a few, sometimes very many. */
function tokens(random: Random): number {
  const size = random.pick([0, 10, 1_000, 50_000])
  return size === 0 ? 0 : random.below(size)
}

/** One call of either tool with prices of its own. */
export const drawCall = (random: Random, id: string): LoggedCall =>
  random.chance(0.5) ? drawClaude(random, id) : drawCodex(random, id)

function drawClaude(random: Random, id: string): LoggedCall {
  const input = price(random)
  const [for5m, for1h] = [tokens(random), tokens(random)]
  const usage = {
    input_tokens: tokens(random),
    // a call without any token is no call in the logs
    output_tokens: tokens(random) + 1,
    cache_read_input_tokens: tokens(random),
    cache_creation_input_tokens: for5m + for1h,
    cache_creation: { ephemeral_5m_input_tokens: for5m, ephemeral_1h_input_tokens: for1h },
  }
  const prices = {
    input: text(input),
    output: text(price(random)),
    cache_read: text(price(random)),
    cache_write_5m: text(price(random)),
    // no setting of ccusage: it takes twice the price of input
    cache_write_1h: text(input * 2),
  }
  return { id, log: 'claude', usages: [usage], prices }
}

function drawCodex(random: Random, id: string): LoggedCall {
  const cached_input_tokens = tokens(random)
  // half of them above the band, which moves the whole request
  const input_tokens = cached_input_tokens + tokens(random) + (random.chance(0.5) ? 200_001 : 0)
  const output_tokens = tokens(random) + 1
  const usage = {
    input_tokens,
    cached_input_tokens,
    output_tokens,
    reasoning_output_tokens: random.below(output_tokens + 1),
    total_tokens: input_tokens + output_tokens,
  }
  const row = (): Fields => ({
    input: text(price(random)),
    output: text(price(random)),
    cache_read: text(price(random)),
  })
  return { id, log: 'codex', usages: [usage], prices: { ...row(), above_200k: row() } }
}

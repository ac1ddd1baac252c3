import type { Client } from '../../client/index.ts'
import { readAmount } from './amounts.ts'
import type { CastMember } from './cast.ts'

/** Reported calls are of one size; only the last one is smaller. */
const MODEL = 'claude-sonnet-5.5'
const PROMPT_TOKENS = 90_000
const OUTPUT_TOKENS = 7_000
const CALLS_MAX = 200
const LEAST_TOKENS = 200
/** The provider of the replay knows nothing of these calls: their ids say so. */
const ELSEWHERE = 'call_elsewhere_'

export interface Elsewhere {
  readonly member: CastMember
  /** What is to be spent, at list price. */
  readonly amount: bigint
  readonly now: () => number
  readonly program?: string
}

/**
 * Spends an amount by calls that did not pass the gateway: their usage is reported afterwards
 * (`POST /v1/record`), as a company would do it for traffic that it meters itself.
 */
export async function spendElsewhere(client: Client, spending: Elsewhere): Promise<void> {
  let rest = spending.amount
  const whole = await costOf(client, PROMPT_TOKENS, OUTPUT_TOKENS)
  for (let number = 1; number <= CALLS_MAX; number += 1) {
    const part = rest < whole ? Number((rest * 10_000n) / whole) / 10_000 : 1
    const prompt = Math.floor(PROMPT_TOKENS * part)
    if (rest <= 0n || prompt < LEAST_TOKENS) return
    const output = Math.floor(OUTPUT_TOKENS * part)
    await report(client, spending, { number, prompt, output })
    rest -= part === 1 ? whole : rest
  }
}

/** Asked of the server: the demo knows no prices. */
async function costOf(client: Client, prompt: number, output: number): Promise<bigint> {
  const usage = { input_tokens: prompt, output_tokens: output }
  const { total } = await client.rate({
    dialect: 'anthropic',
    response: { model: MODEL, usage },
    currency: 'USD',
  })
  if (total === null) throw new Error(`No price book in force has prices for ${MODEL}.`)
  return readAmount(total)
}

interface Report {
  readonly number: number
  readonly prompt: number
  readonly output: number
}

async function report(client: Client, spending: Elsewhere, call: Report): Promise<void> {
  const { member, now, program } = spending
  const nowMs = now()
  const name = `${member.name.toLowerCase()}_${nowMs.toString(36)}_${call.number}`
  await client.record({
    account_id: member.id,
    call_id: `${ELSEWHERE}${program === undefined ? '' : `${program}_`}${name}`,
    model: MODEL,
    ...(program !== undefined && { client: program }),
    event_at: new Date(nowMs).toISOString(),
    usage: { tokens: { input: call.prompt, output: call.output } },
    evidence: { source: 'reported by a program that meters itself' },
  })
}

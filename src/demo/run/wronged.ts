import { type Answer, type Client, take } from '../../client/index.ts'
import { readAmount, sumOf, writeAmount } from './amounts.ts'
import { CAST, castFor } from './cast.ts'
import { labelled } from './labelled.ts'
import type { DemoUi } from './options.ts'
import { CURRENCY } from './seed.ts'
import { until } from './settle-down.ts'
import { plural } from './words.ts'

type Finding = Answer<'approveFinding'>

/** What became of calls that were charged although they had failed. */
export interface Wronged {
  readonly calls: readonly string[]
  /** Charged at first, by call. */
  readonly charged: bigint
  readonly findings: readonly Finding[]
  /** From the last wrong charge to the last refund. */
  readonly seconds: number
}

const CALLS_EACH = 3
const PROMPT_TOKENS = 40_000
const OUTPUT_TOKENS = 2_000
const MODEL = 'claude-sonnet-5.5'
const RATE_LIMITED = 429
const REFUND_MAX_MS = 60_000

/** One whose plan covers its calls, and one that owes for them. */
const HARMED = ['covered', 'overage'] as const

/**
 * A program that reports its own calls has a bug: it takes answers that say "rate limited" for successes, and
 * reports what it had asked for as used. Nobody complains; the audit finds it.
 */
export async function chargeWrongly(
  client: Client,
  { name, now }: { readonly name: string; readonly now: () => number },
): Promise<Wronged> {
  const calls: string[] = []
  let charged = 0n
  for (const story of HARMED)
    for (let number = 1; number <= CALLS_EACH; number += 1) {
      const call_id = `call_${name}-bug-${story}-${number}`
      const entry = await client.record({
        account_id: castFor(story).id,
        call_id,
        model: MODEL,
        usage: { tokens: { input: PROMPT_TOKENS, output: OUTPUT_TOKENS } },
        event_at: new Date(now()).toISOString(),
        evidence: { upstream_status: RATE_LIMITED },
      })
      calls.push(call_id)
      charged += readAmount(entry.totals?.total)
    }
  const since = now()
  await until(async () => isMadeGood(await ofCalls(client, calls)), REFUND_MAX_MS)
  return {
    calls,
    charged,
    findings: await ofCalls(client, calls),
    seconds: (now() - since) / 1_000,
  }
}

/** Whether a call, or its receipt, is one of the program's. */
export const isOfBug = (id: string): boolean => id.includes('-bug-')

const isMadeGood = (findings: readonly Finding[]): boolean =>
  findings.length === HARMED.length * CALLS_EACH &&
  findings.every(({ status }) => status === 'remedied')

async function ofCalls(client: Client, calls: readonly string[]): Promise<Finding[]> {
  const all = await take(client.findings.listAll({ rule: 'failed_call_charged' }))
  return all.filter((own) => own.calls.some((call) => calls.includes(call)))
}

/** Every account is audited now: what was charged rightly gives no finding. */
export async function findingsElsewhere(client: Client): Promise<string[]> {
  for (const { id } of CAST) await client.findings.check(id)
  const all = await take(client.findings.listAll())
  return all
    .filter((own) => !own.calls.some(isOfBug) && own.rule !== 'unusual_burn')
    .map(
      (own) =>
        `The audit has found something that nobody did: ${own.account_id} ${own.finding_key}.`,
    )
}

/** What the refunds are not: all of it, once, to the nano. */
export function wrongedDifferences({ calls, charged, findings }: Wronged): string[] {
  const back = sumOf(findings, ({ difference }) => readAmount(difference))
  const open = findings.filter(({ status }) => status !== 'remedied')
  return [
    ...(findings.length === calls.length
      ? []
      : [`${calls.length} calls were charged wrongly, and ${findings.length} were found.`]),
    ...(back === charged
      ? []
      : [`${writeAmount(charged)} was charged wrongly, and ${writeAmount(back)} was found.`]),
    ...(open.length === 0 ? [] : [`${plural(open.length, 'wrong charge')} was not given back.`]),
  ]
}

export function wrongedLines(ui: DemoUi, { calls, charged, seconds }: Wronged): string[] {
  const dollars = ui.money(writeAmount(charged), CURRENCY)
  const text =
    `a program that reports its own calls took ${plural(calls.length, 'answer')} “rate limited” for successes: ` +
    `${dollars} charged to two accounts. Found by the audit and given back, to the plan and to what was owed, ` +
    `${seconds.toFixed(1)} s later; nobody had to ask. In all other calls it finds nothing.`
  return labelled(ui, { label: 'made good', text, tone: 'ok' })
}

import { type Answer, type Client, type EntryAnswer, take } from '../../client/index.ts'
import type { CallResult, PlannedCall } from '../replay/call.ts'
import { createCaller } from '../replay/caller.ts'
import { PromptWriter, readTrace, type TraceCall } from '../traces.ts'
import { readAmount, sumOf, writeAmount } from './amounts.ts'
import { CAST, type CastMember, castFor } from './cast.ts'
import { labelled } from './labelled.ts'
import type { DemoOptions, DemoUi } from './options.ts'
import type { Stage } from './prepare.ts'
import { CURRENCY } from './seed.ts'
import { settleDown, until } from './settle-down.ts'
import { plural } from './words.ts'

type Finding = Answer<'approveFinding'>

/** What became of calls that were charged although they had failed. */
export interface Wronged {
  /** Receipts of the calls. */
  readonly calls: readonly string[]
  /** What their clients had: each got an error. */
  readonly answered: number
  /** By the journal, when they were charged. */
  readonly charged: bigint
  readonly findings: readonly Finding[]
  /** From the last wrong charge to the last refund. */
  readonly seconds: number
}

const CALLS_EACH = 3
const OUTPUT_TOKENS_MAX = 2_000
const MODEL = 'claude-sonnet-5.5'
const REFUND_MAX_MS = 60_000

/** One whose plan covers its calls, and one that owes for them. */
const HARMED = ['covered', 'overage'] as const

/** Text comes first, then the provider says in the stream that a rate limit was reached. */
const RATE_LIMITED_MIDWAY = {
  'x-sim-output-tokens': String(OUTPUT_TOKENS_MAX),
  'x-sim-fault': 'mid_stream_error',
  'x-sim-fault-after': '6',
  'x-sim-error-type': 'rate_limit_error',
}

/**
 * The bug of 2026, put into the gateway on purpose and for some calls only: answers that a rate limit has
 * ended are taken for successes, and charged. Nobody complains; the audit finds it.
 */
export async function chargeWrongly(
  options: DemoOptions,
  { client, remembered }: Stage,
  name: string,
): Promise<Wronged> {
  const { now = Date.now } = options
  options.setFault(true)
  const results = await failingCalls(options, remembered.keys, name).finally(() =>
    options.setFault(false),
  )
  await settleDown(client)
  const since = now()
  const calls = results.flatMap(({ receiptId }) => (receiptId === null ? [] : [receiptId]))
  const charges = await chargesOf(client, calls)
  await until(async () => isMadeGood(await ofCalls(client, calls)), REFUND_MAX_MS)
  return {
    calls,
    answered: results.filter(({ ending }) => ending === 'answered').length,
    charged: sumOf(charges, ({ totals }) => readAmount(totals?.total)),
    findings: await ofCalls(client, calls),
    seconds: (now() - since) / 1_000,
  }
}

async function failingCalls(
  { baseUrl }: DemoOptions,
  keys: Readonly<Record<string, string>>,
  name: string,
): Promise<CallResult[]> {
  const prompts = readTrace('mooncake').slice(0, CALLS_EACH)
  const caller = createCaller({
    baseUrl,
    connections: HARMED.length,
    secretOf: (key) => keys[key] ?? '',
    writer: new PromptWriter(),
    random: () => 0,
    haste: 1,
  })
  const inTurn = async (member: CastMember): Promise<CallResult[]> => {
    const results: CallResult[] = []
    for (const prompt of prompts) results.push(await caller.call(planned(name, member, prompt)))
    return results
  }
  try {
    return (await Promise.all(HARMED.map((story) => inTurn(castFor(story))))).flat()
  } finally {
    await caller.close()
  }
}

const planned = (name: string, { id, keys }: CastMember, traceCall: TraceCall): PlannedCall => ({
  id: `${name}-fault-${id}-${traceCall.index}`,
  traceCall,
  surface: 'messages',
  model: MODEL,
  stream: true,
  outputTokensMax: OUTPUT_TOKENS_MAX,
  key: keys[0]?.name ?? '',
  account: id,
  sessionId: `fault-${id}`,
  manner: { type: 'patient' },
  wishes: RATE_LIMITED_MIDWAY,
})

/** The entries that charged the calls, as they were before anything was given back. */
async function chargesOf(client: Client, calls: readonly string[]): Promise<EntryAnswer[]> {
  const wanted = new Set(calls)
  const ofMember = ({ id }: CastMember): Promise<EntryAnswer[]> =>
    take(client.accounts.entries(id, { kind: 'settle', limit: 200 }), 200)
  const all = await Promise.all(HARMED.map((story) => ofMember(castFor(story))))
  return all.flat().filter(({ receipt_id }) => receipt_id !== undefined && wanted.has(receipt_id))
}

const isMadeGood = (findings: readonly Finding[]): boolean =>
  findings.length === HARMED.length * CALLS_EACH &&
  findings.every(({ status }) => status === 'remedied')

async function ofCalls(client: Client, calls: readonly string[]): Promise<Finding[]> {
  const wanted = new Set(calls)
  const all = await take(client.findings.listAll({ rule: 'failed_call_charged' }))
  return all.filter(({ receipts }) => receipts.some((receipt) => wanted.has(receipt)))
}

/** Every account is audited now: in what this replay charged rightly there is no finding. */
export async function findingsElsewhere(
  client: Client,
  startedMs: number,
  { findings }: Wronged,
): Promise<string[]> {
  for (const { id } of CAST) await client.findings.check(id)
  const known = new Set(findings.map(({ finding_key }) => finding_key))
  const all = await take(client.findings.listAll())
  return all
    .filter((own) => !known.has(own.finding_key) && own.rule !== 'unusual_burn')
    .filter(({ at }) => Date.parse(at) >= startedMs)
    .map(
      (own) =>
        `The audit has found something that nobody did: ${own.account_id} ${own.finding_key}.`,
    )
}

/** What the refunds are not: all of it, once, to the nano. */
export function wrongedDifferences({ calls, answered, charged, findings }: Wronged): string[] {
  const back = sumOf(findings, ({ difference }) => readAmount(difference))
  const open = findings.filter(({ status }) => status !== 'remedied')
  return [
    ...(answered === 0 ? [] : [`${plural(answered, 'call')} of the bug was answered after all.`]),
    ...(charged > 0n ? [] : ['The bug charged nothing.']),
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
    `a bug, put into the gateway on purpose, took ${plural(calls.length, 'answer')} that a rate limit had cut for successes: ` +
    `${dollars} charged to two accounts. Found by the audit and given back, to the plan and to what was owed, ` +
    `${seconds.toFixed(1)} s later; nobody had to ask. In all other calls it finds nothing.`
  return labelled(ui, { label: 'made good', text, tone: 'ok' })
}

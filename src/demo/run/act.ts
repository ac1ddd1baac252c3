import type { Client } from '../../client/index.ts'
import type { CallResult, PlannedCall } from '../replay/call.ts'
import { createCaller } from '../replay/caller.ts'
import { type ReplayOptions, replay } from '../replay/replay.ts'
import { PromptWriter, readTrace } from '../traces.ts'
import { seededRandom } from '../upstream/random.ts'
import { deliveryDifferences } from './alerts/checks.ts'
import { type Delivered, Listening } from './alerts/listening.ts'
import { answeredOtherwise } from './campaign/checks.ts'
import { type ClaimAttempt, runCampaign } from './campaign/claims.ts'
import { CAST, type CastMember, castFor } from './cast.ts'
import { bookInForce, type PriceBookDocument, withModel } from './catalogue.ts'
import { receiptDifferences } from './checks.ts'
import { fillDesks } from './desk.ts'
import { type Findings, findingDifferences, readFindings } from './findings.ts'
import { forecast, listPrices } from './forecast.ts'
import type { Shown } from './look.ts'
import type { PastReplay, Remembered } from './memory.ts'
import type { DemoOptions } from './options.ts'
import type { Stage } from './prepare.ts'
import { Progress } from './progress.ts'
import { proofDifferences, proveStatement } from './proof.ts'
import { type BillComparison, billLength, compareBills } from './provider-bill.ts'
import { printReport } from './report.ts'
import { schedule } from './schedule.ts'
import { endow } from './seed.ts'
import { settleDown, waitForLot, waitForPrices, waitForReload } from './settle-down.ts'
import { missingStories } from './stories.ts'
import { Tally } from './tally.ts'
import { tellingReceipts } from './telling.ts'
import { buyAhead, renewCard } from './way/buying.ts'
import { toldOtherwise } from './way/checks.ts'
import { wayTerms } from './way/terms.ts'
import { plural } from './words.ts'
import { chargeWrongly, findingsElsewhere, type Wronged, wrongedDifferences } from './wronged.ts'

const DEFAULT_CALLS = 15_000
const DEFAULT_CONCURRENCY = 48
/** Of each replay; the rest are calls of the other trace. */
const MOONCAKE_SHARE = 0.2
/** Back-off of the clients runs so much faster than in life. */
const HASTE = 20
/** Fewer calls than this cannot tell every story. */
const STORIES_FROM_CALLS = 300
/** Calls at once of the program that goes its way alone: fewer where it has few calls in all. */
const ALONE_MAX = 4
const CALLS_A_PLACE = 30
/** Whose prices the model gets that had none. */
const PRICED_LIKE = 'claude-sonnet-5.5'

/** One replay from its plan to its last wait. */
interface Act {
  readonly name: string
  readonly startedMs: number
  readonly isFirst: boolean
  readonly calls: readonly PlannedCall[]
  readonly next: PastReplay['next']
  readonly unpricedModel: string
  readonly book: PriceBookDocument
}

interface Performed {
  readonly act: Act
  readonly results: readonly CallResult[]
  readonly seconds: number
  readonly billFrom: number
  readonly claims: readonly ClaimAttempt[]
}

type Concluded = Performed & { readonly wronged: Wronged }

export async function runReplay(options: DemoOptions, stage: Stage): Promise<Shown> {
  const act = await plan(options, stage)
  const listening = await Listening.start(stage.client)
  try {
    return await play(options, stage, act, listening)
  } finally {
    await listening.stop()
  }
}

async function play(
  options: DemoOptions,
  stage: Stage,
  act: Act,
  listening: Listening,
): Promise<Shown> {
  const { ui, signal } = options
  const claims = act.isFirst ? await endowAll(options, stage, act) : []
  if (!act.isFirst) await renewCard(stage.client, castFor('whole_way'))
  ui.write(
    `Replaying ${plural(act.calls.length, 'call')} of the real traces of Mooncake and Azure through the\ngateway, for ${CAST.length} accounts, seed ${options.seed ?? 1}. Ctrl-C stops.\n\n`,
  )
  const performed = { ...(await perform(options, stage, act)), claims }
  remember(options, stage.remembered, performed)
  if (signal.aborted) {
    ui.write('\nStopped. What was replayed is kept and charged; the next start replays more.\n')
    return { problems: ['The replay was stopped before its end.'], receiptId: undefined }
  }
  await afterwards(options, stage, act)
  const wronged = await chargeWrongly(options, stage, act.name)
  await fillDesks(options, stage, act.name)
  return conclude(options, stage, { ...performed, wronged }, listening)
}

async function plan(options: DemoOptions, stage: Stage): Promise<Act> {
  const { client, isUntouched: isFirst } = stage
  const { replays } = stage.remembered
  const startedMs = (options.now ?? Date.now)()
  const begin = replays.at(-1)?.next ?? { mooncake: 0, azure: 0 }
  const wanted = sizes(options.calls ?? DEFAULT_CALLS, begin)
  const number = replays.length + 1
  const name = `replay-${number}-${startedMs.toString(36)}`
  const unpricedModel = number === 1 ? 'claude-sonnet-6' : `claude-sonnet-6.${number}`
  const calls = schedule({ seed: options.seed ?? 1, name, unpricedModel, ...wanted })
  const book = await bookInForce(client, startedMs)
  const next = {
    mooncake: begin.mooncake + wanted.mooncake.length,
    azure: begin.azure + wanted.azure.length,
  }
  return { name, startedMs, isFirst, calls, next, unpricedModel, book }
}

/** The next calls of both traces; from their beginning again once they are used up. */
function sizes(calls: number | 'all', begin: PastReplay['next']) {
  const [mooncake, azure] = [readTrace('mooncake'), readTrace('azure')]
  if (calls === 'all') return { mooncake, azure }
  const share = Math.min(mooncake.length, Math.round(calls * MOONCAKE_SHARE))
  return {
    mooncake: around(mooncake, begin.mooncake, share),
    azure: around(azure, begin.azure, Math.min(azure.length, calls - share)),
  }
}

function around<T>(items: readonly T[], begin: number, count: number): T[] {
  const from = begin % items.length
  const first = items.slice(from, from + count)
  return [...first, ...items.slice(0, count - first.length)]
}

/** An expiring lot lives for about this part of the replay. */
const LOT_LIFE_SHARE = 0.45
const CALLS_PER_SECOND = 350
const LOT_LIFE_MIN_MS = 2_500
const LOT_LIFE_MAX_MS = 20_000

/** Gives each account what its story needs, and publishes the campaign once they can claim it. */
async function endowAll(
  options: DemoOptions,
  { client }: Stage,
  act: Act,
): Promise<ClaimAttempt[]> {
  const { now = Date.now } = options
  const expected = forecast(act.calls, listPrices(act.book))
  const replayMs = (act.calls.length / CALLS_PER_SECOND) * 1_000
  const life = Math.min(LOT_LIFE_MAX_MS, Math.max(LOT_LIFE_MIN_MS, replayMs * LOT_LIFE_SHARE))
  const expectedOf = (member: CastMember): bigint => expected.get(member.id) ?? 0n
  const endowOne = (member: CastMember): Promise<void> =>
    endow({ client, member, now, expected: expectedOf(member), lotExpiresMs: now() + life })
  for (const member of CAST) if (member.story !== 'expiring_lot') await endowOne(member)
  const own = castFor('whole_way')
  const terms = wayTerms(expectedOf(own))
  const claims = await runCampaign(client, terms.claim, now())
  await buyAhead(client, own, terms)
  // Last: its credit ends soon.
  await endowOne(castFor('expiring_lot'))
  return claims
}

async function perform(
  options: DemoOptions,
  stage: Stage,
  act: Act,
): Promise<Omit<Performed, 'claims'>> {
  const { baseUrl, upstreamUrl, signal, ui, now = Date.now } = options
  const concurrency = options.concurrency ?? DEFAULT_CONCURRENCY
  const billFrom = await billLength(upstreamUrl)
  const caller = createCaller({
    baseUrl,
    connections: concurrency + ALONE_MAX,
    secretOf: (key) => stage.remembered.keys[key] ?? '',
    writer: new PromptWriter(),
    random: seededRandom(options.seed ?? 1),
    haste: HASTE,
  })
  const tally = new Tally()
  const results: CallResult[] = []
  const startedMs = now()
  const progress = new Progress({ ui, client: stage.client, tally, total: act.calls.length, now })
  try {
    const onResult = (result: CallResult): void => {
      tally.add(result)
      results.push(result)
    }
    for (const lanes of stagesOf(stage.client, act, concurrency))
      await Promise.all(lanes.map((lane) => replay({ ...lane, caller, signal, onResult })))
  } finally {
    await progress.stop()
    await caller.close()
  }
  return { act, results, seconds: (now() - startedMs) / 1_000, billFrom }
}

type Lane = Pick<ReplayOptions, 'calls' | 'concurrency' | 'pause'>

/** Credit that ends soon is drawn from before all else begins: on a busy machine it would be over by then. */
function stagesOf(client: Client, { calls, unpricedModel }: Act, concurrency: number): Lane[][] {
  const { id } = castFor('expiring_lot')
  const soon = calls.find(
    ({ account, manner, model, wishes }) =>
      account === id &&
      manner.type === 'patient' &&
      model !== unpricedModel &&
      wishes['x-sim-fault'] === 'none',
  )
  const others = calls.filter((call) => call !== soon)
  return [soon ? [{ calls: [soon], concurrency: 1 }] : [], lanesOf(client, others, concurrency)]
}

/** A program on its own makes its calls in order, few at a time; the others share what is left. */
function lanesOf(client: Client, calls: readonly PlannedCall[], concurrency: number): Lane[] {
  const { id } = castFor('whole_way')
  const own = calls.filter(({ account }) => account === id)
  const others = calls.filter(({ account }) => account !== id)
  const alone = Math.min(ALONE_MAX, Math.max(1, Math.floor(own.length / CALLS_A_PLACE)))
  return [
    { calls: own, concurrency: alone, pause: waitForReload(client, id) },
    { calls: others, concurrency: Math.max(1, concurrency - alone) },
  ]
}

function remember(options: DemoOptions, remembered: Remembered, { act, results }: Performed): void {
  const past: PastReplay = {
    name: act.name,
    at: new Date(act.startedMs).toISOString(),
    calls: results.length,
    finished: !options.signal.aborted,
    next: act.next,
  }
  options.memory.write({ ...remembered, replays: [...remembered.replays, past] })
}

/** Calls in flight end, the lot expires, and the model without a price gets one. */
async function afterwards(options: DemoOptions, { client }: Stage, act: Act): Promise<void> {
  await settleDown(client)
  if (act.isFirst) await waitForLot(client)
  const price = {
    id: act.name,
    model: act.unpricedModel,
    like: PRICED_LIKE,
    effectiveFrom: new Date(act.startedMs).toISOString(),
  }
  await client.priceBooks.publish(withModel(act.book, price))
  options.ui.write(`\nA new price book prices ${price.model}: the calls that waited are charged.\n`)
  await waitForPrices(client, act.unpricedModel)
}

async function conclude(
  options: DemoOptions,
  stage: Stage,
  done: Concluded,
  listening: Listening,
): Promise<Shown> {
  const { results, billFrom } = done
  options.ui.write('Reading every receipt again, and checking all sums ...\n')
  const hearing = listening.hearOut()
  const findings = await readFindings(stage.client, (options.now ?? Date.now)(), hearing)
  const delivered = await hearing
  const calls = findings.books.flatMap((account) => account.calls)
  const bills = await compareBills(options.upstreamUrl, billFrom, { results, calls })
  const verified = await options.verify()
  const tellings = await tellingReceipts(stage.client, findings.books)
  const proven = await proveStatement(options, stage.client)
  const problems = [
    ...findingDifferences(findings),
    ...replayDifferences(findings, done, delivered),
    ...billProblems(bills),
    ...wrongedDifferences(done.wronged),
    ...(await findingsElsewhere(stage.client, done.act.startedMs, done.wronged)),
    ...(verified.ok ? [] : ['verify found a difference.']),
    ...proofDifferences(proven),
    ...storyProblems(done.act, findings),
  ]
  printReport(options.ui, {
    findings,
    planNames: stage.planNames,
    verified,
    bills,
    delivered,
    tellings,
    wronged: done.wronged,
    proven,
    replay: { calls: results.length, seconds: done.seconds },
    problems,
  })
  return { problems, receiptId: tellings[0]?.receiptId }
}

/** What clients were told in this replay, against what the API says afterwards. */
const replayDifferences = (
  { books, journal, campaign }: Findings,
  { results, claims }: Performed,
  delivered: Delivered,
): string[] => {
  const { id } = castFor('whole_way')
  const own = results.filter(({ call }) => call.account === id)
  return [
    ...receiptDifferences(books, results),
    ...toldOtherwise(journal, own),
    ...(campaign === null ? [] : answeredOtherwise(campaign, claims)),
    ...deliveryDifferences(delivered),
  ]
}

const billProblems = ({ unexplained }: BillComparison): string[] =>
  unexplained === 0
    ? []
    : [`The provider and the books count delivered calls differently by ${unexplained} tokens.`]

function storyProblems(act: Act, { books, campaign }: Findings): string[] {
  if (!act.isFirst || act.calls.length < STORIES_FROM_CALLS) return []
  const calls = books.flatMap((account) => account.calls)
  return missingStories({ books, calls, campaign, unpricedModel: act.unpricedModel })
}

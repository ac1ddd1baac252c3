import type { CallResult, PlannedCall } from '../replay/call.ts'
import { createCaller } from '../replay/caller.ts'
import { replay } from '../replay/replay.ts'
import { PromptWriter, readTrace } from '../traces.ts'
import { seededRandom } from '../upstream/random.ts'
import { type AccountBooks, readBooks } from './books.ts'
import { CAST } from './cast.ts'
import { bookInForce, type PriceBookDocument, withModel } from './catalogue.ts'
import { differencesOf, receiptDifferences, refusedAtACost } from './checks.ts'
import { forecast, listPrices } from './forecast.ts'
import type { Shown } from './look.ts'
import type { PastReplay, Remembered } from './memory.ts'
import type { DemoOptions } from './options.ts'
import type { Stage } from './prepare.ts'
import { Progress } from './progress.ts'
import { type BillComparison, billLength, compareBills } from './provider-bill.ts'
import { printReport } from './report.ts'
import { schedule } from './schedule.ts'
import { endow } from './seed.ts'
import { settleDown, waitForLot, waitForPrices } from './settle-down.ts'
import { missingStories } from './stories.ts'
import { Tally } from './tally.ts'
import { tellingReceipts } from './telling.ts'
import { plural } from './words.ts'

const DEFAULT_CALLS = 15_000
const DEFAULT_CONCURRENCY = 48
/** Of each replay; the rest are calls of the other trace. */
const MOONCAKE_SHARE = 0.2
/** Back-off of the clients runs so much faster than in life. */
const HASTE = 20
/** Fewer calls than this cannot tell every story. */
const STORIES_FROM_CALLS = 300
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
}

export async function runReplay(options: DemoOptions, stage: Stage): Promise<Shown> {
  const { ui, signal } = options
  const act = await plan(options, stage)
  if (act.isFirst) await endowAll(options, stage, act)
  ui.write(
    `Replaying ${plural(act.calls.length, 'call')} of the real traces of Mooncake and Azure through the\ngateway, for ${CAST.length} accounts, seed ${options.seed ?? 1}. Ctrl-C stops.\n\n`,
  )
  const performed = await perform(options, stage, act)
  remember(options, stage.remembered, performed)
  if (signal.aborted) {
    ui.write('\nStopped. What was replayed is kept and charged; the next start replays more.\n')
    return { problems: ['The replay was stopped before its end.'], receiptId: undefined }
  }
  await afterwards(options, stage, act)
  return conclude(options, stage, performed)
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

async function endowAll(options: DemoOptions, { client }: Stage, act: Act): Promise<void> {
  const { now = Date.now } = options
  const expected = forecast(act.calls, listPrices(act.book))
  const replayMs = (act.calls.length / CALLS_PER_SECOND) * 1_000
  const life = Math.min(LOT_LIFE_MAX_MS, Math.max(LOT_LIFE_MIN_MS, replayMs * LOT_LIFE_SHARE))
  const expiringLast = [
    ...CAST.filter((member) => member.story !== 'expiring_lot'),
    ...CAST.filter((member) => member.story === 'expiring_lot'),
  ]
  for (const member of expiringLast)
    await endow({
      client,
      member,
      now,
      expected: expected.get(member.id) ?? 0n,
      lotExpiresMs: now() + life,
    })
}

async function perform(options: DemoOptions, stage: Stage, act: Act): Promise<Performed> {
  const { baseUrl, upstreamUrl, signal, ui, now = Date.now } = options
  const concurrency = options.concurrency ?? DEFAULT_CONCURRENCY
  const billFrom = await billLength(upstreamUrl)
  const caller = createCaller({
    baseUrl,
    connections: concurrency,
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
    await replay({
      calls: act.calls,
      caller,
      concurrency,
      signal,
      onResult: (result) => {
        tally.add(result)
        results.push(result)
      },
    })
  } finally {
    await progress.stop()
    await caller.close()
  }
  return { act, results, seconds: (now() - startedMs) / 1_000, billFrom }
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

async function conclude(options: DemoOptions, stage: Stage, done: Performed): Promise<Shown> {
  const { act, results, billFrom } = done
  options.ui.write('Reading every receipt again, and checking all sums ...\n')
  const books = await readBooks(stage.client, (options.now ?? Date.now)())
  const calls = books.flatMap((account) => account.calls)
  const bills = await compareBills(options.upstreamUrl, billFrom, { results, calls })
  const verified = await options.verify()
  const tellings = await tellingReceipts(stage.client, books)
  const problems = [
    ...differencesOf(books),
    ...refusedAtACost(books),
    ...receiptDifferences(books, results),
    ...billProblems(bills),
    ...(verified.ok ? [] : ['verify found a difference.']),
    ...storyProblems(act, books),
  ]
  const { planNames } = stage
  const played = { calls: results.length, seconds: done.seconds }
  printReport(options.ui, {
    books,
    planNames,
    verified,
    bills,
    tellings,
    replay: played,
    problems,
  })
  return { problems, receiptId: tellings[0]?.receiptId }
}

const billProblems = ({ unexplained }: BillComparison): string[] =>
  unexplained === 0
    ? []
    : [`The provider and the books count delivered calls differently by ${unexplained} tokens.`]

function storyProblems(act: Act, books: readonly AccountBooks[]): string[] {
  if (!act.isFirst || act.calls.length < STORIES_FROM_CALLS) return []
  const calls = books.flatMap((account) => account.calls)
  return missingStories({ books, calls, unpricedModel: act.unpricedModel })
}

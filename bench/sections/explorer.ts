import type pg from 'pg'
import { exploreUsage } from '../../src/engine/usage/explore.ts'
import type { UsageQuestion } from '../../src/engine/usage/question.ts'
import { usageTree } from '../../src/engine/usage/tree.ts'
import { createPool } from '../../src/store/pool.ts'
import { FACTS_MONTH, seedFacts } from '../facts.ts'
import { runLoad } from '../load.ts'
import type { Mode, Result } from '../rounds.ts'
import type { Bench, Section, Target } from '../section.ts'
import { HOT_ACCOUNT } from '../workload.ts'

const FEW_ACCOUNTS = 4
const CALLS = 100_000
const CALLS_OF_A_MOMENT = 2_000
const CEILING = 'bare scan'

const WHOLE: UsageQuestion = {
  accountId: HOT_ACCOUNT,
  inSightOf: null,
  filters: {},
  from: Date.parse(FACTS_MONTH.from) as UsageQuestion['from'],
  to: Date.parse(FACTS_MONTH.to) as UsageQuestion['to'],
  cycle: null,
  group: 'none',
  tagKey: null,
  bucket: 'none',
  timeZone: 'UTC',
  measure: 'charged',
  top: 10,
  compares: false,
}

const QUESTIONS: Readonly<Record<string, Partial<UsageQuestion>>> = {
  'one sum': {},
  'by model': { group: 'model' },
  'by model and day': { group: 'model', bucket: 'day', timeZone: 'Asia/Tokyo' },
  'by model and hour': { group: 'model', bucket: 'hour' },
  'by tag': { group: 'tag', tagKey: 'team' },
  'by tag and hour': { group: 'tag', tagKey: 'team', bucket: 'hour' },
  'by session': { group: 'session' },
  'by kind of token and day': { group: 'token_kind', measure: 'list_price', bucket: 'day' },
  'of one tag, by model': {
    group: 'model',
    filters: { tag: { wanted: ['team:team-1'], unwanted: [] } },
  },
}

/** What the explorer asks of a month of an account, beside what PostgreSQL takes to sum one column of it. */
export async function explorerSection(bench: Bench): Promise<Section> {
  const { options, server, progress } = bench
  const calls = options.profile === 'smoke' ? CALLS_OF_A_MOMENT : CALLS
  progress('calls are written')
  const template = await server.template(FEW_ACCOUNTS)
  const database = await server.copy(template)
  const pool = createPool(database.url, { max: 1, applicationName: 'bench explorer' })
  try {
    await seedFacts(pool, calls)
    const mode = (name: string, ask: () => Promise<unknown>): Mode => ({
      name,
      measure: async () => {
        const plan = { inFlight: 1, seconds: options.seconds, warmSeconds: options.warmSeconds }
        const cost = await server.cpuOf(() =>
          runLoad(plan, async (_caller, tick) => {
            const since = performance.now()
            await ask()
            tick(since)
          }),
        )
        return { ...cost, verdict: null }
      },
    })
    const modes = Object.entries(questions(pool)).map(([name, ask]) => mode(name, ask))
    const results = await bench.measure([mode(CEILING, () => bareScan(pool, calls)), ...modes])
    return {
      title: `Usage explorer: one question at a time, over ${calls} calls of one account`,
      notes: [`${CEILING}: count(*) and one sum of the same calls, by SQL alone`],
      results: [...results.values()],
      targets: modes.flatMap(({ name }) => targetsOf(results.get(name), results.get(CEILING))),
    }
  } finally {
    await pool.end()
    await database.drop()
    await server.drop(template)
  }
}

function questions(pool: pg.Pool): Readonly<Record<string, () => Promise<unknown>>> {
  const now = Date.parse(FACTS_MONTH.to)
  const sums = Object.entries(QUESTIONS).map(
    ([name, own]) => [name, () => answered(exploreUsage(pool, { ...WHOLE, ...own }, now))] as const,
  )
  const tree = { ...WHOLE, after: null, limit: 50 }
  const level = (id: string | null) => () =>
    answered(usageTree(pool, { ...tree, level: { type: 'session', id } }, now))
  return {
    ...Object.fromEntries(sums),
    'tree: sessions': () =>
      answered(usageTree(pool, { ...tree, level: { type: 'sessions' } }, now)),
    'tree: one session': level('session_2'),
    'tree: a tenth of all calls': level(null),
  }
}

/** What was refused would be measured for nothing. */
async function answered(answer: Promise<string | object>): Promise<void> {
  const own = await answer
  if (typeof own === 'string' || 'fault' in own)
    throw new Error(`not answered: ${JSON.stringify(own)}`)
}

async function bareScan(pool: pg.Pool, calls: number): Promise<void> {
  const { rows } = await pool.query<{ calls: string }>(
    `select count(*) as calls, sum(f.list_price) from accounts.call_fact f
     where f.account_id = $1::text and f.event_at >= $2::timestamptz and f.event_at < $3::timestamptz`,
    [HOT_ACCOUNT, FACTS_MONTH.from, FACTS_MONTH.to],
  )
  if (Number(rows[0]?.calls) !== calls) throw new Error(`the scan has seen ${rows[0]?.calls} calls`)
}

const MS_MOST = 100
/** Four columns and groups for one sum: not in one step more, whatever the machine. */
const TIMES_MOST = 5

function targetsOf(own: Result | undefined, ceiling: Result | undefined): Target[] {
  if (!own) return []
  const ms = own.p50Ms
  const times = ms && ceiling?.p50Ms ? ms / ceiling.p50Ms : null
  return [
    {
      what: `${own.name}: p50`,
      asked: `≤ ${MS_MOST}`,
      measured: ms,
      unit: 'ms',
      reached: ms === null ? null : ms <= MS_MOST,
    },
    {
      what: `${own.name}: p50 beside the ${CEILING}`,
      asked: `≤ ${TIMES_MOST}`,
      measured: times,
      unit: 'times',
      reached: times === null ? null : times <= TIMES_MOST,
    },
  ]
}

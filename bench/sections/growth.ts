import type pg from 'pg'
import { DAY_MS } from '../../src/core/time/index.ts'
import { catchUp } from '../../src/store/facts/catch-up.ts'
import { createPool } from '../../src/store/pool.ts'
import { growAccounts } from '../grow.ts'
import { type Database, verdictOf } from '../postgres.ts'
import type { ApiLoad, ApiStart, JobLoad } from '../roles/api.ts'
import type { EngineLoad, EngineStart, Life } from '../roles/engine.ts'
import type { Mode, Outcome, Result } from '../rounds.ts'
import type { Bench, Section, Target } from '../section.ts'
import { Worker } from '../workers.ts'
import { accountName, HOT_ACCOUNT, OPENING_ENTRIES } from '../workload.ts'

/** Ten entries an account, with those that opened it. */
const CALLS_EACH = 10 - OPENING_ENTRIES
/** One with windows, one with credit. */
const PATTERNS = [accountName(0), accountName(1)]
const DAYS = 30
const PAIRS_IN_FLIGHT = 64
const VERIFIED_MAX = 200

/** What is asked, and how many ask at once. */
const READS: readonly {
  readonly name: string
  readonly path: string
  readonly inFlight: number
}[] = [
  { name: 'state of an account', path: '/v1/accounts/{any}/state', inFlight: 4 },
  { name: 'month by model and day, large account', path: monthOf('model'), inFlight: 1 },
  { name: 'open statement, large account', path: ofLarge('statements/open'), inFlight: 1 },
  { name: 'latest 50 calls, large account', path: ofLarge('calls?limit=50'), inFlight: 1 },
  { name: 'list of accounts', path: '/v1/accounts?limit=50', inFlight: 1 },
]
const JOBS = ['call_facts', 'holds', 'due', 'statements']

function ofLarge(rest: string): string {
  return `/v1/accounts/${HOT_ACCOUNT}/${rest}`
}

/** Whole days, so that the same question is asked however long the run takes. */
function monthOf(group: string): string {
  const today = Math.floor(Date.now() / DAY_MS) * DAY_MS
  const [from, to] = [today - (DAYS - 1) * DAY_MS, today + DAY_MS].map((ms) =>
    new Date(ms).toISOString(),
  )
  return ofLarge(`usage/explore?group_by=${group}&bucket=day&from=${from}&to=${to}`)
}

interface Size {
  readonly accounts: number
  readonly database: Database
  readonly said: string
}

/** The same work and the same questions while accounts and journal grow around them. */
export async function growthSection(bench: Bench): Promise<Section> {
  const { options, server } = bench
  const node = new Worker('engine')
  const api = new Worker('api')
  const sizes: Size[] = []
  try {
    const template = await server.template(PATTERNS.length, (worker) => livesOf(worker, bench))
    for (const accounts of options.growth)
      sizes.push(await grown(bench, template, { accounts, from: sizes.at(-1) ?? null }))
    await server.drop(template)
    const modes = sizes.flatMap((size) => modesOf({ bench, node, api }, size))
    const results = await bench.measure(modes)
    return {
      title: `Growth: accounts of ${CALLS_EACH + OPENING_ENTRIES} entries around one of ${options.largeCalls} calls`,
      notes: [
        ...sizes.map(({ said }) => said),
        'Each size is a database of its own, and all are measured in turn. The large account is the same in all.',
      ],
      results: [...results.values()],
      targets: targetsOf(sizes, results),
      curve: curveOf(sizes, results),
    }
  } finally {
    node.stop()
    api.stop()
    for (const { database } of sizes) await database.drop()
  }
}

async function livesOf(worker: Worker, { options, progress }: Bench): Promise<void> {
  progress('accounts live')
  for (const accountId of PATTERNS)
    await worker.ask('live', { accountId, calls: CALLS_EACH, days: 1 } satisfies Life)
  const large = { accountId: HOT_ACCOUNT, calls: options.largeCalls, days: DAYS - 1 }
  await worker.ask('live', large satisfies Life)
}

async function grown(
  { server, progress }: Bench,
  template: string,
  { accounts, from }: { readonly accounts: number; readonly from: Size | null },
): Promise<Size> {
  progress(`${count(accounts)} accounts are written`)
  const database = await server.copy(from ? from.database.name : template)
  const pool = createPool(database.url, { max: 1, applicationName: 'bench growth' })
  try {
    if (!from)
      for (const id of [...PATTERNS, HOT_ACCOUNT]) await catchUp(pool, id, { stepsMax: 100_000 })
    const first = from?.accounts ?? PATTERNS.length
    await growAccounts(pool, { patterns: PATTERNS, from: first, to: accounts })
    await pool.query('vacuum analyze')
    await pool.query('checkpoint')
    return { accounts, database, said: await sizeOf(pool, accounts) }
  } finally {
    await pool.end()
  }
}

const MB = 2 ** 20

/** In words: what lies on disk, for how many entries, and what of it PostgreSQL can hold in its own cache. */
async function sizeOf(pool: pg.Pool, accounts: number): Promise<string> {
  const { rows } = await pool.query<Record<'entries' | 'whole' | 'indexes' | 'cache', string>>(
    `select (select sum(seq) from accounts.account) as entries, sum(pg_total_relation_size(c.oid)) as whole,
       sum(pg_indexes_size(c.oid)) as indexes,
       (select setting::bigint * 8192 from pg_settings where name = 'shared_buffers') as cache
     from pg_class c
     where c.relkind = 'r' and c.relnamespace in ('accounts'::regnamespace, 'control'::regnamespace)`,
  )
  const [entries, whole, indexes, cache] = (['entries', 'whole', 'indexes', 'cache'] as const).map(
    (name) => Number(rows[0]![name]),
  )
  const fits = indexes! < cache! ? 'fit' : 'do not fit'
  return (
    `${count(accounts)} accounts, ${count(entries!)} entries: ${count(whole! / MB)} MB, ` +
    `${count(whole! / entries!)} bytes an entry; ${count(indexes! / MB)} MB of indexes, ` +
    `which ${fits} into PostgreSQL's ${count(cache! / MB)} MB`
  )
}

interface Parts {
  readonly bench: Bench
  readonly node: Worker
  readonly api: Worker
}

const PAIRS = `pairs, ${PAIRS_IN_FLIGHT} in flight`
const jobName = (job: string): string => `a round of ${job}, nothing to do`
const QUESTIONS = [PAIRS, ...READS.map(({ name }) => name), ...JOBS.map(jobName)]

const nameOf = (question: string, accounts: number): string => `${question}: ${count(accounts)}`

function modesOf({ bench, node, api }: Parts, { accounts, database }: Size): Mode[] {
  const { seconds, warmSeconds } = bench.options
  const plan = { seconds, warmSeconds, inFlight: 1 }
  const read = (name: string, method: string, load: ApiLoad | JobLoad): Mode => ({
    name: nameOf(name, accounts),
    measure: async () => {
      await api.ask('start', { url: database.url } satisfies ApiStart)
      const cost = await bench.server.cpuOf(() => api.ask<Outcome['measured']>(method, load))
      await api.ask('stop')
      return { ...cost, verdict: null }
    },
  })
  return [
    ...READS.map(({ name, path, inFlight }) =>
      read(name, 'ask', { ...plan, inFlight, path, accounts } satisfies ApiLoad),
    ),
    ...JOBS.map((job) => read(jobName(job), 'job', { ...plan, job } satisfies JobLoad)),
    {
      name: nameOf(PAIRS, accounts),
      measure: async () => {
        await node.ask('start', { url: database.url } satisfies EngineStart)
        const load = { ...plan, kind: 'pairs', target: accounts, node: 0 } as const
        const own = { ...load, inFlight: PAIRS_IN_FLIGHT } satisfies EngineLoad
        const cost = await bench.server.cpuOf(() => node.ask<Outcome['measured']>('run', own))
        await node.ask('stop')
        return { ...cost, verdict: await verdictOf(database.url, 0, VERIFIED_MAX) }
      },
    },
  ]
}

/** A look-up in a tree grows by its depth; ten times the rows may not cost twice as much. */
const SLOWER_MOST = 2

function targetsOf(sizes: readonly Size[], results: ReadonlyMap<string, Result>): Target[] {
  const [least, most] = [sizes[0]!.accounts, sizes.at(-1)!.accounts]
  return QUESTIONS.map((question) => {
    const own = results.get(nameOf(question, most))?.p50Ms
    const other = results.get(nameOf(question, least))?.p50Ms
    const measured = own && other ? own / other : null
    return {
      what: `p50 at ${count(most)}, of ${count(least)}: ${question}`,
      asked: `≤ ${SLOWER_MOST}`,
      measured,
      unit: 'times',
      reached: measured === null ? null : measured <= SLOWER_MOST,
    }
  })
}

function curveOf(sizes: readonly Size[], results: ReadonlyMap<string, Result>): string[][] {
  const head = ['p50 / p99 ms at', ...sizes.map(({ accounts }) => count(accounts)), '']
  const lines = QUESTIONS.map((question) => [
    question,
    ...sizes.map(({ accounts }) => {
      const own = results.get(nameOf(question, accounts))
      return own?.p50Ms ? `${own.p50Ms.toFixed(2)} / ${own.p99Ms!.toFixed(2)}` : ''
    }),
    '',
  ])
  return [head, ...lines]
}

const count = (value: number): string => Math.round(value).toLocaleString('en-US')

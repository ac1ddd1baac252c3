import { createPool } from '../../src/store/pool.ts'
import { verdictOf } from '../postgres.ts'
import type { CeilingPrepare, CeilingRun, CeilingSample } from '../roles/ceiling.ts'
import type { EngineLoad, EngineStart } from '../roles/engine.ts'
import { checkRowLocks, type RowLocksStart } from '../roles/row-locks.ts'
import { type Mode, merged, type Outcome, type Result } from '../rounds.ts'
import { type Bench, ratioTarget, type Section, type Target } from '../section.ts'
import { Worker } from '../workers.ts'
import { HOT_ACCOUNT } from '../workload.ts'

const BATCH = 500
const CEILING_PER_SECOND_MAX = 20_000
const CEILING_BATCHES_MAX = 200

/** Processes on one database, without any routing. */
const SEVERAL_NODES = [2, 4]
/** Of one process, on the same cores: losers of a race are decided again, and that is all that it costs. */
const NO_COLLAPSE_LEAST = 0.5

const CEILING = ['ceiling, 1 connection', 'ceiling, 2 connections'] as const

/** The same work done three ways: without decisions, with row locks, and ours. */
export async function engineSection(bench: Bench): Promise<Section> {
  const { options, server, progress } = bench
  progress('accounts are opened')
  const template = await server.template(options.accounts)
  const parts: Parts = {
    bench,
    template,
    ceiling: new Worker('ceiling'),
    rowLocks: new Worker('row-locks'),
    nodes: Array.from({ length: Math.max(...SEVERAL_NODES) }, () => new Worker('engine')),
    body: '',
  }
  try {
    progress('the rows of the ceiling are prepared')
    const sample = await prepareCeiling(parts)
    parts.body = sample.body
    progress('the compilers are warmed up')
    await warmUp(parts)
    const modes = [...ceilingModes(parts), ...rowLockModes(parts), ...ownModes(parts)]
    const results = await bench.measure(modes)
    return {
      title: `Engine: ${options.accounts} accounts, and one hot account`,
      notes: [
        `An entry's body has ${sample.bodyBytes} bytes, with ${sample.postings.toFixed(1)} postings.`,
        'The load of the row locks and of ours runs in the process that is measured, as a gateway does.',
        'Row locks: 5 statements to authorize, 8 to settle, 7 to record; prices are not calculated.',
      ],
      results: [...results.values()],
      targets: targetsOf(results),
    }
  } finally {
    for (const worker of [parts.ceiling, parts.rowLocks, ...parts.nodes]) worker.stop()
    await server.drop(template)
  }
}

function targetsOf(results: ReadonlyMap<string, Result>): Target[] {
  return [
    ratioTarget(
      'record, of the ceiling',
      results.get('ours: record, 512 in flight'),
      CEILING.map((name) => results.get(name)),
      0.5,
    ),
    ratioTarget(
      'pairs, over row locks',
      results.get('ours: pairs, 512 in flight'),
      [16, 64].map((own) => results.get(`row locks: pairs, ${own} connections`)),
      2.5,
    ),
    ratioTarget(
      'hot account, over row locks',
      results.get('ours: pairs, hot account, 512 in flight'),
      [16, 64].map((own) => results.get(`row locks: pairs, hot account, ${own} connections`)),
      20,
    ),
    ...SEVERAL_NODES.flatMap((nodes) =>
      ['', ', hot account'].map((hot) =>
        ratioTarget(
          `${nodes} nodes without routing${hot}, of one`,
          results.get(`ours, ${nodes} nodes: pairs${hot}, 512 in flight`),
          [results.get(`ours: pairs${hot}, 512 in flight`)],
          NO_COLLAPSE_LEAST,
        ),
      ),
    ),
  ]
}

interface Parts {
  readonly bench: Bench
  readonly template: string
  readonly ceiling: Worker
  readonly rowLocks: Worker
  readonly nodes: readonly Worker[]
  body: string
}

async function prepareCeiling({ bench, template, ceiling }: Parts): Promise<CeilingSample> {
  const { seconds, accounts } = bench.options
  const database = await bench.server.copy(template)
  const batches = Math.ceil((seconds * CEILING_PER_SECOND_MAX) / BATCH / 2) * 2
  const sample = await ceiling.ask<CeilingSample>('prepare', {
    url: database.url,
    accounts,
    batches: Math.max(4, Math.min(CEILING_BATCHES_MAX, batches)),
    batchSize: BATCH,
  } satisfies CeilingPrepare)
  await database.drop()
  return sample
}

/** Each process does its work for a while before anything is measured, so that the order says nothing. */
async function warmUp(parts: Parts): Promise<void> {
  const { options } = parts.bench
  const warm = { ...options, seconds: options.warmSeconds, warmSeconds: 0 }
  const cold: Parts = { ...parts, bench: { ...parts.bench, options: warm } }
  const modes = [...rowLockModes(cold).slice(0, 1), ...ownModes(cold).filter(isWarming)]
  for (const mode of modes) await mode.measure()
}

const isWarming = ({ name }: Mode): boolean =>
  name.endsWith(': record, 512 in flight') ||
  name.includes(`${Math.max(...SEVERAL_NODES)} nodes: pairs, 512`)

function ceilingModes(parts: Parts): Mode[] {
  return ([1, 2] as const).map((connections) => ({
    name: CEILING[connections - 1]!,
    measure: async () => {
      const { server, options } = parts.bench
      const database = await server.copy(parts.template)
      const run = { url: database.url, connections, seconds: options.seconds } satisfies CeilingRun
      const cost = await server.cpuOf(() => parts.ceiling.ask<Outcome['measured']>('run', run))
      const verdict = await verdictOf(database.url)
      await database.drop()
      return { ...cost, verdict }
    },
  }))
}

type Kind = EngineLoad['kind']

function rowLockModes(parts: Parts): Mode[] {
  const mode = (kind: Kind, connections: number, target: string | number): Mode => ({
    name: `row locks: ${kind}${hot(target)}, ${connections} connections`,
    measure: async () => {
      const { server, options } = parts.bench
      const database = await server.copy(parts.template)
      const { body, rowLocks } = parts
      await rowLocks.ask('start', { url: database.url, connections, body } satisfies RowLocksStart)
      const { seconds, warmSeconds } = options
      const inFlight = connections
      const load = { kind, target, node: 0, inFlight, seconds, warmSeconds } satisfies EngineLoad
      const cost = await server.cpuOf(() => rowLocks.ask<Outcome['measured']>('run', load))
      await rowLocks.ask('stop')
      const problem = await problemOf(database.url)
      await database.drop()
      return { ...cost, verdict: { ok: problem === null, text: problem ?? 'ok: sums' } }
    },
  })
  const { accounts, profile } = parts.bench.options
  const pairs = [
    mode('pairs', 16, accounts),
    mode('pairs', 64, accounts),
    mode('pairs', 16, HOT_ACCOUNT),
    mode('pairs', 64, HOT_ACCOUNT),
  ]
  return isShort(profile) ? pairs : [mode('record', 64, accounts), ...pairs]
}

async function problemOf(url: string): Promise<string | null> {
  const pool = createPool(url, { max: 1 })
  try {
    return await checkRowLocks(pool)
  } finally {
    await pool.end()
  }
}

const isShort = (profile: string): boolean => profile === 'quick' || profile === 'smoke'

const hot = (target: string | number): string => (typeof target === 'string' ? ', hot account' : '')

function ownModes(parts: Parts): Mode[] {
  const mode = (kind: Kind, inFlight: number, target: string | number, nodes = 1): Mode => ({
    name: `ours${nodes > 1 ? `, ${nodes} nodes` : ''}: ${kind}${hot(target)}, ${inFlight} in flight`,
    measure: () => measureOwn(parts, { kind, inFlight, target, nodes }),
  })
  const { accounts, profile } = parts.bench.options
  const levels = isShort(profile) ? [512] : [16, 64, 512]
  return [
    ...levels.map((inFlight) => mode('record', inFlight, accounts)),
    ...[16, 64, 512].map((inFlight) => mode('pairs', inFlight, accounts)),
    ...levels.map((inFlight) => mode('pairs', inFlight, HOT_ACCOUNT)),
    ...(isShort(profile)
      ? []
      : [mode('record', 512, HOT_ACCOUNT), mode('record', 512, accounts, 2)]),
    ...SEVERAL_NODES.flatMap((nodes) => [
      mode('pairs', 512, accounts, nodes),
      mode('pairs', 512, HOT_ACCOUNT, nodes),
    ]),
  ]
}

interface OwnMode {
  readonly kind: Kind
  readonly inFlight: number
  readonly target: string | number
  readonly nodes: number
}

async function measureOwn({ bench, template, nodes }: Parts, mode: OwnMode): Promise<Outcome> {
  const { options, server } = bench
  const database = await server.copy(template)
  const own = nodes.slice(0, mode.nodes)
  await Promise.all(
    own.map((worker) => worker.ask('start', { url: database.url } satisfies EngineStart)),
  )
  const cost = await server.cpuOf(() =>
    Promise.all(
      own.map((worker, node) =>
        worker.ask<Outcome['measured']>('run', {
          kind: mode.kind,
          target: mode.target,
          node,
          inFlight: mode.inFlight / mode.nodes,
          seconds: options.seconds,
          warmSeconds: options.warmSeconds,
        } satisfies EngineLoad),
      ),
    ),
  )
  await Promise.all(own.map((worker) => worker.ask('stop')))
  const verdict = await verdictOf(database.url)
  await database.drop()
  return { ...cost, measured: merged(cost.measured), verdict }
}

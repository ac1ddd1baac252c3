import { performance } from 'node:perf_hooks'
import type pg from 'pg'
import type { Command } from '../../src/core/decisions/index.ts'
import { DAY_MS, type Instant } from '../../src/core/time/index.ts'
import { createEngine, type Engine, type EngineSettings } from '../../src/engine/index.ts'
import { createIds } from '../../src/store/control/index.ts'
import { createPool } from '../../src/store/pool.ts'
import { type LoadPlan, type Measured, runLoad, type Tick } from '../load.ts'
import type { Methods } from '../workers.ts'
import {
  accountName,
  authorizeOf,
  HOLDS_ACCOUNT,
  HOT_ACCOUNT,
  openingOf,
  randomFrom,
  recordOf,
  settleOf,
} from '../workload.ts'

export interface EngineLoad extends LoadPlan {
  readonly kind: 'record' | 'pairs'
  /** A single account's name, or how many of the many. */
  readonly target: string | number
  /** Tells the nodes apart. */
  readonly node: number
}

export interface EngineStart {
  readonly url: string
  readonly settings?: Partial<EngineSettings>
}

const SEED_IN_FLIGHT = 2_048

/** One server process: an engine with its pool, and the callers that a gateway would be. */
export function engineRole(): Methods {
  let pool: pg.Pool | undefined
  let engine: Engine | undefined
  return {
    start: async ({ url, settings = {} }: EngineStart) => {
      pool = createPool(url, { max: 4, applicationName: 'bench node' })
      const onViolation = (accountId: string, violation: string): void => {
        throw new Error(`${accountId} was parked: ${violation}`)
      }
      engine = await createEngine({ pool, settings, onViolation })
    },
    stop: async () => {
      await engine?.close()
      await pool?.end()
    },
    seed: (count: number) => seed(engine!, count),
    holds: (count: number) => placeHolds(engine!, count),
    live: (life: Life) => live(engine!, life),
    run: async (load: EngineLoad) => {
      const before = engine!.stats()
      const measured = await drive(engine!, load)
      const after = engine!.stats()
      const commits = after.commits - before.commits
      return {
        ...measured,
        conflicts: after.conflicts - before.conflicts,
        perCommit: (after.decisions - before.decisions) / Math.max(1, commits),
      }
    },
  }
}

/** Opens accounts `0…count-1` and the two single ones. */
async function seed(engine: Engine, count: number): Promise<void> {
  const open = async (accountId: string, windows: boolean): Promise<void> => {
    await Promise.all(openingOf(accountId, windows).map((command) => must(engine, command)))
  }
  await Promise.all([open(HOT_ACCOUNT, false), open(HOLDS_ACCOUNT, false)])
  let next = 0
  const opener = async (): Promise<void> => {
    while (next < count) {
      const index = next
      next += 1
      await open(accountName(index), index % 2 === 0)
    }
  }
  await Promise.all(Array.from({ length: SEED_IN_FLIGHT }, opener))
}

/** Calls of an account, reported as they were made: evenly over the days before now. */
export interface Life {
  readonly accountId: string
  readonly calls: number
  readonly days: number
}

const LIFE_IN_FLIGHT = 256

async function live(engine: Engine, { accountId, calls, days }: Life): Promise<void> {
  const ids = createIds(() => Date.now())
  const now = Date.now()
  const step = (days * DAY_MS) / calls
  let next = 0
  const reporter = async (): Promise<void> => {
    while (next < calls) {
      next += 1
      const eventAt = Math.floor(now - (calls - next) * step) as Instant
      await must(engine, recordOf(accountId, ids('call'), next, eventAt))
    }
  }
  await Promise.all(Array.from({ length: LIFE_IN_FLIGHT }, reporter))
}

async function placeHolds(engine: Engine, count: number): Promise<void> {
  const ids = createIds(() => Date.now())
  await Promise.all(
    Array.from({ length: count }, () => must(engine, authorizeOf(HOLDS_ACCOUNT, ids('call')))),
  )
}

/** The answers that this load has to get; anything else would be measured for nothing. */
async function must(engine: Engine, command: Command): Promise<void> {
  const { result } = await engine.execute(command)
  if (result.status !== 'posted' && result.status !== 'admitted')
    throw new Error(`${command.kind} of ${command.accountId}: ${JSON.stringify(result)}`)
}

function drive(engine: Engine, load: EngineLoad): Promise<Measured> {
  const ids = createIds(() => Date.now())
  const choose = chooser(load)
  let serial = 0
  const record = async (_: number, tick: Tick): Promise<void> => {
    serial += 1
    const since = performance.now()
    await must(engine, recordOf(choose(), ids('call'), serial, Date.now() as Instant))
    tick(since)
  }
  const pair = async (_: number, tick: Tick): Promise<void> => {
    serial += 1
    const accountId = choose()
    const callId = ids('call')
    const number = serial
    let since = performance.now()
    await must(engine, authorizeOf(accountId, callId))
    tick(since)
    since = performance.now()
    await must(engine, settleOf(accountId, callId, number))
    tick(since)
  }
  return runLoad(load, load.kind === 'record' ? record : pair)
}

/** While warming up, each account in turn, so that the cache is what it is after a while. */
export function chooser(load: EngineLoad): () => string {
  const { target } = load
  if (typeof target === 'string') return () => target
  const warmUntil = performance.now() + load.warmSeconds * 1_000
  const random = randomFrom(load.node + 1)
  let turn = load.node * 7
  return () => {
    if (performance.now() > warmUntil) return accountName(Math.floor(random() * target))
    turn += 1
    return accountName(turn % target)
  }
}

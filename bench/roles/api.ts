import type { FastifyInstance } from 'fastify'
import type pg from 'pg'
import { createApi, OperatorTokens } from '../../src/api/index.ts'
import { createEngine, type Engine } from '../../src/engine/index.ts'
import { detectionJob, HOUSEKEEPING, usageJobs } from '../../src/jobs/definitions.ts'
import { Detection } from '../../src/jobs/detection.ts'
import { JournalFollower } from '../../src/jobs/usage.ts'
import { createIds, KeyRing } from '../../src/store/control/index.ts'
import { catchUp, unfollowed } from '../../src/store/facts/catch-up.ts'
import { createPool } from '../../src/store/pool.ts'
import { type LoadPlan, type Measured, runLoad, type Tick } from '../load.ts'
import type { Methods } from '../workers.ts'
import { accountName, randomFrom } from '../workload.ts'

export interface ApiStart {
  readonly url: string
}

export interface ApiLoad extends LoadPlan {
  /** An address of the API; `{any}` stands for one of the accounts. */
  readonly path: string
  readonly accounts: number
}

export interface JobLoad extends LoadPlan {
  /** The name of a piece of housekeeping; a round each time. */
  readonly job: string
}

const TOKEN = 'operator-token-of-the-benchmark'

/** A server's API without its gateway, asked in the same process: no time is the network's. */
export function apiRole(): Methods {
  let pool: pg.Pool | undefined
  let engine: Engine | undefined
  let app: FastifyInstance | undefined
  return {
    start: async ({ url }: ApiStart) => {
      pool = createPool(url, { max: 4, applicationName: 'bench api' })
      engine = await createEngine({ pool })
      app = await createApi({
        engine,
        pool,
        keys: new KeyRing(pool, Date.now),
        operatorTokens: new OperatorTokens([TOKEN]),
        nowMs: Date.now,
        ids: createIds(Date.now),
        version: '0.0.0-bench',
      })
    },
    stop: async () => {
      await app?.close()
      await engine?.close()
      await pool?.end()
    },
    ask: (load: ApiLoad) => askAgain(app!, load),
    job: async (load: JobLoad) => {
      await followAll(pool!)
      return doAgain({ pool: pool!, engine: engine! }, load)
    },
  }
}

function askAgain(app: FastifyInstance, load: ApiLoad): Promise<Measured> {
  const random = randomFrom(7)
  const headers = { authorization: `Bearer ${TOKEN}` }
  return runLoad(load, async (_: number, tick: Tick) => {
    const url = load.path.replace('{any}', accountName(Math.floor(random() * load.accounts)))
    const since = performance.now()
    const { statusCode, payload } = await app.inject({ method: 'GET', url, headers })
    if (statusCode !== 200) throw new Error(`${url}: ${statusCode} ${payload.slice(0, 300)}`)
    tick(since)
  })
}

const STRETCH = 5_000

/** What other loads have moved: the jobs are measured where they find nothing to do. */
async function followAll(pool: pg.Pool): Promise<void> {
  for (let after: string | null = ''; after !== null; ) {
    const stretch = await unfollowed(pool, { after, scanned: STRETCH })
    for (const id of stretch.accountIds) await catchUp(pool, id, { stepsMax: 1_000 })
    after = stretch.scannedTo
  }
}

function doAgain(
  deps: { readonly pool: pg.Pool; readonly engine: Engine },
  load: JobLoad,
): Promise<Measured> {
  const jobs = [...HOUSEKEEPING, ...usageJobs(new JournalFollower()), detectionJob(new Detection())]
  const job = jobs.find(({ name }) => name === load.job)
  if (!job) throw new Error(`there is no job ${load.job}`)
  return runLoad(load, async (_: number, tick: Tick) => {
    const since = performance.now()
    await job.run(deps, Date.now())
    tick(since)
  })
}

import { performance } from 'node:perf_hooks'
import pg from 'pg'
import type { Catalogue } from '../../src/core/decisions/index.ts'
import { decodeState } from '../../src/core/ledger/index.ts'
import type { Instant } from '../../src/core/time/index.ts'
import { type Deciding, decideAccount } from '../../src/engine/decide-batch.ts'
import type { Job } from '../../src/engine/job.ts'
import { Workspace } from '../../src/engine/workspace.ts'
import { batchWrite } from '../../src/engine/write.ts'
import { createIds, loadCatalogue } from '../../src/store/control/index.ts'
import { createPool } from '../../src/store/pool.ts'
import { type BatchWrite, commitDecisions } from '../../src/store/statements/decision-commit.ts'
import { Latencies } from '../latencies.ts'
import { cpuMs, type Measured } from '../load.ts'
import type { Methods } from '../workers.ts'
import { accountName, randomFrom, recordOf } from '../workload.ts'

export interface CeilingPrepare {
  readonly url: string
  readonly accounts: number
  readonly batches: number
  readonly batchSize: number
}

export interface CeilingRun {
  readonly url: string
  readonly connections: 1 | 2
  readonly seconds: number
}

export interface CeilingSample {
  /** A record's body, as it is stored. */
  readonly body: string
  readonly bodyBytes: number
  readonly postings: number
}

interface Statement {
  readonly name: string
  readonly text: string
  readonly values: string[]
}

interface Prepared {
  readonly statement: Statement
  readonly records: number
}

/**
 * The engine's own commit statement with parameters that were written beforehand, from real
 * decisions: nothing is read, decided or answered while it runs.
 */
export function ceilingRole(): Methods {
  /** Two halves of the accounts, so that two connections never meet. */
  let halves: Prepared[][] = []
  return {
    prepare: async (asked: CeilingPrepare): Promise<CeilingSample> => {
      const builder = await Builder.start(asked)
      halves = [[], []]
      for (let batch = 0; batch < asked.batches; batch += 1)
        halves[batch % 2]!.push(await builder.next(batch % 2))
      return builder.sample()
    },
    run: (asked: CeilingRun) => run(halves, asked),
  }
}

async function run(halves: Prepared[][], asked: CeilingRun): Promise<Measured> {
  const [one = [], other = []] = halves
  const lanes =
    asked.connections === 2
      ? halves
      : [one.flatMap((own, index) => [own, other[index]].filter((each) => each !== undefined))]
  const clients = await Promise.all(lanes.map(() => connect(asked.url)))
  const latencies = new Latencies()
  let done = 0
  // the first of each lane is for the plan
  await Promise.all(lanes.map((lane, index) => clients[index]!.query(lane[0]!.statement)))
  const start = performance.now()
  const deadline = start + asked.seconds * 1_000
  const cpu = cpuMs()
  await Promise.all(
    lanes.map(async (lane, index) => {
      for (const { statement, records } of lane.slice(1)) {
        const since = performance.now()
        if (since > deadline) return
        const { rowCount } = await clients[index]!.query(statement)
        if (rowCount === 0) throw new Error('the prepared rows do not fit the database')
        done += records
        latencies.record(performance.now() - since)
      }
    }),
  )
  const seconds = (performance.now() - start) / 1_000
  await Promise.all(clients.map((client) => client.end()))
  const counted = { done, doneInAll: done, seconds, latencies: latencies.counts() }
  return { ...counted, cpuMs: cpuMs() - cpu }
}

async function connect(url: string): Promise<pg.Client> {
  const client = new pg.Client({ connectionString: url, application_name: 'bench ceiling' })
  await client.connect()
  await client.query("set plan_cache_mode = 'force_generic_plan'; set jit = off")
  return client
}

interface Known {
  readonly version: bigint
  readonly state: Workspace['state']
}

/** Makes batches of records by deciding them in memory. */
class Builder {
  readonly #asked: CeilingPrepare
  readonly #accounts: Map<string, Known>
  readonly #catalogue: Catalogue
  readonly #random = randomFrom(99)
  readonly #ids = createIds(() => Date.now())
  #serial = 0
  #last: BatchWrite | null = null

  private constructor(asked: CeilingPrepare, accounts: Map<string, Known>, catalogue: Catalogue) {
    this.#asked = asked
    this.#accounts = accounts
    this.#catalogue = catalogue
  }

  static async start(asked: CeilingPrepare): Promise<Builder> {
    const pool = createPool(asked.url, { max: 1, applicationName: 'bench ceiling' })
    try {
      const { rows } = await pool.query<{ account_id: string; version: string; state: string }>(
        'select account_id, version, state::text from accounts.account',
      )
      const accounts = new Map(
        rows.map((row) => [
          row.account_id,
          { version: BigInt(row.version), state: decodeState(JSON.parse(row.state)) },
        ]),
      )
      return new Builder(asked, accounts, await loadCatalogue(pool))
    } finally {
      await pool.end()
    }
  }

  async next(half: number): Promise<Prepared> {
    const at = Date.now() as Instant
    const deciding: Deciding = {
      catalogue: this.#catalogue,
      at,
      onViolation: (accountId, violation) => {
        throw new Error(`${accountId}: ${violation}`)
      },
    }
    const spaces: Workspace[] = []
    for (const [accountId, jobs] of this.#jobs(half, at)) {
      const known = this.#accounts.get(accountId)!
      const space = new Workspace(accountId, { ...known, holds: new Map(), loaded: true })
      const { failed } = decideAccount(space, jobs, deciding)
      if (failed[0]) throw failed[0].error
      this.#accounts.set(accountId, { version: known.version + 1n, state: space.state })
      spaces.push(space)
    }
    this.#last = batchWrite(spaces)
    return { statement: await captured(this.#last), records: this.#asked.batchSize }
  }

  #jobs(half: number, at: Instant): Map<string, Job[]> {
    const jobs = new Map<string, Job[]>()
    for (let count = 0; count < this.#asked.batchSize; count += 1) {
      const index = Math.floor((this.#random() * this.#asked.accounts) / 4) * 4 + half * 2
      // even and odd accounts in both halves: with windows and without
      const accountId = accountName((index + (count % 2)) % this.#asked.accounts)
      this.#serial += 1
      const command = recordOf(accountId, this.#ids('call'), this.#serial, at)
      const ignore = (): void => {}
      const job: Job = {
        command,
        resolve: ignore,
        reject: ignore,
        uncertain: false,
        attempts: 0,
        cameMs: 0,
        order: this.#serial,
        catalogueRead: false,
      }
      jobs.set(accountId, [...(jobs.get(accountId) ?? []), job])
    }
    return jobs
  }

  sample(): CeilingSample {
    const entries = this.#last!.entries
    const bytes = entries.reduce((sum, entry) => sum + Buffer.byteLength(entry.body), 0)
    return {
      body: entries[0]!.body,
      bodyBytes: Math.round(bytes / entries.length),
      postings: this.#last!.postings.length / entries.length,
    }
  }
}

/** The statement and the parameter texts that the engine would send. */
async function captured(batch: BatchWrite): Promise<Statement> {
  let statement: Statement | undefined
  const recorder = {
    query: (query: Statement) => {
      statement = { name: query.name, text: query.text, values: query.values }
      return Promise.resolve({ rows: [] })
    },
  }
  await commitDecisions(recorder as unknown as pg.ClientBase, batch)
  return statement!
}

import { mkdirSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import pg from 'pg'
import {
  createDatabase,
  databaseUrl,
  dropDatabase,
  reachableDataDir,
  startEmbedded,
} from '../src/store/embedded/index.ts'
import { migrate } from '../src/store/migrate.ts'
import { createPool } from '../src/store/pool.ts'
import { verify } from '../src/store/verify/index.ts'
import { treeCpuMs } from './process-cpu.ts'
import type { EngineStart } from './roles/engine.ts'
import { ROW_LOCKS_SCHEMA } from './roles/row-locks.ts'
import { Worker } from './workers.ts'
import { OPENING_ENTRIES, seedCatalogue } from './workload.ts'

/** Durable as in production. The rest keeps checkpoints out of the measured seconds, for everybody. */
const SETTINGS = {
  fsync: 'on',
  synchronous_commit: 'on',
  full_page_writes: 'on',
  shared_buffers: '1GB',
  max_wal_size: '8GB',
  checkpoint_timeout: '30min',
  max_connections: '200',
}

export interface Verdict {
  readonly ok: boolean
  /** For people: what was checked, or the first difference. */
  readonly text: string
}

const VERIFY_CONNECTIONS = 6

/** More accounts than any database of a bench has. */
const EVERY_ACCOUNT = 1_000_000_000

/** The server of a bench run, with its seeded templates. */
export class BenchServer {
  readonly url: string
  readonly version: string
  readonly settings: Readonly<Record<string, string>> = SETTINGS
  readonly #root: string
  readonly #pid: number
  readonly #stop: () => Promise<void>
  #serial = 0

  private constructor(
    server: { readonly url: string; readonly pid: number },
    from: { readonly version: string; readonly root: string; readonly stop: () => Promise<void> },
  ) {
    this.url = server.url
    this.#pid = server.pid
    this.version = from.version
    this.#root = from.root
    this.#stop = from.stop
  }

  static async start(root: string, log: (line: string) => void): Promise<BenchServer> {
    const base = reachableDataDir(process.env.EVERYCENT_BENCH_DIR ?? tmpdir())
    mkdirSync(base, { recursive: true })
    const dataDir = mkdtempSync(join(base, 'everycent-bench-'))
    const server = await startEmbedded({ dataDir, settings: SETTINGS, log })
    const stop = async (): Promise<void> => {
      await server.stop()
      rmSync(dataDir, { recursive: true, force: true })
    }
    const [row] = await query<{ server_version: string }>(server.url, 'show server_version')
    return new BenchServer(server, { version: row!.server_version, root, stop })
  }

  stop(): Promise<void> {
    return this.#stop()
  }

  /** Runs something, with the processor time that PostgreSQL takes meanwhile. */
  async cpuOf<T>(run: () => Promise<T>): Promise<{ measured: T; serverCpuMs: number | null }> {
    const before = treeCpuMs(this.#pid)
    const measured = await run()
    const after = treeCpuMs(this.#pid)
    return { measured, serverCpuMs: before === null || after === null ? null : after - before }
  }

  /** A database with so many open accounts, to be copied for each measurement. */
  async template(accounts: number, prepare?: (worker: Worker) => Promise<void>): Promise<string> {
    this.#serial += 1
    const name = `template_${this.#serial}`
    await createDatabase(this.url, name)
    const url = databaseUrl(this.url, name)
    await migrate(url)
    const pool = createPool(url, { max: 1 })
    await seedCatalogue(pool, this.#root)
    const worker = new Worker('engine')
    try {
      await worker.ask('start', { url } satisfies EngineStart)
      await worker.ask('seed', accounts)
      await prepare?.(worker)
      await worker.ask('stop')
      const verdict = await verdictOf(url, 0)
      if (!verdict.ok) throw new Error(`the opened accounts are wrong: ${verdict.text}`)
      await pool.query(ROW_LOCKS_SCHEMA)
      await pool.query('vacuum analyze')
    } finally {
      worker.stop()
      await pool.end()
    }
    return name
  }

  /** A fresh copy of a database that nobody uses, everything before it on disk. */
  async copy(template: string): Promise<Database> {
    this.#serial += 1
    const name = `bench_${this.#serial}`
    // copied as files, which also brings a checkpoint: nothing of it is written later
    await query(this.url, `create database ${name} template ${template} strategy file_copy`)
    return { name, url: databaseUrl(this.url, name), drop: () => dropDatabase(this.url, name) }
  }

  drop(template: string): Promise<void> {
    return dropDatabase(this.url, template)
  }
}

export interface Database {
  readonly name: string
  readonly url: string
  drop(): Promise<void>
}

async function query<Row extends pg.QueryResultRow>(url: string, text: string): Promise<Row[]> {
  const client = new pg.Client({ connectionString: url })
  await client.connect()
  try {
    return (await client.query<Row>(text)).rows
  } finally {
    await client.end()
  }
}

/**
 * `everycent verify` of every account that has moved since the template was seeded, several at a time.
 * The others are copies of what was verified then. `sampleMax`: only so many of them, taken evenly.
 */
export async function verdictOf(
  url: string,
  sinceSeq = OPENING_ENTRIES,
  sampleMax = EVERY_ACCOUNT,
): Promise<Verdict> {
  const pool = createPool(url, { max: VERIFY_CONNECTIONS, applicationName: 'bench verify' })
  try {
    const { rows } = await pool.query<{ account_id: string }>(
      `select account_id from accounts.account
       where seq > $1::bigint or version > $1::bigint order by md5(account_id) limit $2::integer`,
      [sinceSeq, sampleMax],
    )
    const left = rows.map((row) => row.account_id)
    let entries = 0
    let first: string | null = left.length === 0 ? 'no account has moved' : null
    const verifier = async (): Promise<void> => {
      for (let id = left.pop(); id !== undefined; id = left.pop()) {
        const report = await verify(pool, { accountId: id })
        entries += report.entries
        if (report.first) first ??= `${id} seq ${report.first.seq}: ${report.first.message}`
      }
    }
    await Promise.all(Array.from({ length: VERIFY_CONNECTIONS }, verifier))
    const text = `ok: ${rows.length} accounts, ${entries} entries`
    return { ok: first === null, text: first ?? text }
  } finally {
    await pool.end()
  }
}

import type pg from 'pg'
import {
  type Catalogue,
  type Command,
  dueDraws,
  PlanMissing,
  type Result,
} from '../core/decisions/index.ts'
import type { Instant } from '../core/time/index.ts'
import { commitDecisions } from '../store/statements/decision-commit.ts'
import { lockAccount } from '../store/statements/decision-load.ts'
import { isSerialisationFailure } from '../store/transaction.ts'
import { DecidedAhead, type Predecessor, voidAccounts } from './ahead.ts'
import { AccountCache } from './cache.ts'
import type { EngineClock } from './clock.ts'
import { type DecidedAccount, type Deciding, decideAccount } from './decide-batch.ts'
import { isConnectionLoss } from './faults.ts'
import { byAccount, type Job } from './job.ts'
import { type Batch, loadBatch } from './load.ts'
import { Pressure } from './pressure.ts'
import { previewOn } from './preview.ts'
import { JobQueue, starvedAccount } from './queue.ts'
import type { EngineSettings } from './settings.ts'
import { staleAnswers } from './stale.ts'
import { pause, TIMERS, type Timers } from './timers.ts'
import {
  type Engine,
  type EngineStats,
  type Executed,
  type Overloaded,
  Unavailable,
} from './types.ts'
import { isEnding } from './waiting.ts'
import type { Workspace } from './workspace.ts'
import { batchWrite } from './write.ts'

export interface EngineParts {
  readonly pool: pg.Pool
  /** For batches only, so that nothing else makes them wait. Absent: `pool`. */
  readonly commitPool?: pg.Pool
  readonly clock: EngineClock
  /** Absent: the machine's. */
  readonly timers?: Timers
  readonly catalogue: Catalogue
  readonly loadCatalogue: () => Promise<Catalogue>
  readonly settings: EngineSettings
  readonly onViolation: (accountId: string, violation: string) => void
  /** Told how long each commit took, in milliseconds, and how many commands it decided. */
  readonly onCommitted: (tookMs: number, commands: number) => void
}

/**
 * The statements are large and always the same: planned once, not for every batch. A plan made while
 * the tables are empty would be a sequential scan for ever, so those are ruled out.
 */
const CONNECTION_SETTINGS =
  "set plan_cache_mode = 'force_generic_plan'; set jit = off; set enable_seqscan = off"

const NOTHING_AHEAD: ReadonlyMap<string, Predecessor> = new Map()

/** Connection losses in a row after which a job is given up; its caller asks again with the same id. */
const LOSSES_MAX = 3
const LOSS_PAUSE_MS = 50

/**
 * The optimistic group commit: queue → load → decide → one statement. An account is in one batch at a
 * time on this node; other nodes are told apart by its version.
 */
export class GroupCommitEngine implements Engine {
  readonly #parts: EngineParts
  readonly #queue: JobQueue
  readonly #cache: AccountCache
  readonly #ahead = new DecidedAhead()
  readonly #pressure: Pressure
  readonly #listeners = new Set<(accountIds: readonly string[]) => void>()
  readonly #configured = new WeakSet<pg.ClientBase>()
  readonly #idle: (() => void)[] = []
  #catalogue: Catalogue
  #lanesBusy = 0
  #nextOrder = 1
  #pumping = false
  /** Jobs that wait for the catalogue. */
  #waiting = 0
  #closed = false
  #commits = 0
  #decisions = 0
  #conflicts = 0

  constructor(parts: EngineParts) {
    this.#parts = parts
    this.#catalogue = parts.catalogue
    this.#queue = new JobQueue()
    this.#cache = new AccountCache(parts.settings.cachedAccountsMax)
    this.#pressure = new Pressure(this.#queue, parts.settings)
  }

  execute(command: Command): Promise<Executed> {
    if (this.#closed) return Promise.reject(new Unavailable('the engine is closed'))
    const refusal = this.#pressure.refusal(isEnding(command))
    return refusal ? Promise.reject(refusal) : this.#enqueue(command)
  }

  now(): Instant {
    return this.#parts.clock.now()
  }

  overload(): Overloaded | null {
    return this.#pressure.refusal(false)
  }

  #enqueue(command: Command): Promise<Executed> {
    return new Promise((resolve, reject) => {
      this.#queue.push({
        command,
        resolve,
        reject,
        uncertain: false,
        attempts: 0,
        cameMs: performance.now(),
        order: this.#nextOrder++,
        catalogueRead: false,
      })
      this.#pressure.watch()
      this.#pumpSoon()
    })
  }

  async preview(command: Command): Promise<Result> {
    const [result] = await this.previewAll([command])
    return result!
  }

  async previewAll(commands: readonly Command[]): Promise<readonly Result[]> {
    return previewOn(await this.#connect(this.#parts.pool), commands, this.#deciding())
  }

  onCommit(listener: (accountIds: readonly string[]) => void): () => void {
    this.#listeners.add(listener)
    return () => this.#listeners.delete(listener)
  }

  async reloadCatalogue(): Promise<void> {
    this.#catalogue = await this.#parts.loadCatalogue()
  }

  stats(): EngineStats {
    return {
      queued: this.#queue.size,
      endsQueued: this.#queue.ends,
      ...this.#pressure.stats(),
      inFlight: this.#queue.inFlight,
      commits: this.#commits,
      decisions: this.#decisions,
      conflicts: this.#conflicts,
      cachedAccounts: this.#cache.size,
    }
  }

  async close(): Promise<void> {
    this.#closed = true
    while (this.#queue.size + this.#lanesBusy + this.#waiting > 0)
      await new Promise<void>((resolve) => this.#idle.push(resolve))
    this.#parts.clock.stop()
  }

  #deciding(): Deciding {
    return {
      catalogue: this.#catalogue,
      at: this.#parts.clock.now(),
      onViolation: this.#parts.onViolation,
    }
  }

  /**
   * Pumps once the callers that a batch has just answered have asked again. Pumping at once sends the
   * first of them off alone: at 16 in flight that was a commit for every six commands, and a quarter
   * of the throughput.
   */
  #pumpSoon(): void {
    if (this.#pumping) return
    this.#pumping = true
    setImmediate(() => {
      this.#pumping = false
      this.#pump()
    })
  }

  /** Starts lanes as long as there is work for them. */
  #pump(): void {
    const { lanes, laneWorth } = this.#parts.settings
    while (this.#lanesBusy < lanes) {
      if (this.#lanesBusy > 0 && this.#queue.size < laneWorth) break
      const batch = this.#nextBatch()
      if (batch.jobs.size === 0) break
      this.#lanesBusy += 1
      void this.#run(batch)
    }
    if (this.#lanesBusy + this.#queue.size + this.#waiting === 0)
      for (const wake of this.#idle.splice(0)) wake()
  }

  /** Free accounts first. Where all that wait are in batches, one with many commands is followed. */
  #nextBatch(): Batch {
    const { laneWorth, batchMax, spreadMax } = this.#parts.settings
    const free = this.#queue.take(batchMax, spreadMax)
    if (free.size > 0) return { jobs: free, after: NOTHING_AHEAD }
    const jobs = this.#queue.takeFollowing(batchMax, laneWorth, (accountId, list) =>
      this.#ahead.followers(accountId, list),
    )
    const after = new Map<string, Predecessor>()
    for (const accountId of jobs.keys()) after.set(accountId, this.#ahead.take(accountId)!)
    return { jobs, after }
  }

  async #run(batch: Batch): Promise<void> {
    try {
      await this.#runBatch(batch, true)
    } catch (error) {
      await this.#recover(batch.jobs, error)
    } finally {
      this.#queue.done(batch.jobs.keys())
      this.#lanesBusy -= 1
      this.#pumpSoon()
    }
  }

  async #runBatch(batch: Batch, mayBeFollowed: boolean): Promise<void> {
    const client = await this.#connect(this.#parts.commitPool ?? this.#parts.pool)
    let conclude: (won: ReadonlySet<string>) => void = () => {}
    let won: ReadonlySet<string> = new Set()
    let broken: Error | undefined
    // a follower waits for its predecessor, which would wait for the follower's lock
    const locked = batch.after.size > 0 ? null : starvedAccount(batch.jobs)
    try {
      if (locked !== null) await lockAccount(client, locked)
      const deciding = this.#deciding()
      const spaces = await loadBatch(client, batch, this.#cache, deciding.at)
      const accounts = [...batch.jobs].map(([accountId, own]) =>
        decideAccount(spaces.get(accountId)!, own, deciding),
      )
      if (mayBeFollowed) {
        conclude = this.#ahead.add([...spaces.values()])
        this.#pumpSoon()
      }
      const none = await voidAccounts(batch.after)
      won = await this.#finish(client, accounts, { none, locked: locked !== null })
    } catch (error) {
      broken = error instanceof Error ? error : new Error(String(error))
      if (locked !== null) await client.query('rollback').catch(() => {})
      throw error
    } finally {
      conclude(won)
      client.release(broken && isConnectionLoss(broken) ? broken : undefined)
    }
  }

  /** Writes what was decided, and answers. Returns the accounts whose decisions are durable. */
  async #finish(
    client: pg.ClientBase,
    all: readonly DecidedAccount[],
    { none, locked }: { readonly none: ReadonlySet<string>; readonly locked: boolean },
  ): Promise<ReadonlySet<string>> {
    const accounts = none.size === 0 ? all : all.filter(({ space }) => !none.has(space.accountId))
    const changed = accounts.filter(({ space }) => space.changed)
    const moved = changed.length === 0 ? new Set<string>() : await this.#commit(client, changed)
    const stale = await staleAnswers(client, accounts)
    if (locked) await client.query('commit')
    if (changed.length > 0) this.#commits += 1
    const won = new Set<string>()
    for (const account of all) {
      const { accountId, changed: has } = account.space
      if (!none.has(accountId) && (has ? moved.has(accountId) : !stale.has(accountId))) {
        won.add(accountId)
        this.#win(account)
      } else this.#lose(account)
    }
    if (moved.size > 0) for (const listener of this.#listeners) listener([...moved])
    return won
  }

  async #commit(client: pg.ClientBase, changed: readonly DecidedAccount[]): Promise<Set<string>> {
    const batch = batchWrite(changed.map(({ space }) => space))
    const started = performance.now()
    const moved = await commitDecisions(client, batch)
    const commands = changed.reduce((sum, { decided }) => sum + decided.length, 0)
    this.#parts.onCommitted(performance.now() - started, commands)
    return moved
  }

  #win({ space, decided, failed }: DecidedAccount): void {
    if (space.state)
      this.#cache.set(space.accountId, {
        version: space.versionAfter,
        state: space.state,
        holds: space.knownHolds(),
      })
    for (const { job, error } of failed) this.#fail(job, error)
    this.#decisions += decided.length
    this.#pressure.decided(decided.length)
    for (const { job, executed } of decided) job.resolve(executed)
    if (space.changed) this.#followUp(space)
  }

  /** A bug is told to its caller; a plan that another node has just published is looked for first. */
  #fail(job: Job, error: Error): void {
    if (!(error instanceof PlanMissing) || job.catalogueRead) {
      job.reject(error)
      return
    }
    job.catalogueRead = true
    this.#waiting += 1
    this.reloadCatalogue()
      .then(
        () => this.#retry(job),
        () => job.reject(new Unavailable('the catalogue cannot be read')),
      )
      .finally(() => {
        this.#waiting -= 1
        this.#pumpSoon()
      })
  }

  /** Another node moved the account first: everything is read and decided again. */
  #lose({ space, jobs }: DecidedAccount): void {
    this.#cache.delete(space.accountId)
    this.#conflicts += 1
    for (const job of jobs) this.#retry(job)
  }

  #retry(job: Job): void {
    job.attempts += 1
    if (job.attempts > this.#parts.settings.attemptsMax)
      job.reject(new Unavailable('the account is too busy on other nodes'))
    else this.#queue.pushAgain(job)
  }

  /** Capacity that was freed goes to the calls that had to draw money for want of it. */
  #followUp(space: Workspace): void {
    if (!space.state || !dueDraws(space.state)) return
    const cause = space.entries.at(-1)?.body.call?.call_id ?? 'housekeeping'
    void this.#enqueue({
      kind: 'reattribute',
      accountId: space.accountId,
      requestId: 'reattribute',
      actor: { type: 'system', id: 'reattribute' },
      causeCallId: cause,
    }).catch(() => {
      // the account stays due, so that the sweep takes it up
    })
  }

  async #recover(jobs: Batch['jobs'], cause: unknown): Promise<void> {
    const error = cause instanceof Error ? cause : new Error(String(cause))
    const lost = isConnectionLoss(error)
    for (const accountId of jobs.keys()) this.#cache.delete(accountId)
    if (lost) await pause(this.#parts.timers ?? TIMERS, LOSS_PAUSE_MS)
    const all = [...jobs.values()].flat()
    for (const job of all) job.uncertain = true
    if (!lost && !isSerialisationFailure(error)) return this.#halve(all, error)
    for (const job of all)
      if (lost && job.attempts >= LOSSES_MAX)
        job.reject(new Unavailable('the database does not answer', { cause: error }))
      else this.#retry(job)
  }

  /**
   * The database refused the batch for one of its commands: only that one may fail for it. It is found by halves,
   * which are decided one after the other, so that all are decided in the order in which they came.
   */
  async #halve(all: readonly Job[], error: Error): Promise<void> {
    if (all.length === 1) return all[0]!.reject(error)
    const middle = Math.ceil(all.length / 2)
    for (const half of [all.slice(0, middle), all.slice(middle)]) {
      const jobs = byAccount(half)
      try {
        // others of the account may wait to be tried, before whatever came after them
        await this.#runBatch({ jobs, after: NOTHING_AHEAD }, false)
      } catch (failure) {
        await this.#recover(jobs, failure)
      }
    }
  }

  async #connect(pool: pg.Pool): Promise<pg.PoolClient> {
    const client = await pool.connect()
    if (this.#configured.has(client)) return client
    try {
      await client.query(CONNECTION_SETTINGS)
    } catch (error) {
      client.release(error instanceof Error ? error : true)
      throw error
    }
    this.#configured.add(client)
    return client
  }
}

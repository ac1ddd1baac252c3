export interface EngineSettings {
  /** Commands in one commit at most. */
  readonly batchMax: number
  /**
   * Commands after which a batch takes no further account, so that batches overlap: while PostgreSQL
   * commits one, the next is decided. One batch of all that waits made them take turns.
   */
  readonly spreadMax: number
  /** Batches under way at once, at most. */
  readonly lanes: number
  /**
   * Commands that have to wait before another lane is started. A commit has a price of its own, so that
   * under light load one larger batch beats two small ones.
   */
  readonly laneWorth: number
  /** Commands that may wait to begin something; beyond it the answer is `Overloaded`. */
  readonly queueMax: number
  /** Ends of calls that may wait beside them: room that nothing new can take. */
  readonly endsQueueMax: number
  /** What has waited longer to begin something is answered `Overloaded`, undecided. */
  readonly waitMaxMs: number
  /** Accounts whose state is kept in memory. */
  readonly cachedAccountsMax: number
  /** How often a job is tried again after a lost connection or race. */
  readonly attemptsMax: number
}

export const ENGINE_DEFAULTS: EngineSettings = {
  batchMax: 256,
  spreadMax: 128,
  lanes: 3,
  laneWorth: 64,
  queueMax: 20_000,
  endsQueueMax: 20_000,
  waitMaxMs: 5_000,
  cachedAccountsMax: 50_000,
  attemptsMax: 50,
}

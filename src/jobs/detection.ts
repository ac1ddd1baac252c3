import { type Instant, instant } from '../core/time/index.ts'
import { auditNewEntries, DETECTION_SETTINGS } from '../engine/audit/detect.ts'
import { AuditMemory } from '../engine/audit/memory.ts'
import { remedy } from '../engine/audit/remedy.ts'
import { dueAudits, unaudited } from '../store/findings/cursor.ts'
import { unfinishedFindings } from '../store/findings/findings.ts'
import { AuditBooks, remedyPolicyInForce } from '../store/findings/refs.ts'
import type { JobDeps } from './definition.ts'
import { MovedAccounts } from './moved-accounts.ts'
import { Tries } from './sweep-all.ts'

/** An audit is work for the processor: few at once, so that calls are not kept waiting. */
const AT_ONCE = 2
const REMEDIES_A_ROUND = 200
/** Accounts that a node remembers as moved. */
const MOVED_MAX = 50_000
/** Accounts that one round compares with how far they were audited. */
const COMPARED_MAX = 5_000
const DUE_MAX = 1_000

/** Told how long the oldest entry of an account had waited for its audit, and how many entries there were. */
export type OnAudited = (waitedMs: number, entries: number) => void

/**
 * Looks at every charge a second time, and does about what it finds what the operator's policy says. Two nodes
 * may do it at once: each finding is stored once, and refunded once.
 */
export class Detection {
  readonly #memory = new AuditMemory()
  readonly #moved = new MovedAccounts(MOVED_MAX)
  readonly #onAudited: OnAudited
  #books: AuditBooks | null = null
  #comparedTo = ''

  constructor(onAudited: OnAudited = () => {}) {
    this.#onAudited = onAudited
  }

  /** For `engine.onCommit`: an account is audited once a round, however often it moves. */
  moved(accountIds: readonly string[]): void {
    this.#moved.add(accountIds)
  }

  /**
   * One round. Returns with how many accounts and findings something was done.
   * @throws SomeFailed after all of them
   */
  async round({ pool, engine }: JobDeps, nowMs: number): Promise<number> {
    const at = instant(nowMs)
    const tries = new Tries()
    const waiting = await this.#waiting(pool, at)
    this.#books ??= new AuditBooks(pool)
    const books = this.#books
    for (let from = 0; from < waiting.length; from += AT_ONCE)
      await tries.all(waiting.slice(from, from + AT_ONCE), String, async (accountId) => {
        const done = await auditNewEntries({ pool, books, at, memory: this.#memory }, accountId)
        if (done.since !== null) this.#onAudited(nowMs - done.since, done.entries)
        if (!done.isDone) this.moved([accountId])
        return done.entries > 0
      })
    const unfinished = await unfinishedFindings(pool, REMEDIES_A_ROUND)
    const policy = unfinished.length === 0 ? null : await remedyPolicyInForce(pool)
    // one after another: those of one account and day wait for one another anyway
    for (const stored of unfinished)
      await tries.all(
        [stored],
        ({ finding }) => finding.key,
        async (own) => (await remedy({ pool, engine, at }, own, policy)) !== null,
      )
    return tries.count()
  }

  /** Accounts that moved, that are due by time alone, and those of the next stretch that are behind. */
  async #waiting(pool: JobDeps['pool'], at: Instant): Promise<readonly string[]> {
    const moved = this.#moved.take()
    const holdsBefore = instant(at - DETECTION_SETTINGS.holdGraceMs)
    const due = await dueAudits(pool, { at, holdsBefore, limit: DUE_MAX })
    const stretch = { after: this.#comparedTo, scanned: COMPARED_MAX }
    const { accountIds, scannedTo } = await unaudited(pool, stretch)
    this.#comparedTo = scannedTo ?? ''
    return [...new Set([...moved, ...due, ...accountIds])]
  }
}

import type pg from 'pg'
import type { EntryBody } from '../../core/ledger/entry.ts'
import { formatInstant, type Instant, instant } from '../../core/time/index.ts'
import { prepareDirectory } from './directory.ts'
import { Draft } from './draft.ts'
import { excerptOf } from './excerpt.ts'
import {
  type DueAccount,
  dueAccounts,
  type LookedAt,
  lookAt,
  oldestDue,
  type Span,
} from './final.ts'
import { commitSegment, moveCursor } from './segments.ts'

/** Where a run can be told to stand still: for tests that end it there. */
export type ArchiveStep = 'part_begun' | 'file_named' | 'segment_committed'

export interface ArchiveRun {
  readonly pool: pg.Pool
  readonly directory: string
  /** Entries from before are archived, as far as they are final. */
  readonly before: Instant
  readonly at: Instant
  /** What is left after so many files is for the next round. */
  readonly filesMax?: number
  /** Entries of one file at most. */
  readonly fileRows?: number
  readonly onStep?: (step: ArchiveStep) => Promise<void>
}

export interface ArchiveReport {
  readonly entries: number
  readonly files: number
  /** Of the files. */
  readonly bytes: number
  /** Of the bodies that left the database. */
  readonly bodyBytes: number
}

const FILES_MAX = 200
const FILE_ROWS = 20_000
const FILE_CHARACTERS = 64_000_000
const PAGE_ACCOUNTS = 100
const PAGE_ENTRIES = 500

/**
 * Archives what is old enough and final, month by month (UTC), a file at a time. A body leaves the database
 * after its file is whole, on the disk and read back, each account of a file in a transaction of its own: a
 * crash at any point loses nothing, and the next run goes on. Runs of several servers may meet: one of them
 * has an entry, the other's file has a copy that nobody asks for.
 */
export async function archiveEntries(run: ArchiveRun): Promise<ArchiveReport> {
  await prepareDirectory(run.pool, run.directory, run.at)
  return new Run(run).all()
}

interface Part {
  readonly account: DueAccount
  readonly firstRow: number
  readonly seqs: number[]
  readonly excerpts: string[]
  bodyBytes: number
  lookedTo: number
}

class Run {
  readonly #run: ArchiveRun
  readonly #fileRows: number
  #draft: Draft | null = null
  #parts: Part[] = []
  #month = ''
  #report = { entries: 0, files: 0, bytes: 0, bodyBytes: 0 }

  constructor(run: ArchiveRun) {
    this.#run = run
    this.#fileRows = run.fileRows ?? FILE_ROWS
  }

  async all(): Promise<ArchiveReport> {
    const { pool, before, filesMax = FILES_MAX } = this.#run
    try {
      for (let last: Instant | null = null; this.#report.files < filesMax; ) {
        const oldest = await oldestDue(pool, before)
        // whatever another server does meanwhile: a month is gone through once
        if (oldest === null || (last !== null && oldest < last)) break
        const span = { before, monthEnd: endOfMonth(oldest) }
        this.#month = formatInstant(oldest).slice(0, 'yyyy-mm'.length)
        await this.#goThrough(span, filesMax)
        last = span.monthEnd
      }
    } finally {
      await this.#draft?.discard()
    }
    return this.#report
  }

  async #goThrough(span: Span, filesMax: number): Promise<void> {
    for (let after = ''; this.#report.files < filesMax; ) {
      const page = await dueAccounts(this.#run.pool, span, { after, limit: PAGE_ACCOUNTS })
      for (const account of page) await this.#takeAccount(account, span)
      const last = page.at(-1)
      if (!last || page.length < PAGE_ACCOUNTS) break
      after = last.accountId
    }
    await this.#finishFile()
  }

  async #takeAccount(account: DueAccount, span: Span): Promise<void> {
    const { pool, at } = this.#run
    let part: Part | null = null
    for (let { afterSeq } = account; ; ) {
      const own = { ...span, at, limit: PAGE_ENTRIES }
      const page = await lookAt(pool, { ...account, afterSeq }, own)
      const last = page.at(-1)
      if (!last) return
      for (const row of page) part = await this.#take(account, row, part)
      afterSeq = Number(last.seq)
      if (!part) await moveCursor(pool, account.accountId, afterSeq)
      if (page.length < PAGE_ENTRIES) return
    }
  }

  /** Returns the part of the open file that the account's next entry belongs to. */
  async #take(account: DueAccount, row: LookedAt, open: Part | null): Promise<Part | null> {
    const part = row.body === null ? open : (open ?? (await this.#beginPart(account)))
    if (!part) return null
    if (row.body !== null) await this.#add(part, row, row.body)
    part.lookedTo = Number(row.seq)
    if (!this.#isFull()) return part
    await this.#finishFile()
    return null
  }

  #isFull(): boolean {
    const { rows, characters } = this.#draft!
    return rows >= this.#fileRows || characters >= FILE_CHARACTERS
  }

  async #beginPart(account: DueAccount): Promise<Part> {
    if (!this.#draft) {
      this.#draft = await Draft.open(this.#run.directory)
      await this.#run.onStep?.('part_begun')
    }
    const { rows: firstRow } = this.#draft
    const part = { account, firstRow, seqs: [], excerpts: [], bodyBytes: 0, lookedTo: 0 }
    this.#parts.push(part)
    return part
  }

  async #add(part: Part, row: LookedAt, body: string): Promise<void> {
    await this.#draft!.add({
      accountId: part.account.accountId,
      seq: BigInt(row.seq),
      kind: row.kind,
      requestId: row.request_id,
      at: row.at,
      eventAt: row.event_at,
      refSeq: row.ref_seq === null ? null : BigInt(row.ref_seq),
      lotId: row.lot_id,
      hash: row.hash,
      body,
    })
    part.seqs.push(Number(row.seq))
    part.excerpts.push(excerptOf(JSON.parse(body) as EntryBody))
    part.bodyBytes += Buffer.byteLength(body)
  }

  async #finishFile(): Promise<void> {
    const { pool, at, onStep } = this.#run
    const draft = this.#draft
    if (!draft) return
    const finished = await draft.finish(this.#month)
    this.#draft = null
    await onStep?.('file_named')
    this.#report.files += 1
    this.#report.bytes += finished.bytes
    for (const { account, ...part } of this.#parts.splice(0)) {
      const won = await commitSegment(
        pool,
        {
          ...part,
          accountId: account.accountId,
          file: finished.file,
          fileSha256: finished.sha256,
          fileBytes: finished.bytes,
        },
        at,
      )
      if (won) {
        this.#report.entries += part.seqs.length
        this.#report.bodyBytes += part.bodyBytes
      }
      await onStep?.('segment_committed')
    }
  }
}

function endOfMonth(at: Instant): Instant {
  const date = new Date(at)
  return instant(Date.UTC(date.getUTCFullYear(), date.getUTCMonth() + 1, 1))
}

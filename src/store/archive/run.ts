import type pg from 'pg'
import type { EntryBody } from '../../core/ledger/entry.ts'
import { formatInstant, type Instant, instant } from '../../core/time/index.ts'
import { prepareDirectory } from './directory.ts'
import { Draft } from './draft.ts'
import { excerptOf } from './excerpt.ts'
import {
  type DueAccount,
  FIRST_LOOK,
  type LookedAt,
  lookAgain,
  type Source,
  type Span,
} from './final.ts'
import { commitSegment, keepLooked } from './segments.ts'

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
  /** Ends of calls that were looked at and have to stay: they are looked at again, a day later. */
  readonly waiting: number
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
  readonly waiting: readonly number[]
  bodyBytes: number
  lookedTo: number | null
}

/** How far the run is with an account. */
interface Look {
  readonly account: DueAccount
  readonly isFirst: boolean
  /** Of the open file. */
  part: Part | null
  /** What has to stay, and is not in the database yet. */
  waiting: number[]
}

class Run {
  readonly #run: ArchiveRun
  readonly #fileRows: number
  #draft: Draft | null = null
  #parts: Part[] = []
  #month = ''
  #report = { entries: 0, files: 0, bytes: 0, bodyBytes: 0, waiting: 0 }
  /** Accounts that another server is at: it goes on from where it is, and nothing is passed over. */
  readonly #lost = new Set<string>()

  constructor(run: ArchiveRun) {
    this.#run = run
    this.#fileRows = run.fileRows ?? FILE_ROWS
  }

  async all(): Promise<ArchiveReport> {
    try {
      for (const source of [FIRST_LOOK, lookAgain(this.#run.at)]) await this.#lookThrough(source)
    } finally {
      await this.#draft?.discard()
    }
    return this.#report
  }

  get #isEnough(): boolean {
    return this.#report.files >= (this.#run.filesMax ?? FILES_MAX)
  }

  async #lookThrough(source: Source): Promise<void> {
    const { pool, before } = this.#run
    // whatever another server does meanwhile: a month is gone through once
    for (let from = instant(0); !this.#isEnough; ) {
      const oldest = await source.oldest(pool, from, before)
      if (oldest === null) return
      const span = { before, monthEnd: endOfMonth(oldest) }
      this.#month = formatInstant(oldest).slice(0, 'yyyy-mm'.length)
      await this.#goThrough(source, span)
      from = span.monthEnd
    }
  }

  async #goThrough(source: Source, span: Span): Promise<void> {
    for (let after = ''; !this.#isEnough; ) {
      const page = { after, limit: PAGE_ACCOUNTS }
      const accounts = await source.accounts(this.#run.pool, span, page)
      for (const account of accounts) await this.#takeAccount(source, account, span)
      const last = accounts.at(-1)
      if (!last || accounts.length < PAGE_ACCOUNTS) break
      after = last.accountId
    }
    await this.#finishFile()
  }

  async #takeAccount(source: Source, account: DueAccount, span: Span): Promise<void> {
    const { pool, at } = this.#run
    const look: Look = { account, isFirst: source.isFirst, part: null, waiting: [] }
    for (let { afterSeq } = account; ; ) {
      const own = { ...span, at, limit: PAGE_ENTRIES }
      const page = await source.look(pool, { ...account, afterSeq }, own)
      const last = page.at(-1)
      if (!last) return
      for (const row of page) await this.#take(look, row)
      if (this.#lost.has(account.accountId)) return
      afterSeq = Number(last.seq)
      if (!look.part) await this.#keep(look, afterSeq)
      if (page.length < PAGE_ENTRIES) return
    }
  }

  async #keep(look: Look, lookedTo: number): Promise<void> {
    const looked = { to: look.isFirst ? lookedTo : null, waiting: look.waiting }
    await keepLooked(this.#run.pool, look.account.accountId, looked, this.#run.at)
    this.#report.waiting += look.waiting.length
    look.waiting = []
  }

  async #take(look: Look, row: LookedAt): Promise<void> {
    if (this.#lost.has(look.account.accountId)) return
    if (row.waits) look.waiting.push(Number(row.seq))
    if (row.body !== null) {
      look.part ??= await this.#beginPart(look)
      await this.#add(look.part, row, row.body)
    }
    if (!look.part) return
    if (look.isFirst) look.part.lookedTo = Number(row.seq)
    if (!this.#isFull()) return
    await this.#finishFile()
    look.part = null
    look.waiting = []
  }

  #isFull(): boolean {
    const { rows, characters } = this.#draft!
    return rows >= this.#fileRows || characters >= FILE_CHARACTERS
  }

  async #beginPart({ account, waiting }: Look): Promise<Part> {
    if (!this.#draft) {
      this.#draft = await Draft.open(this.#run.directory)
      await this.#run.onStep?.('part_begun')
    }
    const { rows: firstRow } = this.#draft
    const part = {
      ...{ account, firstRow, seqs: [], excerpts: [], waiting },
      ...{ bodyBytes: 0, lookedTo: null },
    }
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
    for (const { account, waiting, lookedTo, ...part } of this.#parts.splice(0)) {
      const won = await commitSegment(
        pool,
        {
          ...part,
          looked: { to: lookedTo, waiting },
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
        this.#report.waiting += waiting.length
      } else this.#lost.add(account.accountId)
      await onStep?.('segment_committed')
    }
  }
}

function endOfMonth(at: Instant): Instant {
  const date = new Date(at)
  return instant(Date.UTC(date.getUTCFullYear(), date.getUTCMonth() + 1, 1))
}

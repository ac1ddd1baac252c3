import { mkdirSync, renameSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import type pg from 'pg'
import { formatInstant, instant } from '../core/time/index.ts'
import type { HttpPost } from '../notify/http-post.ts'
import { signatureHeaders } from '../notify/webhook.ts'
import {
  checkpointsAfter,
  claimPublication,
  newestCheckpoint,
  noteNotPublished,
  notePublished,
  publishedSize,
  type StoredCheckpoint,
} from '../store/log/index.ts'

export interface PublicationOptions {
  /** A folder that gets a file for each checkpoint; all servers write to the same. */
  readonly directory?: string
  /** An address that is told of the newest, at most once in `everyMs`. */
  readonly webhook?: {
    readonly url: string
    /** Absent: what it is told is not signed. */
    readonly secret?: string
    readonly everyMs: number
  }
  readonly http: HttpPost
}

const FILES_A_PAGE = 200
/** Files of one round; a folder that is new catches up over several. */
const PAGES_MAX = 10
/** Wide enough for every size, so that names sort as sizes do. */
const DIGITS = 16
const NEWEST = 'checkpoint.note'

/** Brings checkpoints to where others keep them. Each place gets what it has not, also after a crash. */
export class Publication {
  readonly #options: PublicationOptions

  constructor(options: PublicationOptions) {
    this.#options = options
  }

  /** Returns how many checkpoints were published. */
  async round(pool: pg.Pool, nowMs: number): Promise<number> {
    const { directory, webhook } = this.#options
    const written = directory === undefined ? 0 : await writeFiles(pool, directory, nowMs)
    return written + (webhook ? await this.#tell(pool, webhook, nowMs) : 0)
  }

  close(): Promise<void> {
    return this.#options.http.close()
  }

  async #tell(
    pool: pg.Pool,
    webhook: NonNullable<PublicationOptions['webhook']>,
    nowMs: number,
  ): Promise<number> {
    const newest = await newestCheckpoint(pool)
    if (!newest) return 0
    const { size } = newest
    const at = instant(nowMs)
    const target = `webhook:${webhook.url}`
    const claim = { size, at, before: instant(nowMs - webhook.everyMs) }
    if (!(await claimPublication(pool, target, claim))) return 0
    const { body, headers } = messageOf(newest, webhook.secret, nowMs)
    const done = await this.#options.http.post(webhook.url, { body, headers })
    if (done.outcome === 'delivered') {
      await notePublished(pool, target, { size, at })
      return 1
    }
    const error = [done.outcome, done.status, done.detail].filter((own) => own !== null).join(' ')
    await noteNotPublished(pool, target, error)
    throw new Error(`the webhook of checkpoints was not told: ${error}`)
  }
}

async function writeFiles(pool: pg.Pool, directory: string, nowMs: number): Promise<number> {
  const target = `directory:${directory}`
  mkdirSync(directory, { recursive: true })
  let written = 0
  let size = await publishedSize(pool, target)
  for (let page = 0; page < PAGES_MAX; page += 1) {
    const found = await checkpointsAfter(pool, { size, limit: FILES_A_PAGE })
    for (const own of found) writeWhole(directory, fileName(own.size), own.note)
    const last = found.at(-1)
    if (!last) break
    size = last.size
    writeWhole(directory, NEWEST, last.note)
    await notePublished(pool, target, { size, at: instant(nowMs) })
    written += found.length
    if (found.length < FILES_A_PAGE) break
  }
  return written
}

const fileName = (size: bigint): string =>
  `checkpoint-${size.toString().padStart(DIGITS, '0')}.note`

/** Whoever reads the folder meanwhile sees a whole file or none. */
function writeWhole(directory: string, name: string, text: string): void {
  const path = join(directory, name)
  writeFileSync(`${path}.part`, text)
  renameSync(`${path}.part`, path)
}

function messageOf(
  { size, root, note, key, at }: StoredCheckpoint,
  secret: string | undefined,
  nowMs: number,
) {
  const body = JSON.stringify({
    type: 'checkpoint_sealed',
    timestamp: formatInstant(at),
    data: { size: Number(size), root, note, key },
  })
  const message = { id: `checkpoint_${size}`, at: instant(nowMs), body }
  return { body, headers: signatureHeaders(message, secret === undefined ? [] : [secret]) }
}

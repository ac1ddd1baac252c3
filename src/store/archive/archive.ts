import { stat } from 'node:fs/promises'
import { join } from 'node:path'
import { type FoundRow, type OpenFile, openFile, type RowGroup } from './file-reader.ts'
import { ArchiveProblem } from './problem.ts'

/** Where some bodies of an account are. */
export interface Place {
  readonly accountId: string
  /** Below the archive's directory. */
  readonly file: string
  /** The account's rows in it, half-open. */
  readonly firstRow: number
  readonly afterRow: number
}

/** Files whose ends are kept in memory. */
const FILES_MAX = 64
/** Of unpacked bodies that are kept, in characters: a page of a journal reads the same few row groups. */
const KEPT_MAX = 16_000_000

interface KeptGroup {
  readonly rows: readonly FoundRow[]
  readonly size: number
}

/** The files of archived bodies below a directory. They are read here, and never changed. */
export class Archive {
  readonly directory: string
  readonly #files = new Map<string, OpenFile>()
  readonly #groups = new Map<string, KeptGroup>()
  #kept = 0

  constructor(directory: string) {
    this.directory = directory
  }

  path(file: string): string {
    return join(this.directory, file)
  }

  /** Its size in bytes; `null`: it is not there. */
  async sizeOf(file: string): Promise<number | null> {
    try {
      return (await stat(this.path(file))).size
    } catch (error) {
      if (isMissing(error)) return null
      throw error
    }
  }

  /**
   * The bodies of some entries of one account, by `seq`. Throws an `ArchiveProblem` when the file is missing,
   * damaged or of somebody else; whether a body is that of its entry, its hash tells the caller.
   */
  async bodies(place: Place, seqs: ReadonlySet<number>): Promise<ReadonlyMap<number, string>> {
    try {
      const found = await this.#find(place, seqs)
      for (const seq of seqs) if (!found.has(seq)) throw wrong(place, `it has no entry ${seq}`)
      return found
    } catch (error) {
      this.#forget(place.file)
      throw problemOf(error, place.file)
    }
  }

  async #find(place: Place, seqs: ReadonlySet<number>): Promise<Map<number, string>> {
    const found = new Map<number, string>()
    const file = await this.#open(place.file)
    if (file.rows < place.afterRow) throw wrong(place, `it has ${file.rows} rows only`)
    for (const group of groupsWith(file, place, seqs)) {
      const rows = await this.#rows(place.file, file, group)
      const own = rows.slice(
        Math.max(0, place.firstRow - group.start),
        place.afterRow - group.start,
      )
      if (own.some((row) => row.accountId !== place.accountId))
        throw wrong(place, 'it has another account there')
      for (const row of own) if (seqs.has(row.seq)) found.set(row.seq, row.body)
    }
    return found
  }

  async #open(name: string): Promise<OpenFile> {
    const known = this.#files.get(name)
    if (known) return known
    const opened = await openFile(this.path(name))
    this.#files.set(name, opened)
    if (this.#files.size > FILES_MAX) this.#forget(this.#files.keys().next().value!)
    return opened
  }

  async #rows(name: string, file: OpenFile, group: RowGroup): Promise<readonly FoundRow[]> {
    const key = `${name}#${group.start}`
    const known = this.#groups.get(key)
    if (known) return known.rows
    const rows = await file.read(group)
    const size = rows.reduce((sum, row) => sum + row.body.length, 0)
    this.#groups.set(key, { rows, size })
    this.#kept += size
    for (const [oldest, own] of this.#groups) {
      if (this.#kept <= KEPT_MAX || oldest === key) break
      this.#groups.delete(oldest)
      this.#kept -= own.size
    }
    return rows
  }

  #forget(name: string): void {
    this.#files.delete(name)
    for (const [key, own] of this.#groups) {
      if (!key.startsWith(`${name}#`)) continue
      this.#groups.delete(key)
      this.#kept -= own.size
    }
  }
}

/** Row groups in which entries of the place can be. */
function groupsWith(file: OpenFile, place: Place, seqs: ReadonlySet<number>): RowGroup[] {
  const sorted = [...seqs].sort((a, b) => a - b)
  return file.groups.filter(
    (group) =>
      group.start < place.afterRow &&
      group.end > place.firstRow &&
      sorted.some((seq) => seq >= group.firstSeq && seq <= group.lastSeq),
  )
}

const wrong = ({ file }: Place, why: string) => new ArchiveProblem('wrong_file', file, why)

const isMissing = (error: unknown): boolean =>
  ['ENOENT', 'ENOTDIR'].includes(String((error as { readonly code?: unknown } | null)?.code))

function problemOf(error: unknown, file: string): ArchiveProblem {
  if (error instanceof ArchiveProblem) return error
  if (isMissing(error)) return new ArchiveProblem('file_missing', file, 'it is not there')
  const why = error instanceof Error ? error.message : String(error)
  return new ArchiveProblem('file_damaged', file, `it cannot be read (${why})`)
}

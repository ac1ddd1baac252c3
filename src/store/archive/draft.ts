import { createHash, hash, randomUUID } from 'node:crypto'
import { createReadStream } from 'node:fs'
import { type FileHandle, mkdir, open, rename, rm } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { openFile } from './file-reader.ts'
import { type ArchivedRow, type ArchiveEncoder, archiveEncoder } from './format.ts'

/** Where files are written before they have their names. */
export const INCOMING = 'incoming'

/** Entries of a row group: what is unpacked to read one of them. */
const GROUP_ROWS = 500
const GROUP_CHARACTERS = 2_000_000

/** A file that is safe on the disk, under its name. */
export interface Finished {
  /** Below the archive's directory. */
  readonly file: string
  /** Hex. */
  readonly sha256: string
  readonly bytes: number
}

interface Expected {
  readonly accountId: string
  readonly seq: number
  readonly bodySha256: string
}

/**
 * A file of the archive that is being written. Only a row group of it is in memory. It gets its name when it
 * is whole, on the disk, and was read back: whoever dies before that leaves nothing but a part to clear away.
 */
export class Draft {
  readonly #directory: string
  readonly #path: string
  readonly #handle: FileHandle
  readonly #encoder: ArchiveEncoder = archiveEncoder()
  readonly #sha = createHash('sha256')
  readonly #expected: Expected[] = []
  #group: ArchivedRow[] = []
  #groupCharacters = 0
  #bytes = 0
  /** Rows so far. */
  rows = 0
  /** Of their bodies. */
  characters = 0

  private constructor(directory: string, path: string, handle: FileHandle) {
    this.#directory = directory
    this.#path = path
    this.#handle = handle
  }

  static async open(directory: string): Promise<Draft> {
    await mkdir(join(directory, INCOMING), { recursive: true })
    const path = join(directory, INCOMING, `${randomUUID()}.part`)
    const draft = new Draft(directory, path, await open(path, 'wx'))
    await draft.#write(draft.#encoder.begin())
    return draft
  }

  async add(row: ArchivedRow): Promise<void> {
    this.#group.push(row)
    this.#groupCharacters += row.body.length
    this.#expected.push({
      accountId: row.accountId,
      seq: Number(row.seq),
      bodySha256: hash('sha256', row.body),
    })
    this.rows += 1
    this.characters += row.body.length
    if (this.#group.length >= GROUP_ROWS || this.#groupCharacters >= GROUP_CHARACTERS)
      await this.#writeGroup()
  }

  /** Throws when what is on the disk is not what was written. */
  async finish(month: string): Promise<Finished> {
    if (this.#group.length > 0) await this.#writeGroup()
    await this.#write(this.#encoder.end())
    await this.#handle.sync()
    await this.#handle.close()
    const sha256 = this.#sha.digest('hex')
    await this.#readBack(sha256)
    // named by its content: two servers that write the same write the same file
    const file = `${month}/${sha256.slice(0, 32)}.parquet`
    const path = join(this.#directory, file)
    await mkdir(dirname(path), { recursive: true })
    await rename(this.#path, path)
    await syncFolder(dirname(path))
    await syncFolder(this.#directory)
    return { file, sha256, bytes: this.#bytes }
  }

  /** Nothing of it is needed. */
  async discard(): Promise<void> {
    await this.#handle.close().catch(() => {})
    await rm(this.#path, { force: true })
  }

  async #writeGroup(): Promise<void> {
    await this.#write(this.#encoder.rowGroup(this.#group))
    this.#group = []
    this.#groupCharacters = 0
  }

  async #write(bytes: Uint8Array): Promise<void> {
    this.#sha.update(bytes)
    this.#bytes += bytes.length
    await this.#handle.writeFile(bytes)
  }

  async #readBack(sha256: string): Promise<void> {
    const differs = (what: string) =>
      new Error(
        `${this.#path} was written and reads back otherwise (${what}); nothing was given up`,
      )
    if ((await fileSha256(this.#path)) !== sha256) throw differs('its sha256')
    const file = await openFile(this.#path)
    if (file.rows !== this.rows) throw differs('the number of its rows')
    for (const group of file.groups)
      for (const [index, row] of (await file.read(group)).entries()) {
        const own = this.#expected[group.start + index]!
        const same =
          row.accountId === own.accountId &&
          row.seq === own.seq &&
          hash('sha256', row.body) === own.bodySha256
        if (!same) throw differs(`entry ${own.seq} of ${own.accountId}`)
      }
  }
}

/** Hex; reads the file piece by piece. */
export async function fileSha256(path: string): Promise<string> {
  const sha = createHash('sha256')
  for await (const piece of createReadStream(path)) sha.update(piece as Buffer)
  return sha.digest('hex')
}

/** A new name is on the disk when its folder is. */
async function syncFolder(path: string): Promise<void> {
  const folder = await open(path, 'r')
  try {
    await folder.sync()
  } catch (error) {
    // some mounted buckets cannot: there the name is safe when the file is
    const code = String((error as { readonly code?: unknown }).code)
    if (!['EINVAL', 'ENOTSUP', 'EPERM', 'ENOSYS'].includes(code)) throw error
  } finally {
    await folder.close()
  }
}

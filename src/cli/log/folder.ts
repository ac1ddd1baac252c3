import { createHash } from 'node:crypto'
import { mkdirSync, readdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { CliError } from '../exit.ts'

/** Wide enough for every size, so that names sort as sizes do. */
const DIGITS = 16
const NOTE_NAME = /^checkpoint-\d{16}\.note$/

/** A folder of kept checkpoints, one file each. Nothing in it is ever changed or removed. */
export class CheckpointFolder {
  readonly path: string

  constructor(path: string) {
    this.path = path
    this.#doing(() => mkdirSync(path, { recursive: true }))
  }

  /** The one with the largest size; `null`: none is kept. */
  newest(): { readonly name: string; readonly note: string } | null {
    return this.#doing(() => {
      const name = readdirSync(this.path)
        .filter((own) => NOTE_NAME.test(own))
        .sort()
        .at(-1)
      return name === undefined ? null : { name, note: readFileSync(join(this.path, name), 'utf8') }
    })
  }

  /** Returns the file's name. It appears whole or not at all. */
  keep(size: bigint, note: string): string {
    return this.#write(`checkpoint-${size.toString().padStart(DIGITS, '0')}.note`, note)
  }

  /** What the log said against what is kept. */
  keepContradiction(kind: string, note: string): string {
    const own = createHash('sha256').update(note).digest('hex').slice(0, 8)
    return this.#write(`contradiction-${kind}-${own}.note`, note)
  }

  #write(name: string, text: string): string {
    this.#doing(() => {
      const path = join(this.path, name)
      writeFileSync(`${path}.part`, text)
      renameSync(`${path}.part`, path)
    })
    return name
  }

  #doing<T>(work: () => T): T {
    try {
      return work()
    } catch (error) {
      throw new CliError(`The folder ${this.path} cannot be used.`, {
        why: error instanceof Error ? error.message : String(error),
        next: 'Give a folder that this user may write to.',
        code: 'folder',
        cause: error,
      })
    }
  }
}

import { createHash } from 'node:crypto'
import { existsSync, readFileSync, writeFileSync } from 'node:fs'
import { expect } from 'vitest'
import { show } from './render.ts'

/** What the program said when the record was made. A file beside the test. */
export class OfRecord {
  readonly #file: URL
  readonly #record: Record<string, unknown>

  constructor(file: URL) {
    this.#file = file
    this.#record = existsSync(file) ? JSON.parse(readFileSync(file, 'utf8')) : {}
  }

  /**
   * Says it the same today? Where a change is meant, `RECORD=new npx vitest run FILE` makes the record anew, and
   * the commit shows what has become different.
   */
  expectSame(name: string, said: unknown): void {
    const today = JSON.parse(show(said))
    if (process.env.RECORD === 'new') {
      this.#record[name] = today
      writeFileSync(this.#file, `${JSON.stringify(this.#record, null, 1)}\n`)
    }
    if (this.#record[name] === undefined) {
      throw new Error(`not on record: ${name}`)
    }
    expect(today).toEqual(this.#record[name])
  }
}

/** Of much, that it is the same. */
export const digest = (said: unknown): string =>
  createHash('sha256').update(show(said)).digest('hex').slice(0, 16)

import { existsSync, readFileSync } from 'node:fs'
import { SourceMap, type SourceMapPayload } from 'node:module'
import { relative, resolve } from 'node:path'
import { fileURLToPath } from 'node:url'
import type { CallFrame } from './profile.ts'

/** Where a function is written: through the source map of a bundle, where there is one beside it. */
export class Places {
  readonly #root: string
  readonly #maps = new Map<string, SourceMap | null>()

  /** Places are told from this folder on. */
  constructor(root: string) {
    this.#root = root
  }

  of({ url, lineNumber, columnNumber }: CallFrame): string {
    if (!url.startsWith('file:')) return url
    const file = fileURLToPath(url)
    const found = this.#mapOf(file)?.findEntry(lineNumber, columnNumber)
    if (!found || !('originalSource' in found))
      return `${relative(this.#root, file)}:${lineNumber + 1}`
    const source = resolve(file, '..', found.originalSource)
    return `${relative(this.#root, source)}:${found.originalLine + 1}`
  }

  #mapOf(file: string): SourceMap | null {
    const known = this.#maps.get(file)
    if (known !== undefined) return known
    const path = `${file}.map`
    const map = existsSync(path)
      ? new SourceMap(JSON.parse(readFileSync(path, 'utf8')) as SourceMapPayload)
      : null
    this.#maps.set(file, map)
    return map
  }
}

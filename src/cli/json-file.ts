import { readFileSync } from 'node:fs'
import { resolve } from 'node:path'
import { usageError } from './exit.ts'

/** A document that a command is given as a file. */
export function readJson(file: string, cwd: string): unknown {
  try {
    return JSON.parse(readFileSync(resolve(cwd, file), 'utf8'))
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error)
    throw usageError(`The file ${file} cannot be read as JSON.`, { why, next: 'Correct it there.' })
  }
}

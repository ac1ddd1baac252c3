import { closeSync, fstatSync, openSync, readSync } from 'node:fs'

const TAIL_BYTES = 16_384
const TAIL_LINES = 15

/** The embedded server cannot be used: the message says what failed, why, and what to do next. */
export class EmbeddedPostgresError extends Error {
  constructor(what: string, next: string, options: { cause?: unknown; logFile?: string } = {}) {
    const tail = options.logFile === undefined ? '' : logTail(options.logFile)
    super(`${what}\n${next}${tail}`, { cause: options.cause })
    this.name = 'EmbeddedPostgresError'
  }
}

/** The way out that every message can offer. */
export const USE_ANOTHER_SERVER =
  'Or set DATABASE_URL to a PostgreSQL 18 server of your own (postgres://user:password@host/database).'

/** The last lines of a log file, headed by its path; empty when there is nothing to show. */
export function logTail(logFile: string): string {
  const lines = lastLines(logFile)
  if (lines.length === 0) return ''
  return `\nThe last lines of ${logFile}:\n${lines.map((line) => `  ${line}`).join('\n')}`
}

function lastLines(file: string): string[] {
  let descriptor: number
  try {
    descriptor = openSync(file, 'r')
  } catch {
    return []
  }
  try {
    const { size } = fstatSync(descriptor)
    const buffer = Buffer.alloc(Math.min(size, TAIL_BYTES))
    readSync(descriptor, buffer, 0, buffer.length, size - buffer.length)
    const lines = buffer.toString('utf8').split('\n')
    return lines.filter((line) => line.trim() !== '').slice(-TAIL_LINES)
  } finally {
    closeSync(descriptor)
  }
}

export const errorCode = (error: unknown): string | undefined =>
  error instanceof Error && 'code' in error && typeof error.code === 'string'
    ? error.code
    : undefined

export const messageOf = (error: unknown): string =>
  error instanceof Error ? error.message : String(error)

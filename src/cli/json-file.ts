import { readFileSync } from 'node:fs'
import { resolve } from 'node:path'
import { usageError } from './exit.ts'

/** The text of a file that a command is given. @throws CliError of usage, which says where it was looked for. */
export function readText(file: string, cwd: string): string {
  try {
    return readFileSync(resolve(cwd, file), 'utf8')
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT')
      throw usageError(`There is no file ${file}.`, {
        why: `It was looked for at ${resolve(cwd, file)}.`,
        next: 'Correct its name, or go to the folder that it is in.',
      })
    throw usageError(`The file ${file} cannot be read.`, {
      why: `${reasonOf(error)}.`,
      next: 'Let this user read it, or name another.',
    })
  }
}

/** A document that a command is given as a file. */
export function readJson(file: string, cwd: string): unknown {
  const text = readText(file, cwd)
  try {
    return JSON.parse(text)
  } catch (error) {
    throw usageError(`The file ${file} cannot be read as JSON.`, {
      why: reasonOf(error),
      next: 'Correct it there.',
    })
  }
}

const reasonOf = (error: unknown): string =>
  error instanceof Error ? error.message : String(error)

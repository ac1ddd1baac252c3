import { CliError } from './exit.ts'

interface Words {
  readonly what: string
  readonly next: string
}

const DATABASE_AWAY: Words = {
  what: 'The database cannot be reached',
  next: 'Is PostgreSQL running there? DATABASE_URL, or "database" in the settings, says where.',
}
const NOT_LET_IN: Words = {
  what: 'The database does not let this user in',
  next: 'Check the user and the password in DATABASE_URL.',
}
const PLACE: Words = {
  what: 'A file or folder cannot be used',
  next: 'Choose another place, or make this one usable.',
}

/** Of the system and of PostgreSQL (appendix A of its manual), by code. */
const WORDS: Readonly<Record<string, Words>> = {
  ...Object.fromEntries(
    ['ECONNREFUSED', 'ENOTFOUND', 'EAI_AGAIN', 'EHOSTUNREACH', 'ENETUNREACH', 'ETIMEDOUT'].map(
      (code) => [code, DATABASE_AWAY],
    ),
  ),
  '28P01': NOT_LET_IN,
  '28000': NOT_LET_IN,
  '3D000': {
    what: 'The database is not there',
    next: 'Create it ("createdb"), or correct its name in DATABASE_URL.',
  },
  '42P01': {
    what: 'This database has no tables of Everycent, or those of an earlier version',
    next: '"everycent migrate" makes them; "everycent serve" does so when it starts.',
  },
  ENOSPC: { what: 'There is no room left', next: 'Make room, or choose another place.' },
  ...Object.fromEntries(
    ['ENOENT', 'ENOTDIR', 'EISDIR', 'EACCES', 'EPERM', 'EROFS', 'EEXIST'].map((code) => [
      code,
      PLACE,
    ]),
  ),
}

/** What is no fault of the program, but of what it stands on; `null`: it is something else. */
export function fromSurroundings(error: Error): CliError | null {
  const { code } = error as { code?: unknown }
  const words = typeof code === 'string' ? WORDS[code] : undefined
  if (!words) return null
  // several addresses of one host fail as one error without words of its own
  const why = error.message === '' ? String(code) : error.message
  return new CliError(`${words.what}.`, {
    ...{ why: `${why}.`, next: words.next },
    ...{ code: 'surroundings', cause: error },
  })
}

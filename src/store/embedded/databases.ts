import pg from 'pg'
import { errorCode } from './errors.ts'

const DUPLICATE_DATABASE = '42P04'

/** The same server and login, another database. */
export function databaseUrl(url: string, name: string): string {
  const other = new URL(url)
  other.pathname = `/${encodeURIComponent(name)}`
  return other.href
}

/** Creates a database, as a copy of `template` if given. Returns false when it exists already. */
export async function createDatabase(
  url: string,
  name: string,
  options: { template?: string } = {},
): Promise<boolean> {
  const template = options.template ?? 'template1'
  try {
    await execute(url, `create database ${quote(name)} template ${quote(template)}`)
    return true
  } catch (error) {
    if (errorCode(error) === DUPLICATE_DATABASE) return false
    throw error
  }
}

/** Drops a database with everybody connected to it; none of that name is no error. */
export const dropDatabase = (url: string, name: string): Promise<void> =>
  execute(url, `drop database if exists ${quote(name)} with (force)`)

const quote = (name: string): string => pg.escapeIdentifier(name)

/** `url` may name the very database that is created or dropped: this connects to `postgres`. */
async function execute(url: string, statement: string): Promise<void> {
  const client = new pg.Client({ connectionString: databaseUrl(url, 'postgres') })
  client.on('error', () => {})
  await client.connect()
  try {
    await client.query(statement)
  } finally {
    await client.end()
  }
}

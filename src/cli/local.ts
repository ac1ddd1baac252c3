import { randomBytes } from 'node:crypto'
import { chmodSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'

/** What `serve` and `demo` leave in the working directory for the other commands. */
export interface LocalServer {
  readonly url: string
  /** Absent when the operator gave the token himself: it is not written down again. */
  readonly token: string | undefined
}

export const LOCAL_FOLDER = '.everycent'
const CONNECTION = 'connection.json'
const TOKEN = 'operator-token'
const SECRET_KEY = 'secret-key'
const LOG_KEY = 'log-key'
const KEY_BYTES = 32

const inFolder = (cwd: string, name: string): string => join(cwd, LOCAL_FOLDER, name)

/** The folder is never committed, and the token is for its owner only. */
export function prepareLocalFolder(cwd: string): string {
  const folder = join(cwd, LOCAL_FOLDER)
  mkdirSync(folder, { recursive: true })
  writeFileSync(join(folder, '.gitignore'), '*\n')
  return folder
}

export function writeLocalServer(cwd: string, server: LocalServer): void {
  prepareLocalFolder(cwd)
  if (server.token !== undefined) writePrivate(inFolder(cwd, TOKEN), `${server.token}\n`)
  const connection = { url: server.url, own_token: server.token !== undefined }
  writeFileSync(inFolder(cwd, CONNECTION), `${JSON.stringify(connection)}\n`)
}

function writePrivate(path: string, text: string): void {
  // The mode of an existing file would stay as it is.
  rmSync(path, { force: true })
  writeFileSync(path, text, { mode: 0o600 })
  chmodSync(path, 0o600)
}

/**
 * The server is gone; its token stays, so that the next start has the same. Where another one has come
 * into the folder meanwhile, that one stays as well.
 */
export function forgetLocalServer(cwd: string, url: string): void {
  if (readLocalServer(cwd)?.url === url) rmSync(inFolder(cwd, CONNECTION), { force: true })
}

export function readLocalServer(cwd: string): LocalServer | undefined {
  let parsed: unknown
  try {
    parsed = JSON.parse(readFileSync(inFolder(cwd, CONNECTION), 'utf8'))
  } catch {
    return undefined
  }
  if (typeof parsed !== 'object' || parsed === null) return undefined
  if (!('url' in parsed) || typeof parsed.url !== 'string') return undefined
  const own = 'own_token' in parsed && parsed.own_token === true
  return { url: parsed.url, token: own ? readLocalToken(cwd) : undefined }
}

export function readLocalToken(cwd: string): string | undefined {
  try {
    const token = readFileSync(inFolder(cwd, TOKEN), 'utf8').trim()
    return token === '' ? undefined : token
  } catch {
    return undefined
  }
}

/** The key of secrets at rest that goes with the database in this folder; made at the first start. */
export const localSecretKey = (cwd: string): string => localKey(cwd, SECRET_KEY)

/** The key that signs the log of the database in this folder; made at the first start. */
export const localLogKey = (cwd: string): string => localKey(cwd, LOG_KEY)

function localKey(cwd: string, name: string): string {
  const path = inFolder(cwd, name)
  try {
    return readFileSync(path, 'utf8').trim()
  } catch {
    const made = randomBytes(KEY_BYTES).toString('base64')
    prepareLocalFolder(cwd)
    writePrivate(path, `${made}\n`)
    return made
  }
}

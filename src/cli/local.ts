import { randomBytes } from 'node:crypto'
import { chmodSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { KEY_OF_32_BYTES } from '../config/checkpoints.ts'
import { CliError, EXIT } from './exit.ts'

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
const TOKEN_LENGTH_MIN = 16
const TOKEN_NEXT = 'Put it back from a backup, or remove the file: the next start makes another.'

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
  const { url } = parsed
  return {
    url,
    // read where it is used: whoever brings a token of his own need not be able to read this one
    get token() {
      return own ? readLocalToken(cwd) : undefined
    },
  }
}

/** `undefined`: none is kept. @throws CliError where what is kept is no token. */
export function readLocalToken(cwd: string): string | undefined {
  const token = readKept(cwd, TOKEN)
  if (token === undefined || /^\S+$/.test(token)) return token
  throw unusable(TOKEN, token === '' ? 'It is empty.' : 'It is not one word.', TOKEN_NEXT)
}

/** The same for a server, whose token must not be one that can be guessed. */
export function localOperatorToken(cwd: string): string | undefined {
  const token = readLocalToken(cwd)
  if (token === undefined || token.length >= TOKEN_LENGTH_MIN) return token
  const why = `It is shorter than ${TOKEN_LENGTH_MIN} characters, so it could be guessed.`
  throw unusable(TOKEN, why, TOKEN_NEXT)
}

/** The key of secrets at rest that goes with the database in this folder; made at the first start. */
export const localSecretKey = (cwd: string): string => localKey(cwd, SECRET_KEY)

/** The key that signs the log of the database in this folder; made at the first start. */
export const localLogKey = (cwd: string): string => localKey(cwd, LOG_KEY)

/** What is kept here and cannot be used, without making anything. */
export const LOCAL_READERS = {
  token: localOperatorToken,
  secretKey: (cwd: string) => keptKey(cwd, SECRET_KEY),
  logKey: (cwd: string) => keptKey(cwd, LOG_KEY),
} as const

function localKey(cwd: string, name: string): string {
  const kept = keptKey(cwd, name)
  if (kept !== undefined) return kept
  const made = randomBytes(KEY_BYTES).toString('base64')
  prepareLocalFolder(cwd)
  writePrivate(inFolder(cwd, name), `${made}\n`)
  return made
}

function keptKey(cwd: string, name: string): string | undefined {
  const key = readKept(cwd, name)
  if (key === undefined || KEY_OF_32_BYTES.test(key)) return key
  throw unusable(
    name,
    key === '' ? 'It is empty.' : 'It is not a key of 32 bytes in base64.',
    'Put it back from a backup. Only where nothing was stored or sealed with it, remove the file: the next start makes another.',
  )
}

/** `undefined`: there is no such file. One that cannot be read is never taken for none. */
function readKept(cwd: string, name: string): string | undefined {
  try {
    return readFileSync(inFolder(cwd, name), 'utf8').trim()
  } catch (error) {
    const { code, message } = error as NodeJS.ErrnoException
    if (code === 'ENOENT') return undefined
    throw unusable(name, `${message}.`, 'Run this as the user who runs the server, its owner.')
  }
}

const unusable = (name: string, why: string, next: string): CliError =>
  new CliError(`The file ${LOCAL_FOLDER}/${name} cannot be used.`, {
    ...{ why, next, exitCode: EXIT.usage, code: 'config' },
  })

import { CliError, usageError } from './exit.ts'
import type { Io } from './io.ts'
import { readLocalServer } from './local.ts'

export interface Connection {
  readonly url: string
  readonly token: string
}

const DEFAULT_URL = 'http://127.0.0.1:8787'

/**
 * Where to ask and as whom: the flags, else the environment, else the server that runs from this
 * folder. A folder may come from anybody, so its address never gets a token from elsewhere unless it
 * is this machine, and its token never goes to another address.
 */
export function resolveConnection(
  io: Io,
  flags: { readonly url?: string; readonly token?: string },
): Connection {
  const url = addressOf(flags.url, '--url') ?? addressOf(io.env.EVERYCENT_URL, 'EVERYCENT_URL')
  const token = flags.token ?? nonEmpty(io.env.EVERYCENT_TOKEN)
  if (url !== undefined && token !== undefined) return { url, token }
  const local = readLocalServer(io.cwd)
  if (url !== undefined) {
    if (local?.token !== undefined && sameOrigin(local.url, url)) return { url, token: local.token }
    throw tokenMissing()
  }
  if (token !== undefined)
    return { url: local !== undefined && isLoopback(local.url) ? local.url : DEFAULT_URL, token }
  if (local === undefined)
    throw new CliError('No server is known here.', {
      why: 'There is no --url or EVERYCENT_URL, and no server runs from this folder.',
      next: 'Start one with "npm start" or "everycent serve", or give --url and --token.',
      code: 'no_server',
    })
  if (local.token === undefined) throw tokenMissing()
  return { url: local.url, token: local.token }
}

const nonEmpty = (value: string | undefined): string | undefined =>
  value === undefined || value === '' ? undefined : value

/** Of a server, where one is given. @throws CliError of usage, which names where it was said. */
function addressOf(text: string | undefined, from: string): string | undefined {
  const url = from === '--url' ? text : nonEmpty(text)
  if (url === undefined || (URL.canParse(url) && /^https?:$/.test(new URL(url).protocol)))
    return url
  throw usageError(`${from} is not the address of a server: "${url}".`, {
    why: 'An address begins with http:// or https://.',
    next: `Correct ${from}, such as ${DEFAULT_URL}.`,
  })
}

const tokenMissing = (): CliError =>
  new CliError('No token is given for this server.', {
    next: 'Set EVERYCENT_TOKEN (or --token) to an operator token or an account key.',
    code: 'no_token',
  })

const originOf = (url: string): string | undefined =>
  URL.canParse(url) ? new URL(url).origin : undefined

const sameOrigin = (one: string, other: string): boolean =>
  originOf(one) !== undefined && originOf(one) === originOf(other)

const isLoopback = (url: string): boolean =>
  URL.canParse(url) && /^(localhost|127(\.\d+){3}|\[::1\])$/.test(new URL(url).hostname)

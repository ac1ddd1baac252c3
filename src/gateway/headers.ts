import type { IncomingHttpHeaders } from 'node:http'
import type { DialectName } from './types.ts'

/** Headers as a flat list of names and values, which costs less than an object at both ends. */
export type HeaderList = string[]

const HOP_BY_HOP = [
  'connection',
  'keep-alive',
  'proxy-authenticate',
  'proxy-authorization',
  'proxy-connection',
  'te',
  'trailer',
  'transfer-encoding',
  'upgrade',
]

/**
 * What a client sends that never reaches the provider: its credentials with us, what would choose among
 * our organisations there, what says where it is, and what only concerns this connection.
 */
const KEPT_FROM_UPSTREAM = new Set([
  ...HOP_BY_HOP,
  'host',
  'content-length',
  'expect',
  'accept-encoding',
  'authorization',
  'x-api-key',
  'api-key',
  'cookie',
  'idempotency-key',
  'openai-organization',
  'openai-project',
  'anthropic-workspace-id',
  'origin',
  'referer',
  'forwarded',
  'via',
  'x-real-ip',
  'cf-connecting-ip',
  'true-client-ip',
])

/** What a provider sends that is between it and us. */
const KEPT_FROM_CLIENT = new Set([
  ...HOP_BY_HOP,
  'content-length',
  'set-cookie',
  'set-cookie2',
  'openai-organization',
  'openai-project',
  'anthropic-organization-id',
  'anthropic-workspace-id',
  'alt-svc',
  'strict-transport-security',
  'nel',
  'report-to',
  'via',
])

const OWN_PREFIX = 'everycent-'
const PREFIXES_KEPT_FROM_UPSTREAM = [OWN_PREFIX, 'x-forwarded-', 'sec-', 'proxy-']

/** Verdicts on header names, which are few and come again and again. */
class NameFilter {
  readonly #verdicts = new Map<string, boolean>()
  readonly #keeps: (name: string) => boolean

  constructor(keeps: (name: string) => boolean) {
    this.#keeps = keeps
  }

  keeps(name: string): boolean {
    const known = this.#verdicts.get(name)
    if (known !== undefined) return known
    const verdict = this.#keeps(name)
    if (this.#verdicts.size < NAMES_MAX) this.#verdicts.set(name, verdict)
    return verdict
  }
}

const NAMES_MAX = 500

const TO_UPSTREAM = new NameFilter(
  (name) =>
    !KEPT_FROM_UPSTREAM.has(name) &&
    !PREFIXES_KEPT_FROM_UPSTREAM.some((prefix) => name.startsWith(prefix)),
)
const TO_CLIENT = new NameFilter(
  (name) => !KEPT_FROM_CLIENT.has(name) && !name.startsWith(OWN_PREFIX),
)

/** The provider's request headers: the client's own, with our key in the place of theirs. */
export function upstreamHeaders(
  client: IncomingHttpHeaders,
  dialect: DialectName,
  apiKey: string,
): HeaderList {
  const named = connectionNames(client.connection)
  const headers: HeaderList = []
  for (const name in client) {
    if (!TO_UPSTREAM.keeps(name) || named?.has(name)) continue
    const value = client[name]
    if (typeof value === 'string') headers.push(name, value)
    else for (const one of value ?? []) headers.push(name, one)
  }
  // what was sent has to be what can be read here
  headers.push('accept-encoding', 'identity')
  if (dialect === 'anthropic') headers.push('x-api-key', apiKey)
  else headers.push('authorization', `Bearer ${apiKey}`)
  return headers
}

/** Headers that `Connection` names concern the connection only. */
function connectionNames(connection: string | undefined): Set<string> | null {
  if (connection === undefined || connection === 'keep-alive' || connection === 'close') return null
  return new Set(connection.split(',').map((name) => name.trim().toLowerCase()))
}

/** Most clients refuse more than 16 KiB of headers altogether. */
const VALUE_LENGTH_MAX = 8_192
const VALUE = /^[\t\x20-\x7e\x80-\xff]*$/

/**
 * The provider's response headers as far as they are the client's business, and can be sent at all.
 * The length is left out: whoever sends the body knows it.
 */
export function clientHeaders(upstream: IncomingHttpHeaders): HeaderList {
  const named = connectionNames(upstream.connection)
  const headers: HeaderList = []
  for (const name in upstream) {
    if (!TO_CLIENT.keeps(name) || named?.has(name)) continue
    const value = upstream[name]
    for (const one of typeof value === 'string' ? [value] : (value ?? []))
      if (one.length <= VALUE_LENGTH_MAX && VALUE.test(one)) headers.push(name, one)
  }
  return headers
}

/** The value of a header that must be there once to mean something. */
export const single = (value: string | readonly string[] | undefined): string | null =>
  typeof value === 'string' ? value : null

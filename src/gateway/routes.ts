import type { DialectName } from './types.ts'

/** What a route carries: a metered call, or something that costs nobody anything. */
export type Surface =
  | 'anthropic_messages'
  | 'openai_chat'
  | 'openai_responses'
  | 'openai_embeddings'

export interface Route {
  readonly dialect: DialectName
  readonly method: 'GET' | 'POST'
  /** The path at the provider, query included. */
  readonly path: string
  /** The path without ids, for receipts and metrics. */
  readonly name: string
  /** `null`: free and unmetered, but only for those with a key. */
  readonly surface: Surface | null
}

export type Found =
  | { readonly type: 'route'; readonly route: Route }
  | { readonly type: 'not_found'; readonly dialect: DialectName; readonly path: string }

interface Row {
  readonly method: 'GET' | 'POST'
  readonly surface: Surface | null
}

const ROWS: Readonly<Record<DialectName, ReadonlyMap<string, Row>>> = {
  anthropic: new Map<string, Row>([
    ['/v1/messages', { method: 'POST', surface: 'anthropic_messages' }],
    ['/v1/messages/count_tokens', { method: 'POST', surface: null }],
    ['/v1/models', { method: 'GET', surface: null }],
  ]),
  openai: new Map<string, Row>([
    ['/v1/chat/completions', { method: 'POST', surface: 'openai_chat' }],
    ['/v1/responses', { method: 'POST', surface: 'openai_responses' }],
    ['/v1/embeddings', { method: 'POST', surface: 'openai_embeddings' }],
    ['/v1/models', { method: 'GET', surface: null }],
  ]),
}

/** One segment: a path that could climb out of `/v1/models/` is no model. */
const MODEL_PATH = /^\/v1\/models\/(?!\.{1,2}$)[\w.:@~%-]{1,200}$/
const ENCODED_SEPARATOR = /%(?:2e|2f|5c|00|25)/i

/**
 * The route of a URL; `null` when it is not the gateway's. Whatever is not listed is not found: a path
 * passed through unmetered would be a way around the meter.
 */
export function findRoute(url: string): Found | null {
  const dialect = dialectOf(url)
  if (dialect === null) return null
  const rest = url.slice(dialect.length + 1)
  const mark = rest.indexOf('?')
  const path = mark < 0 ? rest : rest.slice(0, mark)
  const row = ROWS[dialect].get(path)
  if (row) return found(dialect, row, rest, path)
  if (MODEL_PATH.test(path) && !ENCODED_SEPARATOR.test(path))
    return found(dialect, { method: 'GET', surface: null }, rest, '/v1/models/{id}')
  return { type: 'not_found', dialect, path }
}

function dialectOf(url: string): DialectName | null {
  if (url.startsWith('/anthropic/')) return 'anthropic'
  return url.startsWith('/openai/') ? 'openai' : null
}

const found = (dialect: DialectName, row: Row, path: string, name: string): Found => ({
  type: 'route',
  route: { dialect, ...row, path, name: `/${dialect}${name}` },
})

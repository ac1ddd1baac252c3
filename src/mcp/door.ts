import { validateHostHeader, validateOriginHeader } from '@modelcontextprotocol/server'
import { SCOPES, type Scope } from '../contract/mcp/answer.ts'
import { reachOfTool, TOOL_NAMES, type ToolName, toolOf } from '../contract/mcp/tools.ts'
import type { Identity } from '../contract/operations.ts'
import type { McpDeps } from './deps.ts'

export const MCP_PATH = '/mcp'
export const METADATA_PATH = '/.well-known/oauth-protected-resource'

const LOOPBACK = ['localhost', '127.0.0.1', '[::1]']

/** Host names that requests may use: of this machine, of its listener, and of its public address. */
export function hostNames({ publicUrl, host }: Pick<McpDeps, 'publicUrl' | 'host'>): string[] {
  const listener = host === undefined || host === '0.0.0.0' || host === '::' ? [] : [host]
  const known = publicUrl === undefined ? [] : [new URL(publicUrl).hostname]
  return [...LOOPBACK, ...listener, ...known]
}

/** Why a request may not come in; `null`: it may. Guards against pages that rebind names to this server. */
export function strangeness(
  headers: { readonly host?: string | undefined; readonly origin?: string | undefined },
  names: readonly string[],
): string | null {
  const host = validateHostHeader(headers.host, [...names])
  if (!host.ok)
    return 'The Host header names a server that this one does not know itself by. Set public_url (EVERYCENT_PUBLIC_URL) to the address that clients use.'
  const origin = validateOriginHeader(headers.origin, [...names])
  if (!origin.ok)
    return 'The Origin header is of another site. Requests of web pages are taken from the public address only.'
  return null
}

/** The address of the tools: the audience that tokens of an authorization server would be made for. */
export const resourceOf = ({ publicUrl }: Pick<McpDeps, 'publicUrl'>, host: string): string =>
  `${publicUrl ?? `http://${host}`}${MCP_PATH}`

const metadataOf = (resource: string): string => {
  const { origin, pathname } = new URL(resource)
  return `${origin}${METADATA_PATH}${pathname}`
}

/** OAuth protected resource metadata (RFC 9728). Tokens are the server's own: no authorization server. */
export const resourceMetadata = (resource: string) => ({
  resource,
  resource_name: 'Everycent',
  bearer_methods_supported: ['header'],
  scopes_supported: [...SCOPES],
})

/** The challenge of a 401 (RFC 6750, RFC 9728). */
export function challenge(resource: string, sent: boolean): string {
  const parts = [
    ...(sent ? ['error="invalid_token"', 'error_description="No token that is in force"'] : []),
    `resource_metadata="${metadataOf(resource)}"`,
    'scope="everycent:read"',
  ]
  return `Bearer ${parts.join(', ')}`
}

export interface Lacking {
  readonly tool: ToolName
  readonly scope: Scope
}

/** The scope that a call lacks; `null`: it lacks none, or is no call of a tool that there is. */
export function lacking(message: unknown, by: Identity): Lacking | null {
  const { method, params } = (message ?? {}) as { method?: unknown; params?: { name?: unknown } }
  if (method !== 'tools/call') return null
  const tool = TOOL_NAMES.find((name) => name === params?.name)
  if (tool === undefined || reachOfTool(tool, by.principal) !== 'none') return null
  return { tool, scope: toolOf(tool).scope }
}

/** The challenge of a 403: which scope would do. */
export const scopeChallenge = (resource: string, { scope }: Lacking): string =>
  `Bearer error="insufficient_scope", error_description="This token may not call the tool", scope="${scope}", resource_metadata="${metadataOf(resource)}"`

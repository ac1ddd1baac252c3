import { toNodeHandler } from '@modelcontextprotocol/node'
import { type AuthInfo, createMcpHandler } from '@modelcontextprotocol/server'
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import { GUARDED } from '../contract/answer-headers.ts'
import type { Identity } from '../contract/operations.ts'
import type { McpDeps } from './deps.ts'
import {
  challenge,
  hostNames,
  lacking,
  MCP_PATH,
  METADATA_PATH,
  resourceMetadata,
  resourceOf,
  scopeChallenge,
  strangeness,
} from './door.ts'
import { compileTools } from './schemas.ts'
import { serverFor } from './server.ts'

/** Arguments are a few fields; nothing that is accepted is larger than this. */
const BODY_BYTES_MAX = 256 * 1024
/** Nothing here changes by itself that a client would be told of; the streams for it stay few. */
const SUBSCRIPTIONS_MAX = 64

/** Codes of JSON-RPC, and of this server for what is refused before a message is read. */
const PARSE_ERROR = -32_700
const REFUSED = -32_000
const INTERNAL = -32_603

const identities = new WeakMap<FastifyRequest, Identity>()

/**
 * Adds the MCP server (streamable HTTP, one address for all versions of the protocol) to a server, in a
 * scope of its own. It keeps no sessions: every request brings its token and is judged by itself.
 */
export async function registerMcp(app: FastifyInstance, deps: McpDeps): Promise<void> {
  compileTools()
  const names = hostNames(deps)
  const handler = createMcpHandler(
    ({ authInfo }) => serverFor(authInfo?.extra?.identity as Identity, deps),
    {
      maxSubscriptions: SUBSCRIPTIONS_MAX,
      onerror: (error) => app.log.debug({ err: error }, 'an MCP request was refused'),
    },
  )
  const serve = toNodeHandler(handler)
  app.addHook('preClose', () => handler.close())
  await app.register(async (scope) => {
    scope.removeAllContentTypeParsers()
    scope.addContentTypeParser<Buffer>(
      '*',
      { parseAs: 'buffer', bodyLimit: BODY_BYTES_MAX },
      (_request, bytes, done) => done(null, bytes),
    )
    scope.setErrorHandler((error, request, reply) => fault(error, request, reply))
    scope.addHook('onRequest', async (request, reply) => {
      const why = strangeness(request.headers, names)
      if (why !== null) return refuse(reply, { status: 403, code: REFUSED, message: why })
    })
    for (const url of [METADATA_PATH, `${METADATA_PATH}${MCP_PATH}`])
      scope.get(url, (request) => resourceMetadata(resourceOf(deps, request.host)))
    scope.route({
      method: ['GET', 'POST', 'PUT', 'PATCH', 'DELETE'],
      url: MCP_PATH,
      exposeHeadRoute: false,
      bodyLimit: BODY_BYTES_MAX,
      onRequest: (request, reply) => admit(request, reply, deps),
      handler: (request, reply) => handle(request, reply, { deps, serve }),
    })
  })
}

/** Who asks, before the body is read. A token in the address is not looked at. */
async function admit(request: FastifyRequest, reply: FastifyReply, deps: McpDeps): Promise<void> {
  const { authorization } = request.headers
  const identity = await deps.operations.identify(authorization)
  if (identity) {
    identities.set(request, identity)
    return
  }
  const resource = resourceOf(deps, request.host)
  reply.header('www-authenticate', challenge(resource, authorization !== undefined))
  const message =
    'No token, or none that is in force. Send an account key or a token of the operator as "Authorization: Bearer …".'
  await refuse(reply, { status: 401, code: REFUSED, message })
}

type Serve = ReturnType<typeof toNodeHandler>

async function handle(
  request: FastifyRequest,
  reply: FastifyReply,
  { deps, serve }: { readonly deps: McpDeps; readonly serve: Serve },
): Promise<FastifyReply> {
  const identity = identities.get(request)
  if (!identity) throw new Error('a request came in without its identity')
  const resource = resourceOf(deps, request.host)
  let message: unknown
  if (request.method === 'POST') {
    try {
      message = JSON.parse((request.body as Buffer | undefined)?.toString('utf8') ?? '')
    } catch {
      const why = 'The body is not JSON; it may be cut off.'
      return refuse(reply, { status: 400, code: PARSE_ERROR, message: why })
    }
    const lack = lacking(message, identity)
    if (lack) {
      reply.header('www-authenticate', scopeChallenge(resource, lack))
      const why = `This token may not call ${lack.tool}: it needs ${lack.scope}. Nothing was done.`
      return refuse(reply, { status: 403, code: REFUSED, message: why, id: idOf(message) })
    }
  }
  reply.hijack()
  reply.raw.setHeader('x-request-id', request.id)
  for (const [name, value] of Object.entries(GUARDED)) reply.raw.setHeader(name, value)
  const raw = request.raw as typeof request.raw & { auth?: AuthInfo }
  raw.auth = authInfo(identity)
  await serve(raw as Parameters<Serve>[0], reply.raw, message)
  return reply
}

/** For the SDK, which needs no more of it than who it is: the token itself goes no further. */
const authInfo = (identity: Identity): AuthInfo => ({
  token: '',
  clientId: identity.id,
  scopes: [],
  extra: { identity },
})

const idOf = (message: unknown): string | number | null => {
  const { id } = message as { id?: unknown }
  return typeof id === 'string' || typeof id === 'number' ? id : null
}

interface Refusal {
  readonly status: number
  readonly code: number
  readonly message: string
  readonly id?: string | number | null
}

const refuse = (reply: FastifyReply, { status, code, message, id = null }: Refusal): FastifyReply =>
  reply.status(status).send({ jsonrpc: '2.0', id, error: { code, message } })

/** Nothing of an unexpected error leaves the server. */
function fault(error: unknown, request: FastifyRequest, reply: FastifyReply): FastifyReply {
  const { statusCode } = error as { statusCode?: unknown }
  if (statusCode === 413) {
    const message = `A request may have at most ${BODY_BYTES_MAX} bytes.`
    return refuse(reply, { status: 413, code: REFUSED, message })
  }
  if (typeof statusCode === 'number' && statusCode >= 400 && statusCode < 500)
    return refuse(reply, { status: 400, code: PARSE_ERROR, message: 'The body cannot be read.' })
  request.log.error({ err: error }, 'an MCP request failed')
  reply.header('retry-after', '1')
  const message = 'The server cannot answer now. Nothing was done; try again.'
  return refuse(reply, { status: 503, code: INTERNAL, message })
}

export type { McpDeps } from './deps.ts'

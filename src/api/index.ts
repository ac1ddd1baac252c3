import { randomFillSync } from 'node:crypto'
import { type ServerResponse, STATUS_CODES } from 'node:http'
import type { Socket } from 'node:net'
import Fastify, {
  type FastifyInstance,
  type FastifyReply,
  type FastifyServerOptions,
} from 'fastify'
import { GUARDED } from '../contract/answer-headers.ts'
import type { ProblemCode } from '../contract/problems.ts'
import { uuidv7 } from '../store/control/index.ts'
import type { ApiDeps } from './deps.ts'
import { faultAnswer } from './faults.ts'
import { BODY_BYTES_MAX } from './json-body.ts'
import { type Answer, PROBLEM_TYPE, problemAnswer } from './problem-answer.ts'
import { registerApi } from './register.ts'

/** Ids have up to 128 characters; escaped in an address each may take three. */
const PARAM_LENGTH_MAX = 400

/** Settings of a server that carries the API, alone or beside other routes. */
export const serverOptions = (
  deps: Pick<ApiDeps, 'log' | 'nowMs' | 'trustedProxies'>,
): FastifyServerOptions => ({
  ...(deps.log ? { loggerInstance: deps.log } : { logger: false }),
  bodyLimit: BODY_BYTES_MAX,
  routerOptions: { maxParamLength: PARAM_LENGTH_MAX },
  genReqId: () => `req_${uuidv7(deps.nowMs(), randomFillSync(new Uint8Array(10)))}`,
  requestIdHeader: false,
  trustProxy: trusted(deps.trustedProxies),
  // One who says nothing, or says it too slowly, does not hold a connection for ever.
  requestTimeout: 60_000,
  frameworkErrors: (error, request, reply) => {
    const answer = faultAnswer(error, request.log)
    const plain = reply as unknown as FastifyReply
    void plain
      .status(answer.status)
      .headers(GUARDED)
      .type(PROBLEM_TYPE)
      .send(JSON.stringify(answer.body))
  },
  clientErrorHandler: (error, socket) => refuseConnection(error.code, socket),
})

/** None, unless they are named: anybody can write the header that says where a request comes from. */
const trusted = (
  proxies: ApiDeps['trustedProxies'] = 0,
): NonNullable<FastifyServerOptions['trustProxy']> => {
  if (proxies === 0) return false
  return typeof proxies === 'number' ? (_address, hop) => hop < proxies : [...proxies]
}

const AFTER_ANSWERS = new Set(['ERR_HTTP_REQUEST_TIMEOUT', 'HPE_CLOSED_CONNECTION'])

const BELOW_HTTP: Readonly<Record<string, ProblemCode>> = {
  HPE_HEADER_OVERFLOW: 'headers_too_large',
  ERR_HTTP_REQUEST_TIMEOUT: 'request_timeout',
}

/** What is not even HTTP gets a problem all the same, and the connection ends. */
function refuseConnection(code: string | undefined, socket: Socket): void {
  // What is wrong after an answer has begun gets no second one: whoever shares the connection would take it
  // for the answer to the next request.
  const isAnswered = AFTER_ANSWERS.has(code ?? '') && socket.bytesWritten > 0
  if (code === 'ECONNRESET' || !socket.writable || isAnswered) return void socket.destroy()
  const { status, body }: Answer = problemAnswer(BELOW_HTTP[code ?? ''] ?? 'invalid_request')
  const text = JSON.stringify(body)
  socket.end(
    `HTTP/1.1 ${status} ${STATUS_CODES[status]}\r\ncontent-type: ${PROBLEM_TYPE}\r\ncontent-length: ${Buffer.byteLength(text)}\r\nconnection: close\r\n\r\n${text}`,
  )
}

/** Of a server that only finishes what is under way. Nothing of the request was looked at. */
export function refuseWhileClosing(response: ServerResponse): void {
  const { status, body }: Answer = problemAnswer('server_closing')
  const own = { ...GUARDED, 'content-type': PROBLEM_TYPE, 'retry-after': '1', connection: 'close' }
  response.writeHead(status, own).end(JSON.stringify(body))
}

/** A server with the API and nothing else. */
export async function createApi(deps: ApiDeps): Promise<FastifyInstance> {
  const app = Fastify(serverOptions(deps))
  await registerApi(app, deps)
  return app
}

export { OperatorTokens } from './caller.ts'
export type { ApiDeps } from './deps.ts'
export { FEEDS_MAX } from './events/hub.ts'
export { registerApi } from './register.ts'
export { framedSession } from './session/session-of.ts'
export { builtSite, registerSite } from './site/index.ts'

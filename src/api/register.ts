import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import { IDEMPOTENCY_KEY_PATTERN } from '../contract/openapi.ts'
import type { Operations } from '../contract/operations.ts'
import { faultAt } from '../contract/problem-words/faults.ts'
import { type OperationId, ROUTES, type Route } from '../contract/routes/index.ts'
import { CatalogueCache } from '../store/control/index.ts'
import { type Admission, admission } from './admission.ts'
import { watchCatalogue } from './catalogue-watch.ts'
import type { ApiDeps, Services } from './deps.ts'
import { FEEDS_MAX, FeedHub } from './events/hub.ts'
import { faultAnswer } from './faults.ts'
import { guardAnswers } from './guard-answers.ts'
import type { Handler } from './handler.ts'
import { HANDLERS } from './handlers/index.ts'
import { healthSampler } from './health/sampler.ts'
import { BODY_BYTES_MAX, parseJsonBodies } from './json-body.ts'
import { apiMetrics } from './metrics.ts'
import { operationsOf } from './operations.ts'
import { type Answer, PROBLEM_TYPE, ProblemError, problemAnswer } from './problem-answer.ts'
import { inLanguage, preferredLanguage } from './problem-language.ts'
import { REQUESTS_MAX, Room } from './room.ts'
import { wantsPage } from './site/index.ts'
import { ordered } from './staff-orders.ts'
import { caseHeader, FULL_SIGHT, type Sight, seen } from './support-sight.ts'
import { validatorOf } from './validators.ts'
import { verifyRuns } from './verify-runs.ts'

/**
 * Adds every route of the table to a server, in a scope of its own: its body parser, its errors and its
 * answers are not those of the other routes of the same server. Gives its operations to the rooms beside it.
 */
export async function registerApi(app: FastifyInstance, deps: ApiDeps): Promise<Operations> {
  const services: Services = {
    ...deps,
    catalogue: new CatalogueCache(deps.pool, deps.nowMs),
    room: new Room(deps.requestsMax ?? REQUESTS_MAX, deps.engine),
    feeds: new FeedHub(deps.engine, deps.pool, deps.feedsMax ?? FEEDS_MAX),
  }
  guardAnswers(app)
  const stopWatching = watchCatalogue(services)
  const stopSampling = healthSampler(services).start()
  app.addHook('preClose', async () => {
    stopWatching()
    stopSampling()
    await verifyRuns(services).close()
    // Before the server waits for its connections: the feeds would otherwise keep it waiting.
    services.feeds.close()
  })
  await app.register(async (scope) => {
    parseJsonBodies(scope)
    scope.setErrorHandler((error, request, reply) =>
      send(reply, faultAnswer(error, request.log), services),
    )
    scope.setNotFoundHandler((request, reply) =>
      isForReaders(request) && app.noSuchScreen
        ? app.noSuchScreen(reply)
        : send(reply, nothingHere(request), services),
    )
    for (const id of Object.keys(ROUTES) as OperationId[]) addRoute(scope, id, services)
  })
  return operationsOf(services, app.log)
}

const admissions = new WeakMap<FastifyRequest, Admission>()

function addRoute(scope: FastifyInstance, id: OperationId, services: Services): void {
  const route: Route = ROUTES[id]
  const validator = validatorOf(id)
  // The table pairs each id with its own handler; the pairing is lost where ids are looped over.
  const handler = HANDLERS[id] as unknown as Handler<OperationId>
  const from = `${route.method} ${route.path}`
  scope.route({
    method: route.method,
    url: route.path.replaceAll(/\{(\w+)\}/g, ':$1'),
    bodyLimit: BODY_BYTES_MAX,
    // A feed has no end that a HEAD could wait for.
    ...(route.method === 'GET' && { exposeHeadRoute: route.success.contentType === undefined }),
    onRequest: async (request, reply) => {
      services.room.enter(id, reply.raw)
      const own = await admission(request, id, services)
      if (own) admissions.set(request, own)
    },
    onResponse: async (_request, reply) => {
      apiMetrics(services).request(id, reply.statusCode, reply.elapsedTime / 1_000)
    },
    handler: async (request, reply) => {
      const { params, query, faults } = validator.check(request)
      if (faults.length > 0) throw new ProblemError('invalid_request', { errors: faults })
      const inbound = {
        params,
        query,
        body: request.body,
        ...admissions.get(request),
        idempotencyKey: idempotencyKey(request, route),
        from,
        request,
        reply,
      }
      const answer = await sighted(id, inbound as unknown as Parameters<typeof handler>[0], {
        services,
        run: (own) => handler(own, services),
      })
      return answer === 'sent' ? reply : send(reply, answer, services)
    },
  })
}

/** Runs a handler as a look of whoever asks; a public route is nobody's look. */
function sighted(
  id: OperationId,
  inbound: Parameters<Handler<OperationId>>[0],
  with_: {
    readonly services: Services
    readonly run: (inbound: Parameters<Handler<OperationId>>[0]) => Promise<Answer | 'sent'>
  },
): Promise<Answer | 'sent'> {
  const run = (sight: Sight) => with_.run({ ...inbound, sight })
  if ((ROUTES[id] as Route).permission === 'public') return run(FULL_SIGHT)
  const { caller, params, query, body } = inbound
  const caseId = caseHeader(inbound.request.headers['everycent-case'])
  const looking = { id, caller, params: params ?? {}, query: query ?? {}, body, caseId }
  return seen(looking, with_.services, (sight) =>
    ordered(looking, with_.services, () => run(sight)),
  )
}

const IDEMPOTENCY_KEY = new RegExp(IDEMPOTENCY_KEY_PATTERN)

function idempotencyKey(request: FastifyRequest, route: Route): string | null {
  if (route.idempotency === 'none') return null
  const header = request.headers['idempotency-key']
  if (header === undefined) {
    if (route.idempotency === 'header') throw new ProblemError('idempotency_key_missing')
    return null
  }
  // The draft standard writes the key as a quoted string; clients mostly send it bare.
  const key = /^"(.*)"$/.exec(`${header}`)?.[1] ?? `${header}`
  if (IDEMPOTENCY_KEY.test(key)) return key
  throw new ProblemError('invalid_request', {
    errors: [faultAt('header/idempotency-key', 'idempotency_key_form')],
  })
}

function send(reply: FastifyReply, given: Answer, services: Services): FastifyReply {
  const answer = inLanguage(given, preferredLanguage(reply.request.headers['accept-language']))
  const type = answer.contentType ?? 'application/json'
  if (type === PROBLEM_TYPE)
    apiMetrics(services).problem((answer.body as { readonly code: string }).code)
  reply.status(answer.status).header('x-request-id', reply.request.id)
  for (const [name, value] of Object.entries(answer.headers ?? {})) reply.header(name, value)
  reply.header('content-type', hasCharset(type) ? `${type}; charset=utf-8` : type)
  // Written here and not by a schema: what the decision said is what is sent, byte for byte.
  const { body } = answer
  return reply.send(typeof body === 'string' || Buffer.isBuffer(body) ? body : JSON.stringify(body))
}

/** Of text that does not say it itself. */
const hasCharset = (type: string): boolean =>
  !type.includes('charset') && (type.startsWith('text/') || type.endsWith('json'))

/** A person with a browser, at an address that is not the API's. */
const isForReaders = (request: FastifyRequest): boolean =>
  request.method === 'GET' && !/^\/v1\b/.test(request.url) && wantsPage(request)

/** Nothing at the address, or nothing for this method. */
function nothingHere(request: FastifyRequest): Answer {
  const path = request.url.split('?')[0] ?? ''
  const methods = Object.values(ROUTES)
    .filter((route) => pathPattern(route.path).test(path))
    .map(({ method }) => method)
  return methods.length === 0
    ? problemAnswer('not_found')
    : problemAnswer('method_not_allowed', { headers: { allow: [...new Set(methods)].join(', ') } })
}

const pathPattern = (path: string): RegExp =>
  new RegExp(`^${path.replaceAll('.', '\\.').replaceAll(/\{\w+\}/g, '[^/]+')}$`)

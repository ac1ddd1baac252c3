import { openApiDocument } from '../../contract/openapi.ts'
import { isProblemCode, problemOf } from '../../contract/problems.ts'
import { ROUTES } from '../../contract/routes/index.ts'
import { formatInstant, instant } from '../../core/time/index.ts'
import { type Handlers, ok } from '../handler.ts'
import { jobsOf } from '../jobs.ts'
import { metricsText } from '../metrics.ts'
import { ProblemError } from '../problem-answer.ts'
import { builtSite, wantsPage } from '../site/index.ts'

type Server =
  | 'index'
  | 'healthz'
  | 'readyz'
  | 'metrics'
  | 'listJobs'
  | 'runJob'
  | 'openapi'
  | 'getProblem'

/** How long the database may take before this server is not ready. */
const READY_WITHIN_MS = 2_000

export const serverHandlers: Handlers<Server> = {
  index: async ({ request }, { version }) => {
    if (wantsPage(request) && builtSite() !== undefined)
      return { status: 303, body: '', headers: { location: '/home', vary: 'accept' } }
    return ok({
      name: 'everycent',
      version,
      openapi: '/openapi.json',
      health: ['/healthz', '/readyz'],
      metrics: '/metrics',
      problems: '/errors/{code}',
      gateway: { anthropic: '/anthropic', openai: '/openai' },
      routes: Object.values(ROUTES)
        .filter(({ path }) => path.startsWith('/v1/'))
        .map(({ method, path, summary }) => ({ method, path, summary })),
    })
  },

  healthz: async () => ok({ status: 'ok' }),

  readyz: async (_inbound, { pool, isLeaving }) => {
    if (isLeaving?.()) throw new ProblemError('server_closing', { headers: { 'retry-after': '1' } })
    const late = new AbortController()
    const answered = await Promise.race([
      pool.query('select 1').then(
        () => true,
        () => false,
      ),
      new Promise<false>((resolve) => {
        const timer = setTimeout(() => resolve(false), READY_WITHIN_MS)
        late.signal.addEventListener('abort', () => clearTimeout(timer))
      }),
    ])
    late.abort()
    if (!answered) throw new ProblemError('unavailable', { headers: { 'retry-after': '1' } })
    return ok({ status: 'ok' })
  },

  metrics: async (_inbound, services) => {
    const { text, contentType } = await metricsText(services)
    return { status: 200, body: text, contentType }
  },

  listJobs: async (_inbound, { pool, nowMs }) => {
    const at = nowMs()
    return ok({ items: await jobsOf(pool, at), as_of: formatInstant(instant(at)) })
  },

  runJob: async ({ params }, { pool, nowMs, requestJob }) => {
    const jobs = await jobsOf(pool, nowMs())
    const job = jobs.find(({ name }) => name === params.job_name)
    if (!job || !(await requestJob?.(job.name))) throw new ProblemError('job_unknown')
    return ok(job)
  },

  openapi: async (_inbound, { version }) => ok(openApiDocument(version)),

  getProblem: async ({ params }) => {
    if (!isProblemCode(params.code)) throw new ProblemError('not_found')
    return ok(problemOf(params.code))
  },
}

import Type from 'typebox'
import { JobListSchema, JobSchema } from '../schemas/jobs.ts'
import { Open, strict } from '../schemas/primitives.ts'
import { ProblemPageSchema } from '../schemas/problem.ts'
import { route } from './route.ts'

const tag = 'Server'
const Status = Type.Object({ status: Type.Enum(['ok', 'unavailable']) }, strict)

export const serverRoutes = {
  index: route({
    method: 'GET',
    path: '/',
    permission: 'public',
    idempotency: 'none',
    tag,
    summary: 'Where things are',
    success: { status: 200, description: 'Addresses of this server.', schema: Open },
    problems: [],
  }),
  healthz: route({
    method: 'GET',
    path: '/healthz',
    permission: 'public',
    idempotency: 'none',
    tag,
    summary: 'Whether the process runs',
    success: { status: 200, description: 'It does.', schema: Status },
    problems: [],
  }),
  readyz: route({
    method: 'GET',
    path: '/readyz',
    permission: 'public',
    idempotency: 'none',
    tag,
    summary: 'Whether requests can be decided: the database answers, and the server is not leaving',
    success: { status: 200, description: 'They can.', schema: Status },
    problems: ['unavailable'],
  }),
  metrics: route({
    method: 'GET',
    path: '/metrics',
    permission: 'public',
    idempotency: 'none',
    tag,
    summary: 'Metrics for Prometheus',
    description: 'Names no account.',
    success: { status: 200, description: 'Text exposition format.', contentType: 'text/plain' },
    problems: [],
  }),
  listJobs: route({
    method: 'GET',
    path: '/v1/jobs',
    permission: 'operator',
    idempotency: 'none',
    tag,
    summary: 'Periodic jobs: what each did last, and when its next round is due',
    success: { status: 200, description: 'All jobs, by name.', schema: JobListSchema },
    problems: [],
  }),
  runJob: route({
    method: 'POST',
    path: '/v1/jobs/{job_name}/runs',
    permission: 'operator',
    idempotency: 'none',
    tag,
    summary: 'Ask for a round of a job now',
    description: 'A node does it within moments. Asking twice is harmless: rounds are idempotent.',
    params: Type.Object(
      { job_name: Type.String({ pattern: '^[a-z_]{1,64}$', description: 'Job name.' }) },
      strict,
    ),
    success: { status: 200, description: 'It was asked for.', schema: JobSchema },
    problems: ['job_unknown'],
  }),
  openapi: route({
    method: 'GET',
    path: '/openapi.json',
    permission: 'public',
    idempotency: 'none',
    tag,
    summary: 'This description',
    success: { status: 200, description: 'OpenAPI 3.1.', schema: Open },
    problems: [],
  }),
  getProblem: route({
    method: 'GET',
    path: '/errors/{code}',
    permission: 'public',
    idempotency: 'none',
    tag,
    summary: 'What a problem code means',
    params: Type.Object(
      { code: Type.String({ pattern: '^[a-z0-9_]{1,64}$', description: 'Problem code.' }) },
      strict,
    ),
    success: { status: 200, description: 'The catalogue’s row.', schema: ProblemPageSchema },
    problems: ['not_found'],
  }),
} as const

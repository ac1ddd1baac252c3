import Type from 'typebox'
import { HealthSchema } from '../schemas/health.ts'
import { strict } from '../schemas/primitives.ts'
import { LangAsked } from '../schemas/reader.ts'
import { route } from './route.ts'

export const healthRoutes = {
  getHealth: route({
    method: 'GET',
    path: '/v1/health/tiles',
    permission: 'operator',
    idempotency: 'none',
    tag: 'Server',
    summary: 'How the platform is: one tile a subject, with its threshold and runbook',
    description:
      'Times and rates are of this server and its last five minutes; what comes from the database is the same on all.',
    query: Type.Object({ lang: LangAsked }, strict),
    success: { status: 200, description: 'Every tile.', schema: HealthSchema },
    problems: [],
  }),
} as const

import type { BodyOf, Routes } from '../../src/contract/routes/index.ts'
import { workOnIncidents } from '../../src/jobs/incidents.ts'
import type { Api } from './support.ts'

export type IncidentDocument = BodyOf<Routes['createIncident']>
type Step = BodyOf<Routes['stepIncident']>['step']

/** Failed calls that were charged in an hour that is over. */
export const incident = (id: string, more: Partial<IncidentDocument> = {}): IncidentDocument => ({
  id,
  name: { en: 'Failed calls were charged', ja: '失敗した呼び出しへの課金' },
  currency: 'USD',
  scope: {
    from: '2020-01-01T00:00:00Z',
    until: new Date().toISOString(),
    errors: { statuses: [429], types: ['rate_limit_error'] },
  },
  remedy: { refund: { of: 'charge' } },
  ...more,
})

/** A person of the operator's besides its own token: who approves. */
export async function colleague(api: Api, role: 'operator' | 'support_lead' | 'support') {
  const { token } = await api.done('addStaff', { body: { name: `A ${role}`, role } })
  return token
}

export const step = (api: Api, incident_id: string, own: Step, as?: string) =>
  api.done('stepIncident', {
    params: { incident_id },
    body: { step: own },
    ...(as !== undefined && { as }),
  })

/** Written, measured, submitted and approved: about to run. */
export async function approved(api: Api, document: IncidentDocument, by: string): Promise<string> {
  const params = { incident_id: document.id }
  await api.done('createIncident', { body: document })
  await api.done('measureIncident', { params })
  await step(api, document.id, 'submit')
  await step(api, document.id, 'approve', by)
  return document.id
}

export const work = (api: Pick<Api, 'pool' | 'engine'>, nowMs = Date.now()) =>
  workOnIncidents({ pool: api.pool, engine: api.engine }, nowMs)

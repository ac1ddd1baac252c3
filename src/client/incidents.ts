import { type Body, type CallOptions, perform, type QueryParams } from './operations.ts'
import { pages } from './pages.ts'
import type { Transport } from './transport.ts'

/** What went wrong for many, who was harmed by how much, and how it is made good. */
export function incidentMethods(transport: Transport) {
  return {
    create: (body: Body<'createIncident'>, options?: CallOptions) =>
      perform(transport, 'createIncident', { body }, options),
    list: (query: QueryParams<'listIncidents'> = {}, options?: CallOptions) =>
      pages(query, (page) => perform(transport, 'listIncidents', { query: page }, options)),
    get: (incident_id: string, options?: CallOptions) =>
      perform(transport, 'getIncident', { params: { incident_id } }, options),
    /** Its whole document; what was measured is void. */
    revise: (incident_id: string, body: Body<'reviseIncident'>, options?: CallOptions) =>
      perform(transport, 'reviseIncident', { params: { incident_id }, body }, options),
    /** Begins to look for its calls, or goes on. */
    measure: (incident_id: string, options?: CallOptions) =>
      perform(transport, 'measureIncident', { params: { incident_id } }, options),
    /** What a run would give, to whom. */
    impact: (incident_id: string, options?: CallOptions) =>
      perform(transport, 'getIncidentImpact', { params: { incident_id } }, options),
    calls: (
      incident_id: string,
      query: QueryParams<'listIncidentCalls'> = {},
      options?: CallOptions,
    ) =>
      pages(query, (page) =>
        perform(transport, 'listIncidentCalls', { params: { incident_id }, query: page }, options),
      ),
    /** Submit, approve, run, pause, resume, finish, cancel, publish. */
    step: (incident_id: string, body: Body<'stepIncident'>, options?: CallOptions) =>
      perform(transport, 'stepIncident', { params: { incident_id }, body }, options),
    events: (incident_id: string, options?: CallOptions) =>
      perform(transport, 'getIncidentEvents', { params: { incident_id } }, options),
    report: (
      incident_id: string,
      query: QueryParams<'getIncidentReport'> = {},
      options?: CallOptions,
    ) => perform(transport, 'getIncidentReport', { params: { incident_id }, query }, options),
    /** Of one that was published; needs no token. */
    publicReport: (
      incident_id: string,
      query: QueryParams<'getPublicIncidentReport'> = {},
      options?: CallOptions,
    ) => perform(transport, 'getPublicIncidentReport', { params: { incident_id }, query }, options),
  }
}

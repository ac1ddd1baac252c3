import { type QueryClient, useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import { api } from '../../app/client.ts'
import { documentOf, type Incident, type IncidentForm } from './form.ts'

export const incidentKey = (id: string, ...rest: readonly unknown[]) => ['incident', id, ...rest]

const SOON_MS = 1_500
const MOVING: readonly Incident['state'][] = ['measuring', 'running']

/** An incident; looked at again and again while something is being done with it. */
export const useIncident = (id: string | undefined) =>
  useQuery({
    queryKey: incidentKey(id ?? ''),
    queryFn: ({ signal }) => api.incidents.get(id ?? '', { signal }),
    enabled: id !== undefined,
    refetchInterval: ({ state: { data } }) =>
      data && MOVING.includes(data.state) ? SOON_MS : false,
  })

/** What a run would give; anew after each change of state. */
export const useImpact = (own: Incident) =>
  useQuery({
    queryKey: incidentKey(own.incident_id, 'impact', own.measured_at, own.state),
    queryFn: ({ signal }) => api.incidents.impact(own.incident_id, { signal }),
    enabled: own.measured_at !== null,
  })

export async function keep(queries: QueryClient, own: Incident): Promise<void> {
  queries.setQueryData(incidentKey(own.incident_id), own)
  await queries.invalidateQueries({ queryKey: incidentKey(own.incident_id, 'events') })
  await queries.invalidateQueries({ queryKey: ['incidents'] })
}

const WRITABLE: readonly Incident['state'][] = ['draft', 'measuring', 'measured']
export const isWritable = ({ state }: Incident): boolean => WRITABLE.includes(state)

const sameText = (one: unknown, other: unknown): boolean =>
  JSON.stringify(one) === JSON.stringify(other)

interface Save {
  readonly form: IncidentForm
  readonly before: { readonly own: Incident; readonly form: IncidentForm } | undefined
}

/**
 * Writes what was changed, and measures again what had been measured. What was not changed is not
 * written: a look at the form voids nothing.
 */
async function save(queries: QueryClient, { form, before }: Save): Promise<Incident> {
  if (before && sameText(documentOf(before.form), documentOf(form))) return before.own
  const document = documentOf(form)
  const written = before
    ? await api.incidents.revise(before.own.incident_id, document)
    : await api.incidents.create(document)
  await keep(queries, written)
  if (before?.own.measured_at == null) return written
  return api.incidents.measure(written.incident_id)
}

export function useSave(onSaved: (own: Incident) => void) {
  const queries = useQueryClient()
  return useMutation({
    mutationFn: (order: Save) => save(queries, order),
    onSuccess: async (own) => {
      await keep(queries, own)
      onSaved(own)
    },
  })
}

export function useMeasure(own: Incident) {
  const queries = useQueryClient()
  return useMutation({
    mutationFn: () => api.incidents.measure(own.incident_id),
    onSuccess: (answer) => keep(queries, answer),
  })
}

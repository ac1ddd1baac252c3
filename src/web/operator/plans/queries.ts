import { useQuery } from '@tanstack/react-query'
import { type Answer, take } from '../../../client/index.ts'
import { api } from '../../app/client.ts'
import { useLang } from '../../app/preferences.ts'

export type Plan = Answer<'getPlan'>
export type Simulation = Answer<'simulatePlan'>

const LISTED_MAX = 200

/** Every version of every plan, with what it says. */
export function usePlans() {
  const lang = useLang()
  return useQuery({
    queryKey: ['plans', lang],
    queryFn: ({ signal }) =>
      take(api.plans.list({ lang, limit: LISTED_MAX }, { signal }), LISTED_MAX),
  })
}

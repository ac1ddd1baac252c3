import { useQuery } from '@tanstack/react-query'
import { api } from '../app/client.ts'
import { useLang } from '../app/preferences.ts'
import { Loaded } from '../kit/index.ts'

/** `pro@3`: the plan in words, also where it is on offer no longer. */
export function usePlan(ref: string) {
  const lang = useLang()
  const [id = '', version = '1'] = ref.split('@')
  return useQuery({
    queryKey: ['plans', ref, lang],
    queryFn: ({ signal }) => api.plans.get(id, Number(version), { lang }, { signal }),
  })
}

/** What a version of a plan includes, a sentence a fact. */
export function PlanWords({ plan }: { readonly plan: string }) {
  const found = usePlan(plan)
  return <Loaded query={found}>{({ says }) => <Sentences says={says} />}</Loaded>
}

export function Sentences({ says }: { readonly says: readonly string[] }) {
  return (
    <ul>
      {says.map((sentence) => (
        <li key={sentence}>{sentence}</li>
      ))}
    </ul>
  )
}

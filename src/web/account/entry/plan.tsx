import { useWords } from '../../app/words.ts'
import { Disclosure, Facts, Panel, Stack, Time } from '../../kit/index.ts'
import { PlanWords } from '../../parts/plan-words.tsx'
import type { Entry } from './entry.tsx'
import { entryWords } from './words.ts'

/** Which version of which plan it is about, and what that includes. */
export function PlanOfEntry({ entry }: { readonly entry: Entry }) {
  const words = useWords(entryWords)
  const { transition } = entry
  if (!transition) return null
  const { from_plan: from, to_plan: to, next_renewal: renewal } = transition
  return (
    <Panel title={words.plan}>
      <Stack gap={3}>
        <p>{words.from(from, `${transition.from_seats}`)}</p>
        <p>{words.to(to, `${transition.to_seats}`)}</p>
        <Facts
          rows={[
            [words.effective, <Time key="at" at={transition.effective_at} />],
            [words.renewal, renewal === null ? words.none : <Time key="next" at={renewal} />],
          ]}
        />
        {[...new Set([to, from])].map((plan) => (
          <Disclosure key={plan} title={words.includes(plan)}>
            <PlanWords plan={plan} />
          </Disclosure>
        ))}
      </Stack>
    </Panel>
  )
}

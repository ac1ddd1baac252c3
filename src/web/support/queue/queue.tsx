import { useMutation, useQueryClient } from '@tanstack/react-query'
import { useNavigate } from '@tanstack/react-router'
import { useState } from 'react'
import { announce } from '../../app/announce.tsx'
import { api } from '../../app/client.ts'
import { choiceOf, type Search, textOf } from '../../app/search.ts'
import { useUrlState } from '../../app/use-search.ts'
import { useWords } from '../../app/words.ts'
import {
  Button,
  Empty,
  Loaded,
  Muted,
  PageHead,
  Panel,
  ProblemNotice,
  Stack,
  Tabs,
} from '../../kit/index.ts'
import { useListing } from '../listing.ts'
import { Bulk } from './bulk.tsx'
import { CaseTable } from './case-table.tsx'
import { type CaseRow, Filters, ORIGINS, STATES } from './filters.tsx'
import { useRowKeys } from './row-keys.ts'
import { Sampling } from './sampling.tsx'
import { queueWords } from './words.ts'

const VIEWS = [
  'open',
  'mine',
  'unassigned',
  'breaching',
  'approvals',
  'escalated',
  'to_sample',
] as const
type View = (typeof VIEWS)[number]

/** What must I do next? */
export default function Queue() {
  const words = useWords(queueWords)
  const [search, change] = useUrlState()
  const view = choiceOf(search, 'view', VIEWS)
  const tabs = VIEWS.map((id) => ({ id, label: words.viewNames[id] }))
  return (
    <>
      <PageHead title={words.title} lead={words.lead} />
      <Tabs
        label={words.views}
        tabs={tabs}
        value={view}
        onChange={(id) => change({ view: id === 'open' ? undefined : id })}
      >
        <Stack gap={4}>
          {view === 'to_sample' && <Sampling />}
          <Filters search={search} change={change} />
          <Cases key={view} view={view} search={search} />
        </Stack>
      </Tabs>
    </>
  )
}

function Cases({ view, search }: { readonly view: View; readonly search: Search }) {
  const words = useWords(queueWords)
  const asked = askedOf(view, search)
  const { query, showMore } = useListing<CaseRow>({
    key: ['cases', asked],
    read: (signal) => api.cases.list({ ...asked, limit: 100 }, { signal }),
    refresh: true,
  })
  const { chosen, toggle, choose } = useChosen()
  const take = useTaking()
  const navigate = useNavigate()
  useRowKeys({ a: take.mutate, x: toggle })
  return (
    <Panel title={words.viewNames[view]} asOf={query.data}>
      {take.error && <ProblemNotice error={take.error} />}
      <Loaded query={query}>
        {({ items, hasMore }) => (
          <>
            <Bulk items={items} chosen={chosen} choose={choose} />
            <CaseTable
              rows={items}
              chosen={chosen}
              onToggle={toggle}
              onOpen={({ case_id }) => void navigate({ to: `/support/cases/${case_id}` })}
              samples={view === 'to_sample'}
              empty={<NothingHere isWhole={Object.keys(asked).length === 0} />}
            />
            {hasMore && <Button onClick={showMore}>{words.more}</Button>}
            {items.length > 0 && <Muted>{words.keys}</Muted>}
          </>
        )}
      </Loaded>
    </Panel>
  )
}

/** What the server is asked for; a filter that is not one of its values is left out. */
function askedOf(view: View, search: Search) {
  const origin = ORIGINS.find((one) => one === textOf(search, 'origin'))
  const state = STATES.find((one) => one === textOf(search, 'state'))
  const account_id = textOf(search, 'account')
  return {
    ...(view !== 'open' && { view }),
    ...(origin && { origin }),
    ...(state && { state }),
    ...(account_id && { account_id }),
  }
}

function useChosen() {
  const [chosen, choose] = useState<readonly string[]>([])
  const toggle = (id: string): void =>
    choose((before) => (before.includes(id) ? before.filter((own) => own !== id) : [...before, id]))
  return { chosen, toggle, choose }
}

function useTaking() {
  const words = useWords(queueWords)
  const queries = useQueryClient()
  return useMutation({
    mutationFn: (id: string) => api.cases.take(id),
    onSuccess: ({ case_id }) => {
      announce(words.taken(case_id))
      return queries.invalidateQueries({ queryKey: ['cases'] })
    },
  })
}

function NothingHere({ isWhole }: { readonly isWhole: boolean }) {
  const words = useWords(queueWords)
  const [, change] = useUrlState()
  if (isWhole) return <Empty title={words.clear}>{words.clearNext}</Empty>
  const all = { view: undefined, origin: undefined, state: undefined, account: undefined }
  return (
    <Empty title={words.clearView}>
      <Button onClick={() => change(all)}>{words.showAll}</Button>
    </Empty>
  )
}

import type { Answer } from '../../../client/index.ts'
import { accountKey } from '../../app/account.ts'
import { api } from '../../app/client.ts'
import { count } from '../../app/format.ts'
import { useReader } from '../../app/preferences.ts'
import { useWords } from '../../app/words.ts'
import { type Column, Empty, Loaded, More, Panel, Table, Time } from '../../kit/index.ts'
import { useGrowingList } from '../../parts/growing-list.ts'
import { EntryLink } from '../../parts/screen-link.tsx'
import { planWords } from './words.ts'

type Line = Answer<'getTimeline'>['items'][number]

/** Every change, renewal and fee of the plan, the latest first; each leads to its journal entry. */
export function PlanHistory({ account }: { readonly account: string }) {
  const words = useWords(planWords)
  const { lang, time_zone } = useReader()
  const { query, items, more } = useGrowingList<Line>(
    accountKey(account, 'plan-history', time_zone),
    (limit, signal) =>
      api.accounts.timeline(account, { kinds: 'plan', limit, time_zone }, { signal }),
  )
  const columns: readonly Column<Line>[] = [
    { id: 'at', label: words.when, cell: ({ at }) => <Time at={at} /> },
    { id: 'what', label: words.what, cell: ({ sentence }) => sentence[lang] },
    {
      id: 'entry',
      label: words.entryColumn,
      cell: ({ seq }) =>
        seq && (
          <EntryLink account={account} seq={seq.last}>
            {words.entry(count(seq.last, lang))}
          </EntryLink>
        ),
    },
  ]
  return (
    <Panel title={words.history}>
      <Loaded query={query}>
        {() => (
          <Table
            cards
            name={words.history}
            columns={columns}
            rows={items}
            rowKey={({ seq, at }) => `${seq?.last} ${at}`}
            empty={<Empty title={words.noHistory} />}
          />
        )}
      </Loaded>
      <More query={more} />
    </Panel>
  )
}

import type { Answer } from '../../../client/index.ts'
import { api } from '../../app/client.ts'
import { textOf } from '../../app/search.ts'
import { useUrlState } from '../../app/use-search.ts'
import { useWords } from '../../app/words.ts'
import { type Column, Empty, Loaded, More, Muted, Panel, Select, Table } from '../../kit/index.ts'
import { useGrowingList } from '../../parts/growing-list.ts'
import { useSignInColumns } from '../../parts/sign-in-events.tsx'
import { signInEventWords } from '../../words/sign-in-events.ts'
import { auditWords } from './words.ts'

type Event = Answer<'listSignIns'>['items'][number]

/** Who came in, who tried to, and who was given another way in. */
export function SignInsTab() {
  const words = useWords(auditWords)
  const events = useWords(signInEventWords)
  const [search, setSearch] = useUrlState()
  const chosen = textOf(search, 'kind') ?? ''
  const kind = Object.keys(events.kinds).find((known) => known === chosen) as Event['kind']
  const { query, items, more } = useGrowingList(['sign-ins', 'all', kind], (limit, signal) =>
    api.signIns.list({ limit, ...(kind && { kind }) }, { signal }),
  )
  const kinds = Object.entries(events.kinds).map(([value, label]) => ({ value, label }))
  return (
    <Panel title={words.tabs.signIns}>
      <Muted>{words.signInsSay}</Muted>
      <Select
        label={words.what}
        value={kind ?? ''}
        options={[{ value: '', label: words.anything }, ...kinds]}
        data-filter
        onChange={(value) => setSearch({ kind: value === '' ? undefined : value })}
      />
      <Loaded query={query}>{() => <EventTable items={items} />}</Loaded>
      <More query={more} />
    </Panel>
  )
}

function EventTable({ items }: { readonly items: readonly Event[] }) {
  const words = useWords(auditWords)
  const { when, others } = useSignInColumns(words)
  const columns: readonly Column<Event>[] = [
    when,
    { id: 'who', label: words.who, cell: ({ person }) => <Who person={person} /> },
    ...others,
  ]
  return (
    <Table
      name={words.tabs.signIns}
      rows={items}
      rowKey={({ at, kind, session_id, person }) =>
        [at, kind, session_id, person.staff_id, person.account_id, person.member_id].join(' ')
      }
      columns={columns}
      empty={<Empty title={words.noSignIns} />}
    />
  )
}

function Who({ person }: { readonly person: Event['person'] }) {
  const words = useWords(auditWords)
  return (
    <>
      {person.name ?? words.portalReader}
      <br />
      <small>{person.staff_id ?? person.account_id}</small>
    </>
  )
}

import type { Answer } from '../../../client/index.ts'
import { api } from '../../app/client.ts'
import { useWords } from '../../app/words.ts'
import {
  Button,
  type Column,
  Empty,
  Loaded,
  More,
  Notice,
  Panel,
  ProblemNotice,
  StateWord,
  Table,
  Time,
} from '../../kit/index.ts'
import { useGrowingList } from '../../parts/growing-list.ts'
import { TONES, WAY_OF } from '../../parts/sign-in-events.ts'
import { signInEventWords } from '../../words/sign-in-events.ts'
import { sessionWords } from '../words.ts'
import css from './security.module.css'
import { useEnding } from './sessions.tsx'

type Event = Answer<'listOwnSignIns'>['items'][number]

/** Was this you? What happened at the doors, the latest first. */
export function SignIns() {
  const words = useWords(sessionWords)
  const { query, items, more } = useGrowingList(['sign-ins'], (limit, signal) =>
    api.session.signIns({ limit }, { signal }),
  )
  const ending = useEnding()
  return (
    <Panel title={words.signIns}>
      <div className={css.account}>
        <p>{words.signInsSay}</p>
        <Button size="small" busy={ending.isPending} onClick={() => ending.mutate('others')}>
          {words.notMe}
        </Button>
      </div>
      {ending.isSuccess && (
        <Notice tone="ok" title={words.othersEnded} alert>
          {words.othersEndedNext}
        </Notice>
      )}
      {ending.error && <ProblemNotice error={ending.error} />}
      <Loaded query={query}>{() => <EventTable items={items} />}</Loaded>
      <More query={more} />
    </Panel>
  )
}

function EventTable({ items }: { readonly items: readonly Event[] }) {
  const words = useWords(sessionWords)
  const events = useWords(signInEventWords)
  const columns: readonly Column<Event>[] = [
    { id: 'when', label: words.when, cell: ({ at }) => <Time at={at} /> },
    {
      id: 'what',
      label: words.what,
      cell: (event) => (
        <StateWord tone={TONES[event.kind]}>
          {events.kinds[event.kind]} {WAY_OF(event, events.ways)}
        </StateWord>
      ),
    },
    { id: 'device', label: words.device, priority: 1, cell: ({ browser }) => browser ?? '–' },
    { id: 'from', label: words.from, priority: 2, cell: ({ address }) => address ?? '–' },
  ]
  return (
    <Table
      name={words.signIns}
      rows={items}
      rowKey={({ at, kind, session_id }) => `${at} ${kind} ${session_id}`}
      columns={columns}
      empty={<Empty title={words.noSignIns} />}
    />
  )
}

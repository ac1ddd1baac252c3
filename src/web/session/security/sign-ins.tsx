import type { Answer } from '../../../client/index.ts'
import { api } from '../../app/client.ts'
import { useWords } from '../../app/words.ts'
import {
  Button,
  Empty,
  Loaded,
  More,
  Notice,
  Panel,
  ProblemNotice,
  Table,
} from '../../kit/index.ts'
import { useGrowingList } from '../../parts/growing-list.ts'
import { useSignInColumns } from '../../parts/sign-in-events.tsx'
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
  const { when, others } = useSignInColumns({
    when: words.when,
    what: words.what,
    browser: words.device,
    address: words.from,
  })
  return (
    <Table
      cards
      name={words.signIns}
      rows={items}
      rowKey={({ at, kind, session_id }) => `${at} ${kind} ${session_id}`}
      columns={[when, ...others]}
      empty={<Empty title={words.noSignIns} />}
    />
  )
}

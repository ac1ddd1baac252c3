import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import type { Answer } from '../../../client/index.ts'
import { browserFamily } from '../../../contract/browser-family.ts'
import { api } from '../../app/client.ts'
import { useWords } from '../../app/words.ts'
import {
  Button,
  type Column,
  Loaded,
  Panel,
  ProblemNotice,
  StateWord,
  Table,
  Time,
} from '../../kit/index.ts'
import { sessionWords } from '../words.ts'

type Own = Answer<'listSessions'>['items'][number]

/** Ends one of the own sessions, or `others`. */
export function useEnding() {
  const queries = useQueryClient()
  return useMutation({
    mutationFn: (id: string) => api.session.endOther(id),
    onSuccess: () =>
      Promise.all([
        queries.invalidateQueries({ queryKey: ['sessions'] }),
        queries.invalidateQueries({ queryKey: ['sign-ins'] }),
      ]),
  })
}

export function Sessions() {
  const words = useWords(sessionWords)
  const sessions = useQuery({
    queryKey: ['sessions'],
    queryFn: ({ signal }) => api.session.list({ signal }),
  })
  const ending = useEnding()
  const endOthers = (
    <Button size="small" busy={ending.isPending} onClick={() => ending.mutate('others')}>
      {words.endOthers}
    </Button>
  )
  return (
    <Panel title={words.sessions} actions={endOthers} asOf={sessions.data}>
      {ending.error && <ProblemNotice error={ending.error} />}
      <Loaded query={sessions}>
        {({ items }) => <SessionTable items={items} onEnd={(id) => ending.mutate(id)} />}
      </Loaded>
    </Panel>
  )
}

interface SessionTableProps {
  readonly items: readonly Own[]
  readonly onEnd: (id: string) => void
}

function SessionTable({ items, onEnd }: SessionTableProps) {
  const words = useWords(sessionWords)
  const columns: readonly Column<Own>[] = [
    {
      id: 'device',
      label: words.device,
      cell: ({ user_agent }) => browserFamily(user_agent) ?? words.otherBrowser,
    },
    {
      id: 'since',
      label: words.since,
      priority: 1,
      cell: (own) => <Time at={own.created_at} />,
    },
    { id: 'used', label: words.used, cell: (own) => <Time at={own.used_at} /> },
    { id: 'until', label: words.until, priority: 2, cell: (own) => <Time at={own.expires_at} /> },
    {
      id: 'end',
      label: words.end,
      cell: ({ session_id, current }) =>
        current ? (
          <StateWord tone="ok">{words.thisOne}</StateWord>
        ) : (
          <Button size="small" onClick={() => onEnd(session_id)}>
            {words.end}
          </Button>
        ),
    },
  ]
  return (
    <Table
      cards
      name={words.sessions}
      rows={items}
      rowKey={({ session_id }) => session_id}
      columns={columns}
    />
  )
}

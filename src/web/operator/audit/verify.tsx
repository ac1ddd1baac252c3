import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import { useState } from 'react'
import { type Answer, take } from '../../../client/index.ts'
import { api } from '../../app/client.ts'
import { count } from '../../app/format.ts'
import { useLang } from '../../app/preferences.ts'
import { textOf } from '../../app/search.ts'
import { useUrlState } from '../../app/use-search.ts'
import { useWords } from '../../app/words.ts'
import {
  Button,
  type Column,
  Empty,
  Loaded,
  Muted,
  Panel,
  ProblemNotice,
  Row,
  Stack,
  StateWord,
  Table,
  TextField,
  Time,
  type Tone,
} from '../../kit/index.ts'
import { StateLink } from '../state-link.tsx'
import { RunReport } from './run-report.tsx'
import { auditWords } from './words.ts'

export type Run = Answer<'getVerifyRun'>

const LISTED = 20
const RUNNING_EVERY_MS = 2_000
const RUN_TONES: Readonly<Record<Run['state'], Tone>> = {
  running: 'accent',
  passed: 'ok',
  failed: 'danger',
  stopped: 'warn',
}

export function VerifyTab() {
  const words = useWords(auditWords)
  const [search, setSearch] = useUrlState()
  const runs = useQuery({
    queryKey: ['verify-runs'],
    queryFn: ({ signal }) => take(api.verify.list({ limit: LISTED }, { signal }), LISTED),
    refetchInterval: ({ state }) =>
      state.data?.some((run) => run.state === 'running') ? RUNNING_EVERY_MS : false,
  })
  const named = textOf(search, 'run')
  const shown = runs.data?.find((run) => run.run_id === named) ?? runs.data?.[0]
  return (
    <Stack gap={4}>
      <Muted>{words.verifySays}</Muted>
      <Starting onStarted={(run) => setSearch({ run })} />
      {shown && <RunReport run={shown} />}
      <Panel title={words.runs} asOf={runs.data?.[0]}>
        <Loaded query={runs}>
          {(items) => <RunTable runs={items} onOpen={(run) => setSearch({ run })} />}
        </Loaded>
      </Panel>
    </Stack>
  )
}

function Starting({ onStarted }: { readonly onStarted: (run: string) => void }) {
  const words = useWords(auditWords)
  const client = useQueryClient()
  const [account, setAccount] = useState('')
  const start = useMutation({
    mutationFn: () => api.verify.start(account === '' ? {} : { account_id: account }),
    onSuccess: async (run) => {
      await client.invalidateQueries({ queryKey: ['verify-runs'] })
      onStarted(run.run_id)
    },
  })
  return (
    <Stack>
      <TextField
        label={words.oneAccount}
        value={account}
        onChange={(event) => setAccount(event.target.value.trim())}
      />
      <Row>
        <Button kind="primary" icon="audit" busy={start.isPending} onClick={() => start.mutate()}>
          {account === '' ? words.start : words.startOne}
        </Button>
      </Row>
      {start.error && <ProblemNotice error={start.error} />}
    </Stack>
  )
}

interface RunTableProps {
  readonly runs: readonly Run[]
  readonly onOpen: (run: string) => void
}

function RunTable({ runs, onOpen }: RunTableProps) {
  const words = useWords(auditWords)
  const lang = useLang()
  const columns: readonly Column<Run>[] = [
    {
      id: 'started',
      label: words.started,
      cell: (run) => (
        <StateLink change={{ run: run.run_id }}>
          <Time at={run.started_at} />
        </StateLink>
      ),
    },
    {
      id: 'state',
      label: words.state,
      cell: ({ state }) => <StateWord tone={RUN_TONES[state]}>{words.states[state]}</StateWord>,
    },
    {
      id: 'accounts',
      label: words.accounts,
      numeric: true,
      priority: 2,
      cell: (run) =>
        words.accountsOf(count(run.accounts_done, lang), count(run.accounts_total, lang)),
    },
    {
      id: 'of',
      label: words.account,
      priority: 1,
      cell: (run) => run.account_id ?? words.anything,
    },
    { id: 'by', label: words.by, priority: 1, cell: (run) => <code>{run.started_by}</code> },
  ]
  return (
    <Table
      name={words.runs}
      columns={columns}
      rows={runs}
      rowKey={(run) => run.run_id}
      onOpen={(run) => onOpen(run.run_id)}
      empty={<Empty title={words.noRuns} />}
    />
  )
}

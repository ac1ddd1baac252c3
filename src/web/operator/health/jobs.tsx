import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import type { Answer } from '../../../client/index.ts'
import { api } from '../../app/client.ts'
import { useWords } from '../../app/words.ts'
import {
  Button,
  type Column,
  Empty,
  Loaded,
  Notice,
  Panel,
  ProblemNotice,
  StateWord,
  Table,
  Time,
  type Tone,
} from '../../kit/index.ts'
import { healthScreenWords } from './words.ts'

type Job = Answer<'listJobs'>['items'][number]

const EVERY_MS = 15_000
const TONES: Readonly<Record<Job['state'], Tone>> = {
  waiting: 'ok',
  running: 'accent',
  failing: 'danger',
  late: 'danger',
}

/** What each job did last; a round can be asked for. */
export function JobsPanel() {
  const words = useWords(healthScreenWords)
  const client = useQueryClient()
  const jobs = useQuery({
    queryKey: ['jobs'],
    queryFn: ({ signal }) => api.jobs.list({ signal }),
    refetchInterval: EVERY_MS,
  })
  const run = useMutation({
    mutationFn: (name: string) => api.jobs.run(name),
    onSuccess: () => client.invalidateQueries({ queryKey: ['jobs'] }),
  })
  return (
    <Panel title={words.jobs} asOf={jobs.data}>
      {run.data && <Notice tone="ok" title={words.asked(run.data.name)} alert />}
      {run.error && <ProblemNotice error={run.error} />}
      <Loaded query={jobs}>
        {({ items }) => <JobTable jobs={items} onRun={run.mutate} busy={run.isPending} />}
      </Loaded>
    </Panel>
  )
}

interface JobTableProps {
  readonly jobs: readonly Job[]
  readonly onRun: (name: string) => void
  readonly busy: boolean
}

function JobTable({ jobs, onRun, busy }: JobTableProps) {
  const words = useWords(healthScreenWords)
  const at = (time: string | null) => (time === null ? '–' : <Time at={time} />)
  const columns: readonly Column<Job>[] = [
    { id: 'job', label: words.job, cell: ({ name }) => <code>{name}</code> },
    {
      id: 'state',
      label: words.jobState,
      cell: ({ state }) => <StateWord tone={TONES[state]}>{words.jobStates[state]}</StateWord>,
    },
    { id: 'last', label: words.lastRound, priority: 2, cell: (job) => at(job.finished_at) },
    { id: 'next', label: words.nextRound, priority: 1, cell: (job) => at(job.due_at) },
    {
      id: 'done',
      label: words.done,
      numeric: true,
      priority: 1,
      cell: ({ done_in_all: done }) => done,
    },
    { id: 'failed', label: words.failed, numeric: true, cell: ({ failed }) => failed },
    { id: 'error', label: words.error, priority: 1, cell: ({ error }) => error ?? '' },
    {
      id: 'run',
      label: words.run,
      cell: ({ name }) => (
        <Button size="small" icon="play" busy={busy} onClick={() => onRun(name)}>
          {words.run}
          <span className="visually-hidden"> {name}</span>
        </Button>
      ),
    },
  ]
  return (
    <Table
      name={words.jobs}
      columns={columns}
      rows={jobs}
      rowKey={({ name }) => name}
      empty={<Empty title={words.noJobs} />}
    />
  )
}

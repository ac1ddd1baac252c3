import { useQuery } from '@tanstack/react-query'
import { useState } from 'react'
import { api } from '../../app/client.ts'
import { count } from '../../app/format.ts'
import { useLang } from '../../app/preferences.ts'
import { choiceOf, textOf } from '../../app/search.ts'
import { useUrlState } from '../../app/use-search.ts'
import { useWords } from '../../app/words.ts'
import {
  Button,
  Choices,
  type Column,
  Empty,
  Loaded,
  Muted,
  PageHead,
  Panel,
  Stack,
  Table,
  Time,
} from '../../kit/index.ts'
import { useListing } from '../../parts/listing.ts'
import { kitWords } from '../../words/kit.ts'
import { Period } from './period.tsx'
import { RunView } from './run-view.tsx'
import { ofRun, type RunListed, runsKey } from './runs.ts'
import { StartDialog } from './start-dialog.tsx'
import { Tiles, UnexplainedOf } from './tiles.tsx'
import { reconciliationWords } from './words.ts'

const KINDS = ['all', 'provider', 'processor'] as const

/** Do our books and those of others say the same? */
export default function Reconciliation() {
  const words = useWords(reconciliationWords)
  const [search, change] = useUrlState()
  const [isStarting, setStarting] = useState(false)
  const run = textOf(search, 'run')
  return (
    <Stack gap={4}>
      <PageHead
        title={words.title}
        lead={words.lead}
        actions={
          <Button kind="primary" icon="reconcile" onClick={() => setStarting(true)}>
            {words.start}
          </Button>
        }
      />
      {run === undefined ? (
        <Overview onOpen={(id) => change({ run: id })} />
      ) : (
        <RunView id={run} onBack={() => change({ run: undefined, show: undefined })} />
      )}
      <StartDialog
        open={isStarting}
        onClose={() => setStarting(false)}
        onDone={(id) => {
          setStarting(false)
          change({ run: id })
        }}
      />
    </Stack>
  )
}

function Overview({ onOpen }: { readonly onOpen: (run: string) => void }) {
  const words = useWords(reconciliationWords)
  const kit = useWords(kitWords)
  const [search, change] = useUrlState()
  const kind = choiceOf(search, 'kind', KINDS)
  const { query, more } = useListing([...runsKey, kind], (options) =>
    api.reconciliation.list(kind === 'all' ? {} : { kind }, options),
  )
  return (
    <>
      <Loaded query={query}>
        {({ items, hasMore }) =>
          items.length === 0 && kind === 'all' ? (
            <Empty title={words.noRuns}>{words.noRunsNext}</Empty>
          ) : (
            <>
              <Panel title={words.days}>
                <Tiles runs={items} onOpen={onOpen} />
              </Panel>
              <Panel
                title={words.runs}
                actions={
                  <Choices
                    label={words.kindFilter}
                    value={kind}
                    options={KINDS.map((value) => ({ value, label: words.kinds[value] }))}
                    onChange={(value) => change({ kind: value === 'all' ? undefined : value })}
                  />
                }
              >
                <RunTable runs={items} onOpen={onOpen} />
                {hasMore && <Button onClick={more}>{kit.more}</Button>}
              </Panel>
            </>
          )
        }
      </Loaded>
      <Imports />
    </>
  )
}

function RunTable({
  runs,
  onOpen,
}: {
  readonly runs: readonly RunListed[]
  readonly onOpen: (run: string) => void
}) {
  const words = useWords(reconciliationWords)
  const columns: Column<RunListed>[] = [
    {
      id: 'of',
      label: words.of,
      cell: (run) => (
        <Button kind="quiet" size="small" onClick={() => onOpen(run.run_id)}>
          {ofRun(run, words)}
        </Button>
      ),
    },
    { id: 'period', label: words.period, priority: 2, cell: (run) => <Period asked={run.asked} /> },
    {
      id: 'unexplained',
      label: words.unexplained,
      numeric: true,
      cell: (run) => <UnexplainedOf run={run} />,
    },
    { id: 'made', label: words.made, priority: 1, cell: (run) => <Time at={run.made_at} /> },
  ]
  return (
    <Table
      name={words.runs}
      columns={columns}
      rows={runs}
      rowKey={({ run_id }) => run_id}
      onOpen={({ run_id }) => onOpen(run_id)}
      empty={<Empty title={words.noRuns}>{words.noRunsNext}</Empty>}
    />
  )
}

type Import = Awaited<ReturnType<typeof api.reconciliation.imports>>['items'][number]

function Imports() {
  const words = useWords(reconciliationWords)
  const lang = useLang()
  const query = useQuery({
    queryKey: ['reconciliation', 'imports'],
    queryFn: ({ signal }) => api.reconciliation.imports({ signal }),
  })
  const columns: Column<Import>[] = [
    { id: 'file', label: words.file, cell: ({ file_name }) => file_name },
    { id: 'form', label: words.provider, cell: ({ provider }) => words.providers[provider] },
    {
      id: 'covers',
      label: words.covers,
      priority: 1,
      cell: ({ covers_from, covers_until }) => (
        <Period asked={{ from: covers_from, until: covers_until }} />
      ),
    },
    { id: 'rows', label: words.rows, numeric: true, cell: ({ rows }) => count(rows, lang) },
    {
      id: 'imported',
      label: words.imported,
      priority: 2,
      cell: ({ imported_at }) => <Time at={imported_at} />,
    },
  ]
  return (
    <Panel title={words.imports} asOf={query.data}>
      <Loaded query={query}>
        {({ items }) => (
          <Table
            name={words.imports}
            columns={columns}
            rows={items}
            rowKey={({ import_id }) => import_id}
            empty={<Muted>{words.noImports}</Muted>}
          />
        )}
      </Loaded>
    </Panel>
  )
}

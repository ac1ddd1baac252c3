import { count } from '../../app/format.ts'
import { useLang } from '../../app/preferences.ts'
import { useWords } from '../../app/words.ts'
import { type Column, Disclosure, Notice, Stack, Table } from '../../kit/index.ts'
import type { Run } from './verify.tsx'
import { auditWords } from './words.ts'

const TONES = { running: 'info', passed: 'ok', failed: 'danger', stopped: 'warn' } as const

/** What a run of verify has found, or how far it is. */
export function RunReport({ run }: { readonly run: Run }) {
  const words = useWords(auditWords)
  const lang = useLang()
  const { report, state } = run
  return (
    <Stack>
      <Notice tone={TONES[state]} title={words.verdicts[state]}>
        {state === 'running' && <RunProgress run={run} />}
        {report && (
          <p>{words.entriesSeen(count(report.entries, lang), count(report.postings, lang))}</p>
        )}
        {report?.first && <First first={report.first} />}
      </Notice>
      {report && <Checks report={report} />}
    </Stack>
  )
}

type Report = NonNullable<Run['report']>

function First({ first }: { readonly first: NonNullable<Report['first']> }) {
  const words = useWords(auditWords)
  const lang = useLang()
  const seq = count(first.seq, lang)
  return (
    <>
      <p>{first.account_id === '' ? words.inLog(seq) : words.firstAt(first.account_id, seq)}</p>
      <p>{first.message}</p>
    </>
  )
}

function RunProgress({ run }: { readonly run: Run }) {
  const words = useWords(auditWords)
  const lang = useLang()
  const { accounts_done: done, accounts_total: total } = run
  return (
    <p>
      <progress value={done} max={Math.max(1, total)} aria-label={words.progress} />{' '}
      {words.accountsOf(count(done, lang), count(total, lang))}
    </p>
  )
}

function Checks({ report }: { readonly report: Report }) {
  const words = useWords(auditWords)
  const lang = useLang()
  const columns: readonly Column<Report['checks'][number]>[] = [
    { id: 'check', label: words.check, cell: ({ name }) => name },
    {
      id: 'checked',
      label: words.checked,
      numeric: true,
      cell: ({ checked }) => count(checked, lang),
    },
    { id: 'wrong', label: words.wrong, numeric: true, cell: ({ failed }) => count(failed, lang) },
  ]
  return (
    <Disclosure title={words.checks} open={!report.ok}>
      <Table
        name={words.checks}
        columns={columns}
        rows={report.checks}
        rowKey={({ invariant }) => `${invariant}`}
      />
    </Disclosure>
  )
}

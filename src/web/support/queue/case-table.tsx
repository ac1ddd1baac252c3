import type { ReactNode } from 'react'
import { useWords } from '../../app/words.ts'
import { type Column, Table } from '../../kit/index.ts'
import { useCaseColumns } from './case-columns.tsx'
import type { CaseRow } from './filters.tsx'
import { SampleButtons } from './sampling.tsx'
import { queueWords } from './words.ts'

interface CaseTableProps {
  readonly rows: readonly CaseRow[]
  readonly chosen: readonly string[]
  readonly onToggle: (id: string) => void
  readonly onOpen: (row: CaseRow) => void
  /** Automatic decisions: with the answers to whether they were right. */
  readonly samples: boolean
  readonly empty: ReactNode
}

export function CaseTable({ rows, chosen, onToggle, onOpen, samples, empty }: CaseTableProps) {
  const words = useWords(queueWords)
  const choosing: Column<CaseRow> = {
    id: 'select',
    label: words.columns.select,
    cell: ({ case_id }) => (
      <input
        type="checkbox"
        aria-label={words.select(case_id)}
        checked={chosen.includes(case_id)}
        onChange={() => onToggle(case_id)}
      />
    ),
  }
  const columns = useCaseColumns()
  const answers: Column<CaseRow> = {
    id: 'sample',
    label: words.answer,
    cell: (row) => <SampleButtons row={row} />,
  }
  return (
    <Table
      name={words.title}
      columns={samples ? [...columns, answers] : [choosing, ...columns]}
      rows={rows}
      rowKey={({ case_id }) => case_id}
      onOpen={onOpen}
      empty={empty}
    />
  )
}

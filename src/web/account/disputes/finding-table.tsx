import { Link } from '@tanstack/react-router'
import type { ReactNode } from 'react'
import { ruleSentence } from '../../../contract/explain/index.ts'
import { useLang } from '../../app/preferences.ts'
import { useWords } from '../../app/words.ts'
import { Money, Stack, StateWord, Table, Time } from '../../kit/index.ts'
import { FINDING_TONES, type Finding } from './data.ts'
import { disputeWords } from './words.ts'

type Shown = Pick<Finding, 'finding_key' | 'rule' | 'receipts' | 'difference' | 'status'> & {
  readonly found_at?: string
  readonly currency: string | null
}

interface FindingTableProps {
  readonly account: string
  readonly findings: readonly Shown[]
  readonly empty: ReactNode
}

/** What was wrong with which charge, how much, and what became of it. */
export function FindingTable({ account, findings, empty }: FindingTableProps) {
  const words = useWords(disputeWords)
  const lang = useLang()
  return (
    <Table
      name={words.found}
      rows={findings}
      rowKey={(own) => own.finding_key}
      empty={empty}
      columns={[
        { id: 'what', label: words.finding, cell: ({ rule }) => ruleSentence(rule, lang) },
        {
          id: 'receipt',
          label: words.receipt,
          priority: 2,
          cell: ({ receipts }) => <ReceiptLinks account={account} receipts={receipts} />,
        },
        {
          id: 'found',
          label: words.foundAt,
          priority: 1,
          cell: ({ found_at: at }) => (at === undefined ? '–' : <Time at={at} />),
        },
        {
          id: 'difference',
          label: words.difference,
          numeric: true,
          cell: (own) => <Money amount={own.difference} currency={own.currency} />,
        },
        {
          id: 'state',
          label: words.findingState,
          cell: ({ status }) => (
            <StateWord tone={FINDING_TONES[status]}>{words.findingStates[status]}</StateWord>
          ),
        },
      ]}
    />
  )
}

export function ReceiptLinks({
  account,
  receipts,
}: {
  readonly account: string
  readonly receipts: readonly string[]
}) {
  return (
    <Stack gap={1}>
      {receipts.map((id) => (
        <Link key={id} to={`/a/${account}/receipts/${id}`}>
          {id}
        </Link>
      ))}
    </Stack>
  )
}

import { Link } from '@tanstack/react-router'
import type { Answer } from '../../../client/index.ts'
import { useWords } from '../../app/words.ts'
import { type Column, Money, Muted, Stack, Table, Time } from '../../kit/index.ts'
import { wordFor } from '../../parts/facts.ts'
import { incidentWords } from './words.ts'

export type IncidentCall = Answer<'listIncidentCalls'>['items'][number]

/** Calls of an incident, each with the way to its receipt. */
export function CallTable({
  name,
  calls,
  currency,
  withResult = false,
}: {
  readonly name: string
  readonly calls: readonly IncidentCall[]
  readonly currency: string
  /** What became of each, once it has run. */
  readonly withResult?: boolean
}) {
  const words = useWords(incidentWords)
  const money = (
    id: 'drawn' | 'wrong' | 'due' | 'given',
    priority?: 1 | 2,
  ): Column<IncidentCall> => ({
    id,
    label: words[id],
    numeric: true,
    ...(priority && { priority }),
    cell: (call) => <Money amount={call[id]} currency={currency} />,
  })
  const columns: Column<IncidentCall>[] = [
    {
      id: 'receipt',
      label: words.receipt,
      cell: ({ account_id, receipt_id, event_at }) => (
        <Link to={`/a/${account_id}/receipts/${receipt_id}` as never}>
          <Time at={event_at} />
        </Link>
      ),
    },
    { id: 'account', label: words.account, priority: 2, cell: ({ account_id }) => account_id },
    { id: 'model', label: words.model, priority: 1, cell: ({ model }) => model },
    money('drawn', 1),
    money('wrong', 2),
    money('due'),
    ...(withResult ? [money('given')] : []),
    {
      id: 'state',
      label: words.state,
      cell: ({ state, reason }) => (
        <Stack gap={1}>
          {words.callStates[state]}
          {reason !== null && <Muted>{wordFor(words.callReasons, reason)}</Muted>}
        </Stack>
      ),
    },
  ]
  return (
    <Table
      name={name}
      columns={columns}
      rows={calls}
      rowKey={({ account_id, call_id }) => `${account_id} ${call_id}`}
      empty={<Muted>{words.noCalls}</Muted>}
    />
  )
}

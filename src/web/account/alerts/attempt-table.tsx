import type { ReactNode } from 'react'
import { useWords } from '../../app/words.ts'
import { type Column, StateWord, Table, Time, type Tone } from '../../kit/index.ts'
import { wordFor } from '../../parts/facts.ts'
import { type Attempt, useEndpoints } from './data.ts'
import { alertWords } from './words.ts'

const TONES: Readonly<Record<Attempt['state'], Tone>> = {
  due: 'accent',
  kept: 'warn',
  delivered: 'ok',
  given_up: 'danger',
  cancelled: 'muted',
}

/** Attempts with what came back, the latest first. */
export function AttemptTable({
  account,
  items,
  empty,
  isOfOne = false,
}: {
  readonly account: string
  readonly items: readonly Attempt[]
  readonly empty: ReactNode
  /** Of one alert: which one needs no column. */
  readonly isOfOne?: boolean
}) {
  const words = useWords(alertWords)
  const places = useEndpoints(account).data?.items ?? []
  const nameOf = (id: string): string =>
    places.find(({ endpoint_id }) => endpoint_id === id)?.name ?? words.removedPlace
  const what: Column<Attempt> = {
    id: 'what',
    label: words.what,
    cell: ({ kind }) => wordFor(words.kinds, kind),
  }
  return (
    <Table
      cards
      name={words.tabs.sent}
      rows={items}
      rowKey={(own) => `${own.notification_id} ${own.endpoint_id} ${own.attempt}`}
      empty={empty}
      columns={[
        { id: 'when', label: words.when, cell: ({ at }) => <Time at={at} /> },
        ...(isOfOne ? [] : [what]),
        {
          id: 'where',
          label: words.where,
          priority: 2,
          cell: ({ endpoint_id }) => nameOf(endpoint_id),
        },
        { id: 'outcome', label: words.outcome, cell: (own) => <Outcome attempt={own} /> },
        {
          id: 'attempt',
          label: words.attempt,
          numeric: true,
          priority: 1,
          cell: ({ attempt }) => attempt,
        },
        {
          id: 'state',
          label: words.state,
          priority: 2,
          cell: ({ state, next_at }) => (
            <>
              <StateWord tone={TONES[state]}>{words.states[state]}</StateWord>{' '}
              {next_at !== null && <Time at={next_at} />}
            </>
          ),
        },
      ]}
    />
  )
}

function Outcome({ attempt }: { readonly attempt: Attempt }) {
  const words = useWords(alertWords)
  const { outcome, status, detail } = attempt
  const text = wordFor(words.outcomes, outcome)
  return (
    <>
      <StateWord tone={outcome === 'delivered' ? 'ok' : 'danger'}>
        {status === null ? text : `${text} (${status})`}
      </StateWord>
      {detail !== null && <div>{detail}</div>}
    </>
  )
}

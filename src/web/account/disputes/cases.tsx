import { Link, useNavigate } from '@tanstack/react-router'
import { accountKey } from '../../app/account.ts'
import { api } from '../../app/client.ts'
import { choiceOf } from '../../app/search.ts'
import { useUrlState } from '../../app/use-search.ts'
import { useWords } from '../../app/words.ts'
import {
  Choices,
  type Column,
  Empty,
  Loaded,
  Money,
  More,
  Panel,
  Stack,
  StateWord,
  Table,
  Time,
} from '../../kit/index.ts'
import { useGrowingList } from '../../parts/growing-list.ts'
import { type DisputeListed, hasEnded, STATE_TONES } from './data.ts'
import { disputeWords } from './words.ts'

const SHOWS = ['all', 'open', 'ended'] as const

/** Every case of the account: what is due first. */
export function Cases({ account }: { readonly account: string }) {
  const words = useWords(disputeWords)
  const navigate = useNavigate()
  const columns = useColumns(account)
  const [search, change] = useUrlState()
  const show = choiceOf(search, 'show', SHOWS)
  const { query, items, more } = useGrowingList<DisputeListed>(
    accountKey(account, 'disputes'),
    (limit, signal) => api.disputes.list(account, { limit }, { signal }),
  )
  const shown = items.filter((own) => show === 'all' || hasEnded(own) === (show === 'ended'))
  const empty =
    items.length === 0 ? (
      <Empty title={words.noCases}>{words.noCasesWhy}</Empty>
    ) : (
      <Empty title={words.noneMatch} />
    )
  return (
    <Panel title={words.cases}>
      <Stack gap={3}>
        <Choices
          label={words.show}
          value={show}
          onChange={(own) => change({ show: own === 'all' ? undefined : own })}
          options={SHOWS.map((own) => ({ value: own, label: words.shows[own] }))}
        />
        <Loaded query={query}>
          {() => (
            <Table
              name={words.cases}
              rows={shown}
              rowKey={(own) => own.case_id}
              onOpen={(own) => void navigate({ to: `/a/${account}/disputes/${own.case_id}` })}
              empty={empty}
              columns={columns}
            />
          )}
        </Loaded>
        <More query={more} />
      </Stack>
    </Panel>
  )
}

function useColumns(account: string): Column<DisputeListed>[] {
  const words = useWords(disputeWords)
  return [
    {
      id: 'case',
      label: words.case,
      cell: (own) => (
        <Link to={`/a/${account}/disputes/${own.case_id}`} title={own.case_id}>
          {words.origins[own.origin]}
        </Link>
      ),
    },
    {
      id: 'opened',
      label: words.opened,
      priority: 2,
      cell: (own) => <Time at={own.opened_at} form="date" />,
    },
    {
      id: 'about',
      label: words.about,
      numeric: true,
      priority: 2,
      cell: (own) =>
        own.amount === null ? '–' : <Money amount={own.amount} currency={own.currency} />,
    },
    {
      id: 'state',
      label: words.state,
      cell: ({ state }) => <StateWord tone={STATE_TONES[state]}>{words.states[state]}</StateWord>,
    },
    {
      id: 'due',
      label: words.due,
      priority: 2,
      cell: (own) => (own.due_at === null ? '–' : <Time at={own.due_at} />),
    },
  ]
}

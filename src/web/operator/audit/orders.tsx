import { keepPreviousData, useQuery } from '@tanstack/react-query'
import { Link } from '@tanstack/react-router'
import { useState } from 'react'
import { type Answer, take } from '../../../client/index.ts'
import { api } from '../../app/client.ts'
import { useUrlState } from '../../app/use-search.ts'
import { useWords } from '../../app/words.ts'
import {
  Button,
  type Column,
  Empty,
  Loaded,
  Row,
  Stack,
  StateWord,
  Table,
  Time,
  type Tone,
} from '../../kit/index.ts'
import { kitWords } from '../../words/kit.ts'
import { filterOf, OrderFilters } from './order-filters.tsx'
import { auditWords } from './words.ts'

type Order = Answer<'listOrders'>['items'][number]

const STEP = 50
const EVERY_MS = 30_000
const TONES: Readonly<Record<Order['outcome'], Tone>> = {
  done: 'ok',
  refused: 'warn',
  failed: 'danger',
  unanswered: 'muted',
}

export function OrdersTab() {
  const words = useWords(auditWords)
  const kit = useWords(kitWords)
  const [search] = useUrlState()
  const [most, setMost] = useState(STEP)
  const filter = filterOf(search)
  const orders = useQuery({
    queryKey: ['audit-log', filter, most],
    // One more than is shown says whether there is more.
    queryFn: ({ signal }) =>
      take(api.auditLog.list({ ...filter, limit: STEP }, { signal }), most + 1),
    placeholderData: keepPreviousData,
    refetchInterval: EVERY_MS,
  })
  const csv = `/v1/audit_log?${new URLSearchParams({ ...filter, format: 'csv', limit: '200' })}`
  return (
    <Stack gap={4}>
      <OrderFilters />
      <Row>
        <a href={csv} download>
          {words.csv}
        </a>
      </Row>
      <Loaded query={orders}>{(items) => <OrderTable orders={items.slice(0, most)} />}</Loaded>
      {(orders.data?.length ?? 0) > most && (
        <Row>
          <Button busy={orders.isFetching} onClick={() => setMost(most + STEP)}>
            {kit.more}
          </Button>
        </Row>
      )}
    </Stack>
  )
}

function OrderTable({ orders }: { readonly orders: readonly Order[] }) {
  const words = useWords(auditWords)
  const subjects: Readonly<Record<string, string>> = words.subjects
  const columns: readonly Column<Order>[] = [
    { id: 'when', label: words.when, cell: ({ at }) => <Time at={at} /> },
    { id: 'who', label: words.who, cell: (order) => <Actor order={order} /> },
    {
      id: 'what',
      label: words.what,
      cell: ({ operation, summary }) => <code title={summary}>{operation}</code>,
    },
    {
      id: 'about',
      label: words.about,
      priority: 1,
      cell: ({ subject }) => subjects[subject] ?? subject,
    },
    {
      id: 'account',
      label: words.account,
      priority: 2,
      cell: ({ account_id: id }) =>
        id === null ? '–' : <Link to={`/a/${encodeURIComponent(id)}`}>{id}</Link>,
    },
    { id: 'said', label: words.said, priority: 1, cell: ({ facts }) => factsText(facts) },
    {
      id: 'outcome',
      label: words.outcome,
      cell: ({ outcome, code }) => (
        <StateWord tone={TONES[outcome]}>
          {words.outcomes[outcome]} {code !== null && <code>{code}</code>}
        </StateWord>
      ),
    },
  ]
  return (
    <Table
      cards
      name={words.tabs.orders}
      columns={columns}
      rows={orders}
      rowKey={(order) => order.order_id}
      empty={<Empty title={words.noOrders} />}
    />
  )
}

function Actor({ order: { actor } }: { readonly order: Order }) {
  const words = useWords(auditWords)
  const roles: Readonly<Record<string, string>> = words.roles
  return (
    <>
      {actor.name ?? `${words.token} ${actor.id}`}
      <br />
      <small>{roles[actor.role] ?? actor.role}</small>
    </>
  )
}

const factsText = (facts: Order['facts']): string =>
  Object.entries(facts)
    .map(([name, value]) => `${name}: ${String(value)}`)
    .join(', ')

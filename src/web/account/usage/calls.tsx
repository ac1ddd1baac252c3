import { type InfiniteData, keepPreviousData, useInfiniteQuery } from '@tanstack/react-query'
import { useCallback } from 'react'
import type { CallListed } from '../../../client/index.ts'
import { accountKey } from '../../app/account.ts'
import { api } from '../../app/client.ts'
import { count } from '../../app/format.ts'
import { HEAVY } from '../../app/live.tsx'
import { useLang } from '../../app/preferences.ts'
import { choiceOf } from '../../app/search.ts'
import { useUrlState } from '../../app/use-search.ts'
import { useWords } from '../../app/words.ts'
import { Button, Empty, Loaded, More, Muted, Panel, Row, Select, Stack } from '../../kit/index.ts'
import { type CallRow, endedRow } from '../../parts/call-row.ts'
import { CallsList } from '../../parts/calls-list.tsx'
import type { UsageExplored } from './data.ts'
import type { Explored } from './query.ts'
import { usageWords } from './words.ts'

const SORTS = ['ended', 'amount'] as const
type Sort = (typeof SORTS)[number]
const PAGE_MAX = 100

interface CallsProps {
  readonly account: string
  readonly own: Explored
  readonly explored: UsageExplored
}

/** The calls behind the sums, page by page from the server; only those in sight are in the page. */
export function Calls({ account, own, explored }: CallsProps) {
  const words = useWords(usageWords)
  const [search, change] = useUrlState()
  const sort = choiceOf(search, 'sort', SORTS)
  const query = useCalls(account, own, explored, sort)
  const { hasNextPage, isFetching, fetchNextPage } = query
  const onEnd = useCallback((): void => {
    if (hasNextPage && !isFetching) void fetchNextPage()
  }, [hasNextPage, isFetching, fetchNextPage])
  return (
    <Panel
      title={words.list}
      actions={
        <Select
          label={words.sort}
          value={sort}
          options={SORTS.map((value) => ({ value, label: words.sorts[value] }))}
          onChange={(value) => change({ sort: value === 'ended' ? undefined : value })}
        />
      }
    >
      <Loaded query={query}>
        {(rows) =>
          rows.length === 0 ? (
            <Empty title={words.nothing} />
          ) : (
            <Stack>
              <CallsList
                key={sort}
                isDated
                account={account}
                currency={explored.currency}
                name={words.list}
                rows={rows}
                onEnd={onEnd}
              />
              <Foot shown={rows.length} all={explored.totals.calls ?? 0} query={query} />
            </Stack>
          )
        }
      </Loaded>
    </Panel>
  )
}

interface FootProps {
  readonly shown: number
  readonly all: number
  readonly query: ReturnType<typeof useCalls>
}

/** How much of the list is here. One that has grown is read again only when somebody says so. */
function Foot({ shown, all, query }: FootProps) {
  const words = useWords(usageWords)
  const lang = useLang()
  return (
    <Row between>
      <Muted>{words.listed(count(shown, lang), count(all, lang))}</Muted>
      <Row>
        {shown > PAGE_MAX && (
          <Button busy={query.isRefetching} onClick={() => void query.refetch()}>
            {words.readAgain}
          </Button>
        )}
        <More query={query} />
      </Row>
    </Row>
  )
}

/** Where a list goes on, within the period that it began with. */
interface Further {
  readonly cursor: string
  readonly interval: { readonly from: string; readonly to?: string }
}

/**
 * More of the list is one page more. The first page follows the account; a list that has grown stays as it was
 * read until somebody asks, or reading on would mean reading all of it again and again.
 */
function useCalls(account: string, own: Explored, explored: UsageExplored, sort: Sort) {
  const { filters, period, from, to } = own
  // A period that runs to now has no end: a call of this second belongs to it.
  const isOpen = period !== 'custom' && period !== 'previous'
  const current = { from: explored.from, ...(!isOpen && { to: explored.to }) }
  return useInfiniteQuery({
    queryKey: accountKey(account, 'explored calls', filters, period, from, to, sort),
    queryFn: async ({ pageParam, signal }) => {
      const interval = pageParam?.interval ?? current
      const at = pageParam ? { cursor: pageParam.cursor } : {}
      const asked = { ...filters, ...interval, ...at, sort, limit: PAGE_MAX }
      const { items, next_cursor } = await api.calls.page(account, asked, { signal })
      const further = next_cursor === null ? null : { cursor: next_cursor, interval }
      return { items, further }
    },
    initialPageParam: null as Further | null,
    getNextPageParam: ({ further }) => further,
    select: rowsOfPages,
    placeholderData: keepPreviousData,
    meta: HEAVY,
  })
}

type Pages = InfiniteData<{ readonly items: readonly CallListed[] }>

/** A call that was corrected between two pages stands where it came first. */
const rowsOfPages = ({ pages }: Pages): readonly CallRow[] =>
  [
    ...new Map(
      pages
        .flatMap(({ items }) => items)
        .toReversed()
        .map((call) => [call.receipt_id, endedRow(call)]),
    ).values(),
  ].toReversed()

import type { CallListed } from '../../../client/index.ts'
import { wordsOf } from '../../../contract/explain/index.ts'
import { accountKey } from '../../app/account.ts'
import { api } from '../../app/client.ts'
import { useLang } from '../../app/preferences.ts'
import { choiceOf } from '../../app/search.ts'
import { useUrlState } from '../../app/use-search.ts'
import { useWords } from '../../app/words.ts'
import {
  Amount,
  Button,
  type Column,
  Empty,
  Loaded,
  Panel,
  Select,
  Stack,
  Table,
  Time,
} from '../../kit/index.ts'
import { figureOf } from '../../parts/cost.ts'
import { useListing } from '../../parts/listing.ts'
import { ReceiptLink } from '../../parts/screen-link.tsx'
import type { UsageExplored } from './data.ts'
import type { Explored } from './query.ts'
import { usageWords } from './words.ts'

const SORTS = ['ended', 'amount'] as const
const PAGE_MAX = 100

/** The calls behind the sums, page by page from the server. */
export function Calls({
  account,
  own,
  explored,
}: {
  readonly account: string
  readonly own: Explored
  readonly explored: UsageExplored
}) {
  const words = useWords(usageWords)
  const [search, change] = useUrlState()
  const sort = choiceOf(search, 'sort', SORTS)
  // A period that runs to now has no end: a call of this second belongs to it.
  const isOpen = own.period !== 'custom' && own.period !== 'previous'
  const interval = { from: explored.from, ...(!isOpen && { to: explored.to }) }
  const { query, more } = useListing(
    accountKey(account, 'explored calls', own.filters, interval, sort),
    (options) =>
      api.calls.list(account, { ...own.filters, ...interval, sort, limit: PAGE_MAX }, options),
  )
  const columns = useColumns(account)
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
        {({ items, hasMore }) => (
          <Stack>
            <Table
              name={words.list}
              columns={columns}
              rows={items}
              rowKey={({ receipt_id }) => receipt_id}
              empty={<Empty title={words.nothing} />}
            />
            {hasMore && (
              <div>
                <Button onClick={more}>{words.more}</Button>
              </div>
            )}
          </Stack>
        )}
      </Loaded>
    </Panel>
  )
}

function useColumns(account: string): Column<CallListed>[] {
  const words = useWords(usageWords)
  const { verdicts } = wordsOf(useLang())
  return [
    {
      id: 'time',
      label: words.when,
      cell: ({ event_at, receipt_id }) => (
        <ReceiptLink account={account} receipt={receipt_id}>
          <Time at={event_at} />
        </ReceiptLink>
      ),
    },
    {
      id: 'model',
      label: words.model,
      cell: ({ served }) => served.model.served ?? served.model.requested,
    },
    {
      id: 'result',
      label: words.result,
      priority: 2,
      cell: ({ verdict }) => verdicts[verdict.code],
    },
    {
      id: 'cost',
      label: words.cost,
      numeric: true,
      cell: (call) => <Amount {...figureOf(call)} currency={call.currency} />,
    },
  ]
}

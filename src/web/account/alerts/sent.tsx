import { accountKey } from '../../app/account.ts'
import { api } from '../../app/client.ts'
import { textOf } from '../../app/search.ts'
import { useUrlState } from '../../app/use-search.ts'
import { useWords } from '../../app/words.ts'
import { Empty, Loaded, More, Panel, Select, Stack } from '../../kit/index.ts'
import { useGrowingList } from '../../parts/growing-list.ts'
import { AttemptTable } from './attempt-table.tsx'
import { type Attempt, useEndpoints } from './data.ts'
import { alertWords } from './words.ts'

/** Every attempt to deliver, to all places or to one. */
export function Sent({ account }: { readonly account: string }) {
  const words = useWords(alertWords)
  const [search, change] = useUrlState()
  const endpoint_id = textOf(search, 'endpoint')
  const places = useEndpoints(account).data?.items ?? []
  const { query, items, more } = useGrowingList<Attempt>(
    accountKey(account, 'attempts', endpoint_id ?? 'all'),
    (limit, signal) =>
      api.alerts.deliveries(account, { limit, ...(endpoint_id && { endpoint_id }) }, { signal }),
  )
  return (
    <Panel title={words.tabs.sent}>
      <Stack gap={3}>
        {places.length > 0 && (
          <Select
            label={words.where}
            value={endpoint_id ?? ''}
            options={[
              { value: '', label: words.everywhere },
              ...places.map(({ endpoint_id: value, name: label }) => ({ value, label })),
            ]}
            onChange={(own) => change({ endpoint: own === '' ? undefined : own })}
          />
        )}
        <Loaded query={query}>
          {() => (
            <AttemptTable
              account={account}
              items={items}
              empty={
                <Empty title={words.noSent}>
                  <p>{words.noSentWhy}</p>
                </Empty>
              }
            />
          )}
        </Loaded>
        <More query={more} />
      </Stack>
    </Panel>
  )
}

import { useMutation, useQueryClient } from '@tanstack/react-query'
import { accountKey } from '../../app/account.ts'
import { api } from '../../app/client.ts'
import { useReader } from '../../app/preferences.ts'
import { textOf } from '../../app/search.ts'
import { useUrlState } from '../../app/use-search.ts'
import { useWords } from '../../app/words.ts'
import {
  Button,
  Empty,
  Loaded,
  More,
  Panel,
  ProblemNotice,
  Select,
  Stack,
} from '../../kit/index.ts'
import { useGrowingList } from '../../parts/growing-list.ts'
import css from './alerts.module.css'
import type { Told } from './data.ts'
import { KINDS } from './kinds.ts'
import { ToldItem } from './told-item.tsx'
import { alertWords } from './words.ts'

/** What the account was told, the latest first, and which of it the reader has not seen. */
export function ToldList({ account }: { readonly account: string }) {
  const words = useWords(alertWords)
  const reader = useReader()
  const [search, change] = useUrlState()
  const kind = KINDS.find((own) => own === textOf(search, 'kind'))
  const { query, items, more } = useGrowingList<Told>(
    accountKey(account, 'alerts', kind ?? 'all', reader),
    (limit, signal) =>
      api.alerts.list(account, { ...reader, limit, ...(kind && { kind }) }, { signal }),
  )
  return (
    <Panel title={words.tabs.told} actions={<AllSeen account={account} items={items} />}>
      <Stack gap={4}>
        <Select
          label={words.kind}
          value={kind ?? ''}
          options={[
            { value: '', label: words.all },
            ...KINDS.map((value) => ({ value, label: words.kinds[value] })),
          ]}
          onChange={(own) => change({ kind: own === '' ? undefined : own })}
        />
        <Loaded query={query}>
          {() =>
            items.length === 0 ? (
              <Nothing isAll={kind === undefined} />
            ) : (
              <ul className={css.list} aria-label={words.tabs.told}>
                {items.map((own) => (
                  <ToldItem key={own.notification_id} account={account} told={own} />
                ))}
              </ul>
            )
          }
        </Loaded>
        <More query={more} />
      </Stack>
    </Panel>
  )
}

function Nothing({ isAll }: { readonly isAll: boolean }) {
  const words = useWords(alertWords)
  return isAll ? (
    <Empty title={words.none}>
      <p>{words.noneWhy}</p>
    </Empty>
  ) : (
    <Empty title={words.noneMatch} />
  )
}

/** For the reader alone: what others have seen is theirs. */
function AllSeen({
  account,
  items,
}: {
  readonly account: string
  readonly items: readonly Told[]
}) {
  const words = useWords(alertWords)
  const queries = useQueryClient()
  const mark = useMutation({
    mutationFn: (notification_id: string) => api.alerts.markSeen(account, { notification_id }),
    onSuccess: () => queries.invalidateQueries({ queryKey: accountKey(account) }),
  })
  const latest = items.find(({ seen }) => !seen)
  if (mark.error) return <ProblemNotice error={mark.error} />
  if (!latest) return null
  return (
    <Button
      size="small"
      icon="check"
      busy={mark.isPending}
      onClick={() => mark.mutate(latest.notification_id)}
    >
      {words.allSeen}
    </Button>
  )
}

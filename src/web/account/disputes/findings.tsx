import { useMutation, useQueryClient } from '@tanstack/react-query'
import { take } from '../../../client/index.ts'
import { accountKey } from '../../app/account.ts'
import { api } from '../../app/client.ts'
import { useWords } from '../../app/words.ts'
import {
  Button,
  Empty,
  Loaded,
  More,
  Muted,
  Notice,
  Panel,
  ProblemNotice,
  Stack,
} from '../../kit/index.ts'
import { useGrowingList } from '../../parts/growing-list.ts'
import type { Finding } from './data.ts'
import { FindingTable } from './finding-table.tsx'
import { disputeWords } from './words.ts'

/** What our own check has found and given back, and the same check at once. */
export function Findings({ account }: { readonly account: string }) {
  const words = useWords(disputeWords)
  const queries = useQueryClient()
  const { query, items, more } = useGrowingList<Finding>(
    accountKey(account, 'findings'),
    (limit, signal) => api.findings.list(account, { limit }, { signal }),
  )
  const check = useMutation({
    mutationFn: async () => {
      const before = await take(api.findings.list(account, { limit: PAGE }), KNOWN_MAX)
      const known = new Set(before.map(({ finding_key: key }) => key))
      const { items: found } = await api.findings.check(account)
      return found.filter(({ finding_key: key }) => !known.has(key)).length
    },
    onSettled: () => queries.invalidateQueries({ queryKey: accountKey(account) }),
  })
  return (
    <Panel
      title={words.findings}
      actions={
        <Button size="small" icon="search" busy={check.isPending} onClick={() => check.mutate()}>
          {words.check}
        </Button>
      }
    >
      <Stack gap={3}>
        <Muted>{words.findingsLead}</Muted>
        {check.error && <ProblemNotice error={check.error} onRetry={() => check.mutate()} />}
        {check.isSuccess && (
          <Notice
            tone={check.data === 0 ? 'ok' : 'warn'}
            title={check.data === 0 ? words.checkedNothing : words.checkedFound(check.data)}
            alert
          />
        )}
        <Loaded query={query}>
          {() => (
            <FindingTable
              account={account}
              findings={items}
              empty={<Empty title={words.noFindings}>{words.noFindingsWhy}</Empty>}
            />
          )}
        </Loaded>
        <More query={more} />
      </Stack>
    </Panel>
  )
}

const PAGE = 100
const KNOWN_MAX = 2_000

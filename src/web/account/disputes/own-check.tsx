import { useQuery } from '@tanstack/react-query'
import { accountKey, useAccountState } from '../../app/account.ts'
import { api } from '../../app/client.ts'
import { useMay } from '../../app/session.ts'
import { useWords } from '../../app/words.ts'
import { Loaded, Muted, Notice, Stack, useMoneyText } from '../../kit/index.ts'
import { type About, findingsAbout } from './about.ts'
import type { Finding } from './data.ts'
import { FindingTable } from './finding-table.tsx'
import { disputeWords } from './words.ts'

interface OwnCheckProps {
  readonly account: string
  readonly about: About
}

/** Computes the charges again before anything is sent, and says what is wrong with these. */
export function OwnCheck({ account, about }: OwnCheckProps) {
  const words = useWords(disputeWords)
  const may = useMay()
  const query = useQuery({
    // Not below the account's key: entries that come in start no new audit.
    queryKey: ['own_check', accountKey(account)],
    queryFn: ({ signal }) => api.findings.check(account, { signal }),
    enabled: may('findings_read') && !('payment_id' in about),
    staleTime: 60_000,
  })
  if ('payment_id' in about || !may('findings_read')) return null
  if (query.isPending) return <Muted>{words.checking}</Muted>
  return (
    <Loaded query={query}>
      {({ items }) => <Found account={account} about={about} findings={items} />}
    </Loaded>
  )
}

function Found({ account, about, findings }: OwnCheckProps & { findings: readonly Finding[] }) {
  const words = useWords(disputeWords)
  const money = useMoneyText()
  const { data } = useAccountState(account)
  const { own, total, others } = findingsAbout(about, findings)
  const isBack = own.every(({ status }) => status === 'remedied' || status === 'superseded')
  return (
    <Stack gap={2}>
      {own.length === 0 ? (
        <Notice tone="info" title={words.checkBefore}>
          <p>{words.foundNothing}</p>
        </Notice>
      ) : (
        <>
          <Notice
            tone={isBack ? 'ok' : 'warn'}
            title={words.foundWrong(money(total, data?.currency ?? null), own.length)}
          >
            <p>{isBack ? words.alreadyBack : words.offeredNext}</p>
          </Notice>
          <FindingTable account={account} findings={own} empty={null} />
        </>
      )}
      {others > 0 && <Muted>{words.foundElsewhere(others)}</Muted>}
    </Stack>
  )
}

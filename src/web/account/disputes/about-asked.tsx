import { useQuery } from '@tanstack/react-query'
import type { ReactNode } from 'react'
import { accountKey } from '../../app/account.ts'
import { api } from '../../app/client.ts'
import { useMay } from '../../app/session.ts'
import { Loaded } from '../../kit/index.ts'
import type { Asked } from './asked.ts'

/** The receipts that a link speaks of; those of a finding are read first. */
export function About({
  account,
  asked: { receipts, finding = '' },
  children,
}: {
  readonly account: string
  readonly asked: Asked
  readonly children: (receipts: readonly string[]) => ReactNode
}) {
  const isAsked = useMay()('findings_read') && finding !== ''
  const query = useQuery({
    queryKey: accountKey(account, 'finding', finding),
    queryFn: ({ signal }) => api.findings.get(account, finding, { signal }),
    enabled: isAsked,
    retry: false,
  })
  if (!isAsked) return children(receipts)
  return (
    <Loaded query={query}>
      {(found) => children([...new Set([...receipts, ...found.receipts])])}
    </Loaded>
  )
}

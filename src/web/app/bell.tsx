import { useQuery } from '@tanstack/react-query'
import { Link } from '@tanstack/react-router'
import { Icon } from '../kit/icons.tsx'
import { shellWords } from '../words/shell.ts'
import { accountKey } from './account.ts'
import css from './bell.module.css'
import { api } from './client.ts'
import { useMay, useSession } from './session.ts'
import { useWords } from './words.ts'

const EVERY_MS = 30_000
/** More are not told apart. */
const SHOWN_MAX = 99

/** Alerts that the reader has not seen. People of the operator have no bell: they are not who is told. */
export function Bell({ account }: { readonly account: string }) {
  const words = useWords(shellWords)
  const isMember = useSession()?.kind !== 'staff'
  const isOn = useMay()('alerts_read') && isMember
  const { data } = useQuery({
    queryKey: accountKey(account, 'unread'),
    queryFn: ({ signal }) => api.alerts.unread(account, { signal }),
    refetchInterval: EVERY_MS,
    enabled: isOn,
  })
  if (!isOn) return null
  const unread = data?.unread ?? 0
  const label = unread === 0 ? words.noAlerts : words.newAlerts(unread)
  return (
    <Link to={`/a/${account}/alerts`} className={css.bell} aria-label={label} title={label}>
      <Icon name="bell" />
      {unread > 0 && (
        <span className={css.count}>{unread > SHOWN_MAX ? `${SHOWN_MAX}+` : unread}</span>
      )}
    </Link>
  )
}

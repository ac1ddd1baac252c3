import { Link } from '@tanstack/react-router'
import type { ReactNode } from 'react'
import { AREAS } from '../app/areas.ts'
import { useMay } from '../app/session.ts'

/** The address of an account's screen, when there is such a screen and the reader may see it. */
export function useScreenPath(account: string): (screen: string) => string | undefined {
  const may = useMay()
  return (screen) => {
    const area = AREAS.find(({ id }) => id === 'account')
    const found = area?.screens.find(({ path }) => path === screen)
    return found && may(found.permission) ? `/a/${account}/${screen}` : undefined
  }
}

/** A link to a screen of the account; the words alone where there is nothing to go to. */
export function ScreenLink({
  account,
  screen,
  children,
}: {
  readonly account: string
  readonly screen: string
  readonly children: ReactNode
}) {
  const path = useScreenPath(account)(screen)
  return path === undefined ? <span>{children}</span> : <Link to={path}>{children}</Link>
}

/** To the receipt of a call. */
export function ReceiptLink({
  account,
  receipt,
  children,
}: {
  readonly account: string
  readonly receipt: string
  readonly children: ReactNode
}) {
  return <Link to={`/a/${account}/receipts/${receipt}`}>{children}</Link>
}

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
    if (!found || !may(found.permission)) return undefined
    return screen === '' ? `/a/${account}` : `/a/${account}/${screen}`
  }
}

/** A link to a screen of the account; the words alone where there is nothing to go to. */
export function ScreenLink({
  account,
  screen,
  optional = false,
  children,
}: {
  readonly account: string
  readonly screen: string
  /** Nothing at all where there is nothing to go to. */
  readonly optional?: boolean
  readonly children: ReactNode
}) {
  const path = useScreenPath(account)(screen)
  if (path !== undefined) return <Link to={path}>{children}</Link>
  return optional ? null : <span>{children}</span>
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

/** To the journal entry with this number: what a figure is made of that is no call. */
export function EntryLink({
  account,
  seq,
  label,
  children,
}: {
  readonly account: string
  readonly seq: number
  /** For who hears the link without what stands around it. */
  readonly label?: string
  readonly children: ReactNode
}) {
  return (
    <Link to={`/a/${account}/entries/${seq}`} aria-label={label}>
      {children}
    </Link>
  )
}

/** To the entries of a line that is made of several: to the first and to the last. */
export function EntryRange({
  account,
  first,
  last,
}: {
  readonly account: string
  readonly first: number
  readonly last: number
}) {
  const link = (seq: number) => (
    <EntryLink account={account} seq={seq}>
      {seq}
    </EntryLink>
  )
  if (first === last) return link(first)
  return (
    <span>
      {link(first)}–{link(last)}
    </span>
  )
}

import { Outlet, useRouter, useRouterState } from '@tanstack/react-router'
import { useEffect, useRef } from 'react'
import { shellWords } from '../words/shell.ts'
import { LiveRegion } from './announce.tsx'
import { PortalLook } from './portal-look.tsx'
import css from './root.module.css'
import { useSession } from './session.ts'
import { StepUp } from './step-up.tsx'
import { useWords } from './words.ts'

/** Around every screen: the skip link, the one live region, and the focus after going somewhere. */
export function Root() {
  const words = useWords(shellWords)
  useFocusOnArrival()
  useSessionEnd()
  return (
    <>
      <PortalLook />
      <a className={css.skip} href="#content" data-screen-only>
        {words.skip}
      </a>
      <Outlet />
      <StepUp />
      <LiveRegion />
    </>
  )
}

/** Whoever goes to another screen is put at its head, as with a new page. */
function useFocusOnArrival(): void {
  const path = useRouterState({ select: ({ resolvedLocation }) => resolvedLocation?.pathname })
  const before = useRef<string | undefined>(undefined)
  useEffect(() => {
    if (path === undefined) return
    const isFirst = before.current === undefined
    const isNew = before.current !== path
    before.current = path
    if (isNew && !isFirst) document.querySelector<HTMLElement>('main h1')?.focus()
  }, [path])
}

/** Whose session has ended is asked to sign in, and comes back to the same page. */
function useSessionEnd(): void {
  const session = useSession()
  const router = useRouter()
  const wasSignedIn = useRef(false)
  useEffect(() => {
    if (session === null && wasSignedIn.current) void router.invalidate()
    if (session !== undefined) wasSignedIn.current = session !== null
  }, [session, router])
}

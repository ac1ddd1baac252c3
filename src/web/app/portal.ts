import { useSyncExternalStore } from 'react'
import { openIn } from './preferences.ts'
import type { Session } from './session.ts'

export type Portal = NonNullable<Session['portal']>

const KEY = 'everycent.portal'

/** Of this tab: after its session has ended, a portal still has to say where its reader came from. */
function stored(): Portal | null {
  try {
    return JSON.parse(sessionStorage.getItem(KEY) ?? 'null') as Portal | null
  } catch {
    // Storage that a browser forbids in frames: it holds until the page is loaded anew.
    return null
  }
}

let current: Portal | null = stored()
const listeners = new Set<() => void>()

function keep(portal: Portal | null): void {
  if (JSON.stringify(portal) === JSON.stringify(current)) return
  current = portal
  try {
    if (portal === null) sessionStorage.removeItem(KEY)
    else sessionStorage.setItem(KEY, JSON.stringify(portal))
  } catch {
    // As above.
  }
  for (const listener of listeners) listener()
}

/** A link was opened: what it says holds for this tab. */
export function enterPortal(portal: Portal): void {
  openIn(portal.lang)
  keep(portal)
}

/** The session as the server knows it now: of a portal, of somebody else, or of nobody any more. */
export function followSession(session: Session | null): void {
  if (session === null) return
  const { portal } = session
  if (portal === null && current !== null) openIn(null)
  // Loaded anew where browsers keep nothing for frames.
  if (portal !== null && current === null) openIn(portal.lang)
  keep(portal)
}

const subscribe = (listener: () => void): (() => void) => {
  listeners.add(listener)
  return () => listeners.delete(listener)
}

/** The portal that this tab is, or was when its session ended; `null`: it is none. */
export const usePortal = (): Portal | null => useSyncExternalStore(subscribe, portalOfTab)

const portalOfTab = (): Portal | null => current

/** Whether nobody signs in here by itself: in a portal, and in any frame. */
export const isPortalOnly = (): boolean => current !== null || window.self !== window.top

export type Over = 'closed' | 'expired'

/** The page that says what next, after a portal has ended. */
export const portalOver = (over: Over): string => `/portal?over=${over}`

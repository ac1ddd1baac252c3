import type { QueryClient } from '@tanstack/react-query'
import {
  type AnyRoute,
  createRootRoute,
  createRoute,
  createRouter,
  lazyRouteComponent,
  redirect,
} from '@tanstack/react-router'
import { AREAS } from './areas.ts'
import { BrokenScreen, NoSuchScreen, Waiting } from './fallbacks.tsx'
import { AreaFrame } from './frame.tsx'
import { homeOf } from './home.ts'
import { isPortalOnly, portalOver } from './portal.ts'
import { Root } from './root.tsx'
import type { Area } from './screens.ts'
import { parseSearch, stringifySearch } from './search.ts'
import { type Session, sessionQuery } from './session.ts'

/** Every screen of every area, each loaded when it is gone to. */
export function makeRouter(queries: QueryClient) {
  const root = createRootRoute({ component: Root, notFoundComponent: NoSuchScreen })
  const signedIn = async (href: string) => {
    const { session } = await queries.ensureQueryData(sessionQuery)
    if (session === null)
      throw redirect({
        href: isPortalOnly() ? portalOver('expired') : `/sign-in?next=${encodeURIComponent(href)}`,
      })
    return session
  }
  const home = createRoute({
    getParentRoute: () => root,
    path: '/home',
    beforeLoad: async ({ location }) => {
      throw redirect({ href: homeOf(await signedIn(location.href)) })
    },
  })
  const receipt = createRoute({
    getParentRoute: () => root,
    path: '/r/$receipt',
    beforeLoad: async ({ location, params }) => {
      const session = await signedIn(location.href)
      const account = session.account?.id
      throw redirect({
        href: account === undefined ? '/home' : `/a/${account}/receipts/${params.receipt}`,
      })
    },
  })
  const areas = AREAS.map((area) => areaRoute(area, root, signedIn))
  return createRouter({
    routeTree: root.addChildren([home, receipt, ...areas]),
    parseSearch,
    stringifySearch,
    defaultPreload: 'intent',
    defaultPendingComponent: Waiting,
    defaultErrorComponent: BrokenScreen,
    scrollRestoration: true,
  })
}

interface Asked {
  readonly href: string
  readonly pathname: string
}

/** A portal shows the screens of its account and nothing else; to others the server says what is theirs. */
function isShownTo({ portal, account }: Session, path: string): boolean {
  if (portal === null) return true
  const own = `/a/${account?.id}`
  return path === own || path.startsWith(`${own}/`)
}

function areaRoute(
  area: Area,
  root: AnyRoute,
  signedIn: (href: string) => Promise<Session>,
): AnyRoute {
  const isOpen = area.id === 'session'
  const frame = createRoute({
    getParentRoute: () => root,
    ...(isOpen ? { id: area.id } : { path: area.base }),
    ...(isOpen && {
      beforeLoad: async ({ location }: { location: Asked }) => {
        if (location.pathname !== '/security') return
        const session = await signedIn(location.href)
        if (session.portal !== null) throw redirect({ href: '/home' })
      },
    }),
    ...(!isOpen && {
      component: () => <AreaFrame area={area} />,
      beforeLoad: async ({ location }: { location: Asked }) => {
        const session = await signedIn(location.href)
        if (!isShownTo(session, location.pathname)) throw redirect({ href: '/home' })
      },
    }),
  })
  const screens = area.screens.map(({ path, load, permission }) =>
    createRoute({
      getParentRoute: () => frame,
      path: path === '' ? '/' : path,
      component: lazyRouteComponent(load),
      ...(permission && { staticData: { permission } }),
    }),
  )
  return frame.addChildren(screens) as unknown as AnyRoute
}

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
import { Root } from './root.tsx'
import type { Area } from './screens.ts'
import { parseSearch, stringifySearch } from './search.ts'
import { sessionQuery } from './session.ts'

/** Every screen of every area, each loaded when it is gone to. */
export function makeRouter(queries: QueryClient) {
  const root = createRootRoute({ component: Root, notFoundComponent: NoSuchScreen })
  const signedIn = async (href: string) => {
    const { session } = await queries.ensureQueryData(sessionQuery)
    if (session === null) throw redirect({ href: `/sign-in?next=${encodeURIComponent(href)}` })
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

function areaRoute(
  area: Area,
  root: AnyRoute,
  signedIn: (href: string) => Promise<unknown>,
): AnyRoute {
  const isOpen = area.id === 'session'
  const beforeLoad = async ({ location }: { location: { href: string } }): Promise<void> => {
    await signedIn(location.href)
  }
  const frame = createRoute({
    getParentRoute: () => root,
    ...(isOpen ? { id: area.id } : { path: area.base }),
    ...(!isOpen && { component: () => <AreaFrame area={area} />, beforeLoad }),
  })
  const screens = area.screens.map(({ path, load, needsSession }) =>
    createRoute({
      getParentRoute: () => frame,
      path: path === '' ? '/' : path,
      component: lazyRouteComponent(load),
      ...(needsSession && { beforeLoad }),
    }),
  )
  return frame.addChildren(screens) as unknown as AnyRoute
}

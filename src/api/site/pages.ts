/** Where the link of a portal leads. */
export const PORTAL_ENTRY = '/portal'

/** Those that a portal shows: nothing else is ever shown in a frame. */
export const OF_PORTALS: readonly string[] = [PORTAL_ENTRY, '/r/*', '/a/*']

/**
 * Addresses of screens, in the router's words. Everything below them is the web app's own to tell apart;
 * an address that is none of these stays an address of the API.
 */
export const PAGES = [
  '/home',
  '/sign-in',
  '/sign-in/oidc',
  '/portal',
  '/security',
  '/r/*',
  '/a/*',
  '/support',
  '/support/*',
  '/operator',
  '/operator/*',
] as const

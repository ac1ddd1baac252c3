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

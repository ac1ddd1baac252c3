/** Portals: one account, shown by another product. */
export interface PortalConfig {
  /** Origins that may show a portal in a frame; none: nobody. */
  readonly frameOrigins: readonly string[]
  /** Origins that a portal may lead back to. */
  readonly returnOrigins: readonly string[]
}

interface Reading {
  readonly text: (path: string, env: string) => string | undefined
  readonly problem: (what: string, next: string) => void
}

export function portalOf(reading: Reading, publicUrl: string | undefined): PortalConfig {
  const frameOrigins = originsOf('portal.frame_origins', reading)
  const returnOrigins = originsOf('portal.return_origins', reading)
  if (frameOrigins.length > 0 && !takesSecureCookies(publicUrl))
    reading.problem(
      'portal.frame_origins is set, but public_url is not an https address.',
      'Set public_url (EVERYCENT_PUBLIC_URL): in a frame of another site browsers keep cookies of https only.',
    )
  return { frameOrigins, returnOrigins }
}

const LOCAL = ['localhost', '127.0.0.1', '[::1]']

/** Browsers treat the own machine as if it was reached over TLS. */
const takesSecureCookies = (publicUrl: string | undefined): boolean =>
  publicUrl !== undefined &&
  URL.canParse(publicUrl) &&
  (publicUrl.startsWith('https:') || LOCAL.includes(new URL(publicUrl).hostname))

function originsOf(path: string, { text, problem }: Reading): readonly string[] {
  const env = `EVERYCENT_${path.replace('.', '_').toUpperCase()}`
  const given = (text(path, env) ?? '').split(/[\s,]+/).filter((one) => one !== '')
  for (const one of given) {
    const why = faultOf(one)
    if (why !== null) problem(`${path} (${env}) has ${JSON.stringify(one)}, which ${why}.`, NEXT)
  }
  return [...new Set(given.map((one) => (URL.canParse(one) ? new URL(one).origin : one)))]
}

const NEXT =
  'Write each as https://app.example.com, with its port where it has one, and a space between two.'

/** Why a text is not the origin of a site; `null`: it is one. */
function faultOf(text: string): string | null {
  if (/[*\\;'"]/.test(text)) return 'stands for more than one site, or for none'
  if (!URL.canParse(text)) return 'is no address'
  const { protocol, hostname, origin } = new URL(text)
  if (protocol !== 'https:' && !(protocol === 'http:' && LOCAL.includes(hostname)))
    return 'is not reached over https'
  return text.toLowerCase().replace(/\/$/, '').replace(/:443$/, '') === origin
    ? null
    : 'has more than scheme, host and port'
}

import { type PortalChoice, readPortalTheme } from '../../store/control/index.ts'
import type { Services } from '../deps.ts'

/** What the web app shows of a portal: how it looks, and where it leads back to. */
export async function portalAnswer(choice: PortalChoice | null, services: Services) {
  const { theme, return_url: url, lang } = choice ?? { theme: null, return_url: null, lang: null }
  const look = theme === null ? null : ((await readPortalTheme(services.pool, theme))?.look ?? null)
  // Read anew each time: an origin that the operator has taken out leads nowhere from then on.
  const back = url === null ? null : returnAddress(url, services)
  return {
    look,
    back: back && { url: back.href, name: look?.name ?? back.host },
    lang,
  }
}

/** An address to go back to, as browsers read it; `null`: it is of no origin that is allowed. */
export function returnAddress(text: string, { portal }: Pick<Services, 'portal'>): URL | null {
  if (!URL.canParse(text)) return null
  const url = new URL(text)
  const isPlain = url.username === '' && url.password === ''
  return isPlain && (portal?.returnOrigins ?? []).includes(url.origin) ? url : null
}

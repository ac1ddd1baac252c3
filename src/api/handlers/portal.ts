import { type Measured, unreadable } from '../../contract/portal/theme.ts'
import { faultAt } from '../../contract/problem-words/faults.ts'
import type { Look } from '../../contract/schemas/portal.ts'
import { formatInstant, instant } from '../../core/time/index.ts'
import {
  createLink,
  listPortalThemes,
  type PortalTheme,
  putPortalTheme,
  readPortalTheme,
  removePortalTheme,
} from '../../store/control/index.ts'
import { created, type Handlers, ok } from '../handler.ts'
import { needAccount, needMember } from '../need-account.ts'
import { ProblemError } from '../problem-answer.ts'
import { noted } from '../session/events.ts'
import { returnAddress } from '../session/portal-answer.ts'

type Portal = 'createPortalLink' | 'listPortalThemes' | 'setPortalTheme' | 'removePortalTheme'

const LINK_S = 300
const RADIUS_PX = 10

export const portalHandlers: Handlers<Portal> = {
  createPortalLink: async ({ params, body }, services) => {
    const { pool, nowMs } = services
    const at = instant(nowMs())
    const { account_id: accountId } = params
    const memberId = body.member_id ?? null
    if (memberId === null) await needAccount(pool, accountId)
    else await needMember(pool, { accountId, memberId })
    const { theme = null, return_url: url = null, lang = null } = body
    if (theme !== null && (await readPortalTheme(pool, theme)) === null)
      throw new ProblemError('portal_theme_unknown')
    const back = url === null ? null : returnAddress(url, services)
    if (url !== null && back === null) throw new ProblemError('return_url_refused')
    const expiresAt = instant(at + (body.expires_in_s ?? LINK_S) * 1_000)
    const role = memberId === null ? (body.role ?? 'usage_viewer') : null
    const person = { accountId, memberId }
    const portal = { theme, return_url: back?.href ?? null, lang }
    const token = await createLink(pool, { person, kind: 'portal', role, portal, at, expiresAt })
    await noted({ person, kind: 'link_made', way: 'portal_link' }, null, services)
    return created({ path: `/portal#token=${token}`, expires_at: formatInstant(expiresAt) })
  },

  listPortalThemes: async (_inbound, { pool, nowMs }) => {
    const items = await listPortalThemes(pool)
    return ok({ items: items.map(themeJson), as_of: formatInstant(instant(nowMs())) })
  },

  setPortalTheme: async ({ body }, { pool, nowMs }) => {
    const faults = unreadable(body)
    if (faults.length > 0)
      throw new ProblemError('portal_theme_unreadable', { errors: faults.map(faultJson) })
    const { name, light, dark, font = 'system', radius_px = RADIUS_PX } = body
    const mark = body.mark ?? [...name][0] ?? ''
    const look: Look = { name, mark, font, radius_px, light, dark }
    const theme = { themeId: body.theme_id, look, updatedAt: instant(nowMs()) }
    const put = await putPortalTheme(pool, theme)
    if (put === null) throw new ProblemError('portal_theme_limit_reached')
    return ok(themeJson(put))
  },

  removePortalTheme: async ({ params }, { pool, nowMs }) => {
    if (!(await removePortalTheme(pool, params.theme_id)))
      throw new ProblemError('portal_theme_unknown')
    return ok({ theme_id: params.theme_id, as_of: formatInstant(instant(nowMs())) })
  },
}

const themeJson = ({ themeId, look, updatedAt }: PortalTheme) => ({
  theme_id: themeId,
  ...look,
  updated_at: formatInstant(updatedAt),
})

const faultJson = ({ scheme, by, front, back, ratio, least }: Measured) =>
  faultAt(`body/${scheme}/${by}`, 'theme_contrast', { front, back, ratio, by, least })

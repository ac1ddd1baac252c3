import Type from 'typebox'
import {
  OfTheme,
  SetThemeSchema,
  ThemeListSchema,
  ThemeRemovedSchema,
  ThemeSchema,
} from '../schemas/portal.ts'
import { AccountId, strict } from '../schemas/primitives.ts'
import { LinkSchema, NewPortalLinkSchema } from '../schemas/sessions.ts'
import { route } from './route.ts'

const ofThemes = { permission: 'operator', idempotency: 'none', tag: 'Portal' } as const

export const portalRoutes = {
  createPortalLink: route({
    method: 'POST',
    path: '/v1/accounts/{account_id}/portal_links',
    permission: 'staff_write',
    idempotency: 'none',
    tag: 'Portal',
    summary: 'Make a short-lived link into one account, for your own product to show',
    description:
      'Works once; the session that follows lasts an hour at most, for this account only.',
    params: Type.Object({ account_id: AccountId }, strict),
    body: NewPortalLinkSchema,
    success: { status: 201, description: 'The link.', schema: LinkSchema },
    problems: ['account_unknown', 'member_unknown', 'portal_theme_unknown', 'return_url_refused'],
  }),
  listPortalThemes: route({
    ...ofThemes,
    method: 'GET',
    path: '/v1/portal_themes',
    summary: 'List the themes of portals',
    success: { status: 200, description: 'By their ids.', schema: ThemeListSchema },
    problems: [],
  }),
  setPortalTheme: route({
    ...ofThemes,
    method: 'POST',
    path: '/v1/portal_themes',
    summary: 'Set how portals of a theme look, now and in sessions that are open',
    description:
      'Refused where words would be hard to read: each pair of colours needs the contrast of WCAG 2.2 AA.',
    body: SetThemeSchema,
    success: { status: 200, description: 'The theme.', schema: ThemeSchema },
    problems: ['portal_theme_unreadable', 'portal_theme_limit_reached'],
  }),
  removePortalTheme: route({
    ...ofThemes,
    method: 'DELETE',
    path: '/v1/portal_themes/{theme_id}',
    summary: 'Remove a theme; portals that are open look as the app itself',
    params: OfTheme,
    success: { status: 200, description: 'It is removed.', schema: ThemeRemovedSchema },
    problems: ['portal_theme_unknown'],
  }),
} as const

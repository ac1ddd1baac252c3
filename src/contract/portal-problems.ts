import { row } from './problem-row.ts'

/** What goes wrong with portals in other products. */
export const PORTAL_PROBLEMS = {
  portal_theme_unknown: row(404, 'Theme not found', 'There is no theme of portals with this id.'),
  portal_theme_unreadable: row(
    422,
    'Theme is hard to read',
    'Colours of the theme that lie on one another have too little contrast. `errors` names each pair, its ratio and the least.',
  ),
  portal_theme_limit_reached: row(
    409,
    'Too many themes',
    'There are 100 themes of portals already. Remove one that no link names any more.',
  ),
  return_url_refused: row(
    422,
    'Address to go back to is not allowed',
    'A portal leads back to addresses of the origins in `portal.return_origins` only; they are the operator’s to set.',
  ),
} as const

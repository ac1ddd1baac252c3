import type pg from 'pg'
import type { Look } from '../../contract/schemas/portal.ts'
import { formatInstant, type Instant, instant } from '../../core/time/index.ts'

/** How portals look, by the name that their links say. */
export interface PortalTheme {
  readonly themeId: string
  readonly look: Look
  readonly updatedAt: Instant
}

interface Row {
  readonly theme_id: string
  readonly look: Look
  readonly updated_at: Date
}

const themeOf = (row: Row): PortalTheme => ({
  themeId: row.theme_id,
  look: row.look,
  updatedAt: instant(row.updated_at.getTime()),
})

const COLUMNS = 'theme_id, look, updated_at'

export async function listPortalThemes(pool: pg.Pool): Promise<readonly PortalTheme[]> {
  const { rows } = await pool.query<Row>(
    `select ${COLUMNS} from control.portal_theme order by theme_id`,
  )
  return rows.map(themeOf)
}

/** `null`: there is none with this id. */
export async function readPortalTheme(pool: pg.Pool, themeId: string): Promise<PortalTheme | null> {
  const { rows } = await pool.query<Row>(
    `select ${COLUMNS} from control.portal_theme where theme_id = $1::text`,
    [themeId],
  )
  return rows[0] ? themeOf(rows[0]) : null
}

const THEMES_MAX = 100

const PUT = `
  insert into control.portal_theme as own (theme_id, look, updated_at)
  select $1::text, $2::jsonb, $3::timestamptz
  where exists (select from control.portal_theme where theme_id = $1::text)
    or (select count(*) from control.portal_theme) < $4::integer
  on conflict (theme_id) do update set look = excluded.look, updated_at = excluded.updated_at
  returning ${COLUMNS}`

/** `null`: there are too many, and this one is new. */
export async function putPortalTheme(
  pool: pg.Pool,
  theme: PortalTheme,
): Promise<PortalTheme | null> {
  const values = [theme.themeId, JSON.stringify(theme.look), formatInstant(theme.updatedAt)]
  const { rows } = await pool.query<Row>(PUT, [...values, THEMES_MAX])
  return rows[0] ? themeOf(rows[0]) : null
}

/** Whether there was one. */
export async function removePortalTheme(pool: pg.Pool, themeId: string): Promise<boolean> {
  const { rowCount } = await pool.query(
    'delete from control.portal_theme where theme_id = $1::text',
    [themeId],
  )
  return rowCount === 1
}

import type pg from 'pg'
import type { EntryBody } from '../../core/ledger/entry.ts'

interface Change {
  readonly seq: number
  readonly at: string
  readonly actor: { readonly type: string; readonly id: string }
}

/** Entries that are looked through for the one that has changed a cap. */
const LOOKED_AT = 50

const KINDS = {
  controls: ['set_controls', 'decide_raise'],
  auto_reload: ['set_auto_reload'],
} as const

/** The latest entry that has changed what a field names (`paid_use`, `caps.<id>`); `null`: none of late. */
export async function latestChange(
  pool: pg.Pool,
  about: { readonly accountId: string; readonly of: keyof typeof KINDS },
  field: string,
): Promise<Change | null> {
  const { rows } = await pool.query<{ body: EntryBody }>(
    `select body from accounts.entry
     where account_id = $1::text and kind = any($2::text[]) order by seq desc limit $3::integer`,
    [about.accountId, KINDS[about.of], LOOKED_AT],
  )
  const found = rows.find(({ body }) => !body.refused && changes(body, field))?.body
  return found ? { seq: found.seq, at: found.at, actor: actorOf(found) } : null
}

/** Not from where it was ordered: that is for the journal. */
const actorOf = ({ actor: { type, id } }: EntryBody) => ({ type, id })

function changes({ controls, raise, auto_reload, reload_paused }: EntryBody, field: string) {
  if (field === 'auto_reload') return auto_reload !== undefined && reload_paused === undefined
  if (field === 'paid_use') return controls?.paid_use !== undefined
  const capId = field.replace(/^caps\./, '')
  return (
    (controls?.caps ?? []).some(({ id }) => id === capId) ||
    (controls?.removed_caps ?? []).includes(capId) ||
    raise?.cap_id === capId
  )
}

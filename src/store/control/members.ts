import type pg from 'pg'
import type { Role } from '../../contract/permissions.ts'
import type { ActorFacts } from '../../core/ledger/entry.ts'
import { formatInstant, type Instant, instant } from '../../core/time/index.ts'
import { inTransaction } from '../transaction.ts'

export interface MemberRecord {
  readonly accountId: string
  readonly memberId: string
  readonly name: string
  readonly email: string | null
  readonly role: Role
  readonly status: 'active' | 'removed'
  /** One more with every change. */
  readonly version: number
  readonly createdAt: Instant
  readonly updatedAt: Instant
}

/** What a member was made, by whom and when. */
export interface MemberChange
  extends Pick<MemberRecord, 'version' | 'name' | 'email' | 'role' | 'status'> {
  readonly at: Instant
  readonly actor: ActorFacts
}

export interface By {
  readonly at: Instant
  readonly actor: ActorFacts
}

const COLUMNS = 'account_id, member_id, name, email, role, status, version, created_at, updated_at'

interface MemberRow {
  readonly account_id: string
  readonly member_id: string
  readonly name: string
  readonly email: string | null
  readonly role: Role
  readonly status: 'active' | 'removed'
  readonly version: number
  readonly created_at: Date
  readonly updated_at: Date
}

const recordOf = (row: MemberRow): MemberRecord => ({
  accountId: row.account_id,
  memberId: row.member_id,
  name: row.name,
  email: row.email,
  role: row.role,
  status: row.status,
  version: row.version,
  createdAt: instant(row.created_at.getTime()),
  updatedAt: instant(row.updated_at.getTime()),
})

export type NewMember = Pick<MemberRecord, 'accountId' | 'memberId' | 'name' | 'email' | 'role'>

/** Adds a member. The same again is what it was; other content under the same id is `taken`. */
export const addMember = (
  pool: pg.Pool,
  member: NewMember,
  by: By,
): Promise<{ readonly status: 'added' | 'same' | 'taken'; readonly member: MemberRecord }> =>
  inTransaction(pool, async (client) => {
    const inserted = await client.query<MemberRow>(
      `insert into control.member (${COLUMNS})
       values ($1::text, $2::text, $3::text, $4::text, $5::text, 'active', 1, $6::timestamptz,
         $6::timestamptz)
       on conflict do nothing returning ${COLUMNS}`,
      [
        member.accountId,
        member.memberId,
        member.name,
        member.email,
        member.role,
        formatInstant(by.at),
      ],
    )
    const added = inserted.rows[0] && recordOf(inserted.rows[0])
    if (added) {
      await keepChange(client, added, by)
      return { status: 'added', member: added }
    }
    const known = await readMember(client, member)
    if (!known) throw new Error(`member ${member.memberId} is neither added nor known`)
    const first = await firstForm(client, member)
    const same = known.status === 'active' && first === formOf(member)
    return { status: same ? 'same' : 'taken', member: known }
  })

const formOf = (own: Pick<MemberRecord, 'name' | 'email' | 'role'>): string =>
  JSON.stringify([own.name, own.email, own.role])

/** What the member was added as: a repeat of that is a repeat, whatever has been changed since. */
async function firstForm(
  client: Pick<pg.ClientBase, 'query'>,
  member: Pick<MemberRecord, 'accountId' | 'memberId'>,
): Promise<string | null> {
  const { rows } = await client.query<Pick<MemberRow, 'name' | 'email' | 'role'>>(
    `select name, email, role from control.member_change
     where account_id = $1::text and member_id = $2::text and version = 1`,
    [member.accountId, member.memberId],
  )
  return rows[0] ? formOf(rows[0]) : null
}

async function keepChange(client: pg.ClientBase, member: MemberRecord, by: By): Promise<void> {
  await client.query(
    `insert into control.member_change
       (account_id, member_id, version, name, email, role, status, at, actor)
     values ($1::text, $2::text, $3::integer, $4::text, $5::text, $6::text, $7::text,
       $8::timestamptz, $9::json)`,
    [
      member.accountId,
      member.memberId,
      member.version,
      member.name,
      member.email,
      member.role,
      member.status,
      formatInstant(by.at),
      JSON.stringify(by.actor),
    ],
  )
}

export interface MemberUpdate {
  readonly accountId: string
  readonly memberId: string
  readonly name?: string
  readonly email?: string | null
  readonly role?: Role
  readonly status?: 'active' | 'removed'
}

export type MemberChanged =
  | { readonly status: 'changed'; readonly member: MemberRecord }
  | { readonly status: 'unknown' | 'last_owner' | 'not_allowed' }

/**
 * Changes a member. An account that has owners keeps one. The keys of a member who is removed, or who
 * becomes an owner or a billing member, end in the same transaction: others may know them.
 * @param may whether the caller may change a member of this role, before and after.
 */
export const changeMember = (
  pool: pg.Pool,
  update: MemberUpdate,
  by: By,
  may: (role: Role) => boolean,
): Promise<MemberChanged> =>
  inTransaction(pool, async (client): Promise<MemberChanged> => {
    const owners = await lockOwners(client, update)
    const before = await readMember(client, update)
    if (!before) return { status: 'unknown' }
    const after = { ...before, ...given(update) }
    if (!may(before.role) || !may(after.role)) return { status: 'not_allowed' }
    if (isSame(before, after)) return { status: 'changed', member: before }
    const leaves = isOwner(before) && !isOwner(after)
    if (leaves && owners.every((id) => id === before.memberId)) return { status: 'last_owner' }
    const member = await writeMember(client, after, by)
    await keepChange(client, member, by)
    if (member.status === 'removed' || outranks(before, member))
      await endKeys(client, member, by.at)
    return { status: 'changed', member }
  })

const given = ({ accountId: _a, memberId: _m, ...changes }: MemberUpdate) =>
  Object.fromEntries(Object.entries(changes).filter(([, value]) => value !== undefined)) as Partial<
    Pick<MemberRecord, 'name' | 'email' | 'role' | 'status'>
  >

const isSame = (a: MemberRecord, b: MemberRecord): boolean =>
  formOf(a) === formOf(b) && a.status === b.status

const isOwner = (own: MemberRecord): boolean => own.role === 'owner' && own.status === 'active'

/** Roles that an admin may not give: a key that an admin made must not come to have one. */
const RESERVED: readonly Role[] = ['owner', 'billing']

const outranks = (before: MemberRecord, after: MemberRecord): boolean =>
  before.role !== after.role && RESERVED.includes(after.role)

/** Two who remove an owner each wait for one another here. */
async function lockOwners(
  client: pg.ClientBase,
  { accountId }: Pick<MemberUpdate, 'accountId'>,
): Promise<readonly string[]> {
  const { rows } = await client.query<{ member_id: string; role: Role; status: string }>(
    `select member_id, role, status from control.member where account_id = $1::text
     order by member_id for update`,
    [accountId],
  )
  return rows
    .filter((row) => row.role === 'owner' && row.status === 'active')
    .map((row) => row.member_id)
}

async function writeMember(
  client: pg.ClientBase,
  member: MemberRecord,
  by: By,
): Promise<MemberRecord> {
  const { rows } = await client.query<MemberRow>(
    `update control.member
     set name = $3::text, email = $4::text, role = $5::text, status = $6::text,
         version = version + 1, updated_at = $7::timestamptz
     where account_id = $1::text and member_id = $2::text
     returning ${COLUMNS}`,
    [
      member.accountId,
      member.memberId,
      member.name,
      member.email,
      member.role,
      member.status,
      formatInstant(by.at),
    ],
  )
  return recordOf(rows[0]!)
}

async function endKeys(client: pg.ClientBase, member: MemberRecord, at: Instant): Promise<void> {
  await client.query(
    `update control.api_key set revoked_at = coalesce(revoked_at, $3::timestamptz)
     where account_id = $1::text and member_id = $2::text`,
    [member.accountId, member.memberId, formatInstant(at)],
  )
}

export async function readMember(
  client: Pick<pg.ClientBase, 'query'>,
  member: { readonly accountId: string; readonly memberId: string },
): Promise<MemberRecord | null> {
  const { rows } = await client.query<MemberRow>(
    `select ${COLUMNS} from control.member
     where account_id = $1::text and member_id = $2::text`,
    [member.accountId, member.memberId],
  )
  return rows[0] ? recordOf(rows[0]) : null
}

const LISTED_MAX = 10_000

export async function listMembers(
  pool: pg.Pool,
  accountId: string,
): Promise<readonly MemberRecord[]> {
  const { rows } = await pool.query<MemberRow>(
    `select ${COLUMNS} from control.member where account_id = $1::text
     order by member_id limit $2::integer`,
    [accountId, LISTED_MAX],
  )
  return rows.map(recordOf)
}

/** Whether somebody owns the account: then paid use is theirs to switch. */
export async function hasOwner(pool: pg.Pool, accountId: string): Promise<boolean> {
  const { rows } = await pool.query(
    `select 1 from control.member
     where account_id = $1::text and role = 'owner' and status = 'active' limit 1`,
    [accountId],
  )
  return rows.length > 0
}

/** The latest first. */
export async function memberHistory(
  pool: pg.Pool,
  member: { readonly accountId: string; readonly memberId: string },
): Promise<readonly MemberChange[]> {
  const { rows } = await pool.query<
    Pick<MemberRow, 'version' | 'name' | 'email' | 'role' | 'status'> & {
      readonly at: Date
      readonly actor: ActorFacts
    }
  >(
    `select version, name, email, role, status, at, actor from control.member_change
     where account_id = $1::text and member_id = $2::text
     order by version desc limit $3::integer`,
    [member.accountId, member.memberId, LISTED_MAX],
  )
  return rows.map((row) => ({ ...row, at: instant(row.at.getTime()) }))
}

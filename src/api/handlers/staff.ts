import type { Language } from '../../contract/explain/words.ts'
import { staffInvitationMessage } from '../../contract/letter/invitation.ts'
import { formatInstant, instant } from '../../core/time/index.ts'
import {
  addStaff,
  changeStaff,
  hasComeIn,
  listStaff,
  openInvitations,
  renewStaffToken,
  type StaffRecord,
  staffOfEmail,
  takeBackInvitations,
} from '../../store/control/index.ts'
import type { Services } from '../deps.ts'
import { created, type Handlers, ok } from '../handler.ts'
import { ProblemError } from '../problem-answer.ts'
import { invited } from '../session/invited.ts'

type Staff =
  | 'addStaff'
  | 'listStaff'
  | 'changeStaff'
  | 'removeStaff'
  | 'renewStaffToken'
  | 'inviteStaff'
  | 'takeBackStaffInvitation'
  | 'listStaffInvitations'

export const staffHandlers: Handlers<Staff> = {
  addStaff: async ({ body }, { pool, ids, nowMs }) => {
    const staffId = body.staff_id ?? ids('staff')
    const own = {
      ...{ staffId, name: body.name, role: body.role },
      email: body.email ?? null,
      at: instant(nowMs()),
    }
    const added = await addStaff(pool, own)
    if (!added) throw new ProblemError('staff_exists')
    return created({ ...staffJson(added.record), token: added.secret })
  },

  listStaff: async (_inbound, { pool, nowMs }) => {
    const items = await listStaff(pool)
    return ok({ items: items.map(staffJson), as_of: formatInstant(instant(nowMs())) })
  },

  changeStaff: async ({ params, body }, { pool, nowMs }) => {
    const holder = body.email ? await staffOfEmail(pool, body.email) : null
    if (holder !== null && holder !== params.staff_id) throw new ProblemError('staff_exists')
    return ok(
      staffJson(
        needed(
          await changeStaff(pool, {
            staffId: params.staff_id,
            name: body.name,
            role: body.role,
            email: body.email,
            at: instant(nowMs()),
          }),
        ),
      ),
    )
  },

  removeStaff: async ({ params }, { pool, nowMs }) => {
    const change = { staffId: params.staff_id, removed: true, at: instant(nowMs()) }
    return ok(staffJson(needed(await changeStaff(pool, change))))
  },

  renewStaffToken: async ({ params }, { pool, nowMs }) => {
    const own = { staffId: params.staff_id, at: instant(nowMs()) }
    const { record, secret } = needed(await renewStaffToken(pool, own))
    return ok({ ...staffJson(record), token: secret })
  },

  inviteStaff: async ({ params, body }, services) => {
    const { staffId, role, email } = await activeStaff(params.staff_id, services)
    const person = { staffId }
    // Whoever has come in once has ways of its own: a link in other hands would be a second self.
    if (await hasComeIn(services.pool, person)) throw new ProblemError('staff_has_come_in')
    const write = (lang: Language, url: string) => staffInvitationMessage(lang, { role, url })
    return created(await invited({ ...body, person, email, write }, services))
  },

  takeBackStaffInvitation: async ({ params }, services) => {
    const { staffId } = await activeStaff(params.staff_id, services)
    const at = instant(services.nowMs())
    await takeBackInvitations(services.pool, { staffId }, at)
    return ok({ as_of: formatInstant(at) })
  },

  listStaffInvitations: async (_inbound, { pool, nowMs }) => {
    const at = instant(nowMs())
    const items = await openInvitations(pool, null, at)
    return ok({
      items: items.map((own) => ({
        staff_id: own.id,
        email: own.email,
        expires_at: formatInstant(own.expiresAt),
      })),
      as_of: formatInstant(at),
    })
  },
}

/** @throws ProblemError staff_unknown */
async function activeStaff(id: string, { pool }: Services): Promise<StaffRecord> {
  const people = await listStaff(pool)
  return needed(people.find(({ staffId, status }) => staffId === id && status === 'active') ?? null)
}

function needed<T>(found: T | null): T {
  if (found === null) throw new ProblemError('staff_unknown')
  return found
}

const staffJson = (record: StaffRecord) => ({
  staff_id: record.staffId,
  name: record.name,
  role: record.role,
  email: record.email,
  status: record.status,
  prefix: record.prefix,
  created_at: formatInstant(record.createdAt),
})

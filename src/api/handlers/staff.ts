import { formatInstant, instant } from '../../core/time/index.ts'
import {
  addStaff,
  changeStaff,
  listStaff,
  renewStaffToken,
  type StaffRecord,
  staffOfEmail,
} from '../../store/control/index.ts'
import { created, type Handlers, ok } from '../handler.ts'
import { ProblemError } from '../problem-answer.ts'

type Staff = 'addStaff' | 'listStaff' | 'changeStaff' | 'removeStaff' | 'renewStaffToken'

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

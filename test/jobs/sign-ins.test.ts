import { expect, it } from 'vitest'
import { DAY_MS, instant } from '../../src/core/time/index.ts'
import { removeOldSignIns } from '../../src/jobs/retention.ts'
import { addSignInEvent, createLink, listSignInEvents } from '../../src/store/control/index.ts'
import { freshDatabase } from '../support/database.ts'

const NOW = Date.parse('2026-11-27T12:00:00Z')
const KEPT_DAYS = 180

it('what happened at the doors is kept so many days, and links for a day after they are over', async () => {
  const { pool } = await freshDatabase()
  const person = { staffId: 'sam' }
  const event = { person, kind: 'signed_in', way: 'password', sessionId: null } as const
  const days = [KEPT_DAYS + 1, KEPT_DAYS, 1]
  for (const age of days)
    await addSignInEvent(pool, {
      ...{ ...event, browser: null, address: null },
      at: instant(NOW - age * DAY_MS),
    })
  for (const overMs of [DAY_MS + 1, DAY_MS, -1])
    await createLink(pool, {
      ...{ person, kind: 'issued', role: null, at: instant(NOW - 9 * DAY_MS) },
      expiresAt: instant(NOW - overMs),
    })
  expect(await removeOldSignIns(pool, KEPT_DAYS, NOW)).toBe(2)
  const kept = await listSignInEvents(pool, {
    ...{ staffId: 'sam', accountId: null, memberId: null, kind: null, before: null, limit: 9 },
  })
  expect(kept.map(({ at }) => (NOW - at) / DAY_MS)).toEqual([1, KEPT_DAYS])
  const { rows } = await pool.query('select count(*)::integer as links from control.sign_in_link')
  expect(rows).toEqual([{ links: 2 }])
  expect(await removeOldSignIns(pool, KEPT_DAYS, NOW)).toBe(0)
})

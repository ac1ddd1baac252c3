import { expect, test } from 'vitest'
import { parseIncident } from '../../src/core/incidents/index.ts'
import { instant } from '../../src/core/time/index.ts'
import { workOnIncidents } from '../../src/jobs/incidents.ts'
import { listIncidentCalls } from '../../src/store/incidents/calls.ts'
import { createIncident, moveIncident, readIncident } from '../../src/store/incidents/incidents.ts'
import { verify } from '../../src/store/verify/index.ts'
import { nodeAt } from '../engine/support/set-clock.ts'
import { archive, archiveFolder, LATER, lived, poolWith, world } from '../store/archive/world.ts'
import { afterTest } from '../support/cleanup.ts'

/* An incident about three accounts; the file of the archive that one of them is in is not there. */

const ID = 'june'
const DOCUMENT = {
  id: ID,
  name: { en: 'June', ja: '6月' },
  currency: 'USD',
  scope: { from: '2026-06-01T00:00:00Z', until: '2026-07-01T00:00:00Z' },
  remedy: { refund: {} },
  ceilings: { total: '2000', account: '500', goodwill: '1' },
}
const actor = { type: 'system', id: 'test' } as const
const AT = instant(Date.parse(LATER))

test('an account whose archive cannot be read is named, and holds up none of the others', async () => {
  const own = await world()
  await lived(own, ['a', 'b', 'c'])
  const directory = archiveFolder()
  await archive(own.database, directory)
  const pool = poolWith(own.database, directory)
  const node = await nodeAt(own.database, own.clock, directory)
  afterTest(() => node.close())
  const deps = { pool, engine: node.engine }

  const parsed = parseIncident(DOCUMENT)
  if (!parsed.ok) throw new Error(JSON.stringify(parsed.problems))
  await createIncident(pool, { incident: parsed.incident, seed: 's' }, { actor, at: AT })
  const move = async (step: 'measure' | 'run' | 'resume', to: 'measuring' | 'running') => {
    const record = (await readIncident(pool, ID))!
    expect(await moveIncident(pool, record, { step, to, authors: [], actor, at: AT })).toBe(true)
  }
  await move('measure', 'measuring')
  await workOnIncidents(deps, AT)
  await move('run', 'running')

  /** As if the file that `a` is in, and nobody else, had another name. */
  const rename = (from: string, to: string) =>
    pool.query(
      `update accounts.archive_segment set file = replace(file, $1, $2) where account_id = 'a'`,
      [from, to],
    )
  const callsOf = async (accountId: string) => {
    const query = { state: null, accountId, after: null, limit: 100 }
    const calls = await listIncidentCalls(pool, ID, query)
    return new Set(calls.map(({ state, reason }) => `${state} ${reason}`))
  }
  expect((await rename('2026-06/', 'away/')).rowCount).toBeGreaterThan(0)
  await workOnIncidents(deps, AT)
  expect(await callsOf('a')).toEqual(new Set(['failed archive_unavailable']))
  for (const id of ['b', 'c']) expect(await callsOf(id)).toEqual(new Set(['given null']))
  expect((await readIncident(pool, ID))?.state).toBe('paused')

  await rename('away/', '2026-06/')
  await move('resume', 'running')
  await workOnIncidents(deps, AT)
  expect(await callsOf('a')).toEqual(new Set(['given null']))
  expect((await readIncident(pool, ID))?.state).toBe('done')
  expect((await verify(pool)).first).toBeNull()
})

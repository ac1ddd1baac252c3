import type pg from 'pg'
import type { Plan, WindowSpec } from '../../core/funding/types.ts'
import { planRef } from '../../core/funding/types.ts'
import { parseDuration } from '../../core/time/index.ts'

/** A window of which an earlier plan says otherwise. */
export interface WindowConflict {
  readonly windowId: string
  /** The plan that said first what the id means, such as `pro@1`. */
  readonly plan: string
}

interface KindRow {
  readonly window_id: string
  readonly shape: WindowSpec['shape']
  readonly length: string
  readonly plan: string
}

/**
 * Writes down what the window ids of a plan mean, where no published plan has said so before; the first id of
 * which one says otherwise, or `null`. In a transaction that is undone on a conflict: whoever publishes at the
 * same time waits for it.
 */
export async function claimWindowKinds(
  client: pg.PoolClient,
  plan: Plan,
): Promise<WindowConflict | null> {
  // in one order, so that two plans never wait for each other
  const windows = [...plan.windows].sort((a, b) => (a.id < b.id ? -1 : 1))
  const { rows } = await client.query<KindRow>(
    `insert into control.window_kind as k (window_id, shape, length, plan)
     select w.id, w.shape, w.length, $4::text
     from unnest($1::text[], $2::text[], $3::text[]) as w(id, shape, length)
     on conflict (window_id) do update set plan = k.plan
     returning window_id, shape, length, plan`,
    [
      windows.map(({ id }) => id),
      windows.map(({ shape }) => shape),
      windows.map(({ length }) => length),
      planRef(plan),
    ],
  )
  for (const window of windows) {
    const first = rows.find((row) => row.window_id === window.id)!
    if (!agree(first, window)) return { windowId: window.id, plan: first.plan }
  }
  return null
}

/** Windows that open with a call may differ in length: no two of their runs begin at one instant. */
function agree(first: KindRow, { shape, length }: WindowSpec): boolean {
  if (first.shape !== shape) return false
  return shape === 'anchored' || sameLength(first.length, length)
}

function sameLength(a: string, b: string): boolean {
  const [first, second] = [parseDuration(a), parseDuration(b)]
  return first?.months === second?.months && first?.milliseconds === second?.milliseconds
}

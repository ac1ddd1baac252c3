import type pg from 'pg'
import { expect } from 'vitest'
import { type AccountState, decodeState } from '../../../src/core/ledger/index.ts'
import { type Nanos, readNanos } from '../../../src/core/money/index.ts'
import { WINDOWS } from './setup.ts'

/** The state of every account, as it is stored. */
export async function states(pool: pg.Pool): Promise<AccountState[]> {
  const { rows } = await pool.query<{ state: unknown }>(
    'select state from accounts.account order by account_id',
  )
  return rows.map(({ state }) => decodeState(state))
}

const capacityOf = (windowId: string): Nanos =>
  readNanos(WINDOWS.find(({ id }) => id === windowId)?.capacity ?? '0')

/** `caps`: the highest amount that anybody has ordered for the cap of an account. */
function* faultsOf(
  { accountId, lots, windows, caps }: AccountState,
  highest: ReadonlyMap<string, Nanos>,
): Iterable<string> {
  for (const { id, remaining, held, face } of lots)
    if (held < 0n || held > remaining || remaining > face) yield `${accountId} lot ${id}`
  for (const { windowId, used, overshoot, held } of windows)
    if (held < 0n || used - overshoot + held > capacityOf(windowId))
      yield `${accountId} window ${windowId} is over`
  for (const { counters } of caps)
    for (const { spent, held } of counters)
      if (spent + held > (highest.get(accountId) ?? 0n)) yield `${accountId} cap is over`
}

/** What has to hold after every step: nothing below zero or over its limit, no call charged twice. */
export async function expectSafe(
  pool: pg.Pool,
  highest: ReadonlyMap<string, Nanos>,
): Promise<void> {
  const faults = (await states(pool)).flatMap((state) => [...faultsOf(state, highest)])
  const { rows } = await pool.query<{ what: string }>(
    `select 'charged twice: ' || min(request_id) as what from accounts.entry
     where kind = 'settle' and body ->> 'refused' is null
     group by account_id, body -> 'call' ->> 'call_id' having count(*) > 1`,
  )
  expect([...faults, ...rows.map(({ what }) => what)]).toEqual([])
}

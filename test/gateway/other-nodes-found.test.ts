import { expect, test } from 'vitest'
import { findGoneAsker } from '../../src/cli/serve/gone-asker.ts'
import { findRecentCall } from '../../src/cli/serve/recent-calls.ts'
import { keepProgress } from '../../src/store/usage/progress.ts'
import { send } from './support/requests.ts'
import { entriesWhen, eventually, useRig } from './support/rig.ts'

/* What the database says of calls that another server makes, or has made. */

const rig = useRig()
const HOUR_MS = 3_600_000

test('who holds a call is gone when nothing has been heard of it for a while', async () => {
  const account = await rig.account()
  const headers = { 'idempotency-key': 'held', 'x-sim-first-byte-ms': '1500' }
  const answer = send(rig, account, { surface: 'anthropic', headers })
  await eventually(async () => (await rig.openHolds(account.accountId)) === 1)
  const { pool } = rig.database
  const at = Date.now()
  const goneIn = (ms: number) => findGoneAsker(pool, () => at + ms)(account.accountId, 'held')
  expect(await goneIn(0)).toBeNull()
  expect(await goneIn(HOUR_MS)).toEqual(expect.any(String))
  const call = { accountId: account.accountId, callId: 'held', attempt: 1, served: null }
  await keepProgress(pool, [call], at + HOUR_MS)
  expect(await goneIn(HOUR_MS)).toBeNull()
  expect(await goneIn(2 * HOUR_MS)).toEqual(expect.any(String))
  await (await answer).text()
  expect(await goneIn(2 * HOUR_MS)).toBeNull()
})

test('a call is found with the output that its funds allowed', async () => {
  const account = await rig.account({ credit: '0.005' })
  await send(rig, account, { surface: 'anthropic', headers: { 'x-sim-output-tokens': '10' } })
  const [entry] = await entriesWhen(rig, account.accountId)
  expect(entry!.hold).toMatchObject({ clamped: true })
  const find = findRecentCall(rig.database.pool)
  expect(await find(account.accountId, entry!.call!.fingerprint!, 0)).toEqual({
    ...{ callId: entry!.call!.call_id, attempt: 1, state: 'settled', outcome: 'succeeded' },
    clampedTokens: entry!.hold!.max_output_tokens,
  })
})

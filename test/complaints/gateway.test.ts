import { expect, test } from 'vitest'
import { send } from '../gateway/support/requests.ts'
import { entriesWhen, eventually, useRig } from '../gateway/support/rig.ts'

const rig = useRig()

/** How many calls have reached the provider. */
const reached = (): number => rig.upstream.bill().lines.length

test('twelve calls at once on credit for three: three reach the provider, the others are told why', async () => {
  // a call may cost up to $0.01 of output, and a little for its prompt
  const account = await rig.account({ credit: '0.0312' })
  const before = reached()
  const answers = await Promise.all(
    Array.from({ length: 12 }, () =>
      send(rig, account, {
        surface: 'anthropic',
        headers: { 'everycent-fit': 'refuse', 'x-sim-output-tokens': '1000' },
      }),
    ),
  )
  const statuses = answers.map(({ status }) => status).sort()
  const served = statuses.filter((status) => status === 200).length
  expect(statuses).toEqual([...Array(served).fill(200), ...Array(12 - served).fill(402)])
  expect(served).toBe(3)
  expect(reached() - before).toBe(served)
  await Promise.all(answers.map((answer) => answer.text()))
  const entries = await entriesWhen(rig, account.accountId, 12)
  const charged = entries.filter(({ kind }) => kind === 'settle')
  expect(charged).toHaveLength(served)
  const spent = charged.reduce((total, { totals }) => total + Number(totals!.money), 0)
  expect(spent).toBeGreaterThan(0)
  expect(spent).toBeLessThanOrEqual(0.0312)
  await eventually(async () => (await rig.openHolds(account.accountId)) === 0)
})

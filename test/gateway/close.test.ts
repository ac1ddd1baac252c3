import { expect, test } from 'vitest'
import { send } from './support/requests.ts'
import { entriesWhen, eventually, useRig } from './support/rig.ts'

const rig = useRig({ policy: { closeMs: 600 } })

test('closing waits for calls in flight, takes no new ones, and cuts off what takes too long', async () => {
  const account = await rig.account()
  const ask = (wanted: Record<string, string>) =>
    send(rig, account, { surface: 'anthropic', stream: true, headers: wanted })
  const short = { 'x-sim-output-tokens': '40', 'x-sim-chunk-delay-ms': '50' }
  const long = { 'x-sim-output-tokens': '4000', 'x-sim-chunk-delay-ms': '50' }
  const [quick, slow] = await Promise.all([ask(short), ask(long)])
  await eventually(async () => rig.gateway.stats().inFlight === 2)
  const closed = rig.gateway.close()
  expect((await ask(short)).status).toBe(503)
  expect(await quick.text()).toContain('message_stop')
  await expect(slow.text()).rejects.toThrow()
  await closed
  expect(rig.gateway.stats().inFlight).toBe(0)
  const entries = await entriesWhen(rig, account.accountId, 2)
  expect(entries.map(({ outcome, totals }) => [outcome!.code, totals!.money !== '0'])).toEqual([
    ['succeeded', true],
    ['upstream_failed_mid_stream', false],
  ])
})

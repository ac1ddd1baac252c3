import type { World } from './world.ts'

/** When the bug was in the program, and when the incident was dealt with. */
export const BUG = { from: '2026-03-27T09:10:00Z', until: '2026-03-27T10:10:00Z' }
const LOT_ENDS = '2026-03-27T10:30:00Z'
const AFTER = '2026-03-27T11:00:00Z'

/** Calls that fail while the bug is there, by account. */
export const HARMED: Readonly<Record<string, readonly string[]>> = {
  windows: ['windows_b1', 'windows_b2'],
  crowded: ['crowded_b1'],
  promo: ['promo_b1', 'promo_b2'],
  paid: ['paid_b1', 'paid_b2'],
  owing: ['owing_b1'],
  lapsing: ['lapsing_b1'],
  moving: ['moving_b1'],
  helped: ['helped_b1', 'helped_b2'],
  large: Array.from({ length: 24 }, (_, index) => `large_b${index}`),
}
export const ACCOUNTS = [...Object.keys(HARMED), 'lucky']

/** Who has what before it begins. */
async function open(world: World): Promise<void> {
  await world.account('windows', 'pro')
  await world.account('crowded', 'small')
  await world.topUp('crowded', '500')
  await world.controls('crowded', { paid_use: true })
  await world.account('promo', 'payg')
  await world.grant('promo', { amount: '1000', expires_at: '2026-12-01T00:00:00Z' })
  await world.account('paid', 'payg')
  await world.topUp('paid', '1000')
  await world.controls('paid', {
    paid_use: true,
    caps: [{ id: 'cycle', scope: 'account', scope_id: null, period: 'cycle', amount: '800' }],
  })
  await world.account('owing', 'payg')
  await world.controls('owing', { paid_use: true, overage_limit: '900' })
  await world.account('lapsing', 'payg')
  await world.grant('lapsing', { amount: '300', expires_at: LOT_ENDS })
  await world.account('moving', 'pro')
  await world.account('helped', 'payg')
  await world.topUp('helped', '1000')
  await world.controls('helped', { paid_use: true })
  await world.account('large', 'payg')
  await world.grant('large', { amount: '5000', expires_at: null })
  await world.account('lucky', 'pro')
}

/**
 * What happens on that day, the same in both worlds: good calls before, failing and good ones while the bug is
 * there, good and failing ones after it; a lot ends and a plan is changed meanwhile.
 */
export async function live(world: World): Promise<void> {
  await open(world)
  for (const account of ACCOUNTS) await world.call(account, `${account}_before`)
  world.clock.set(BUG.from)
  for (const account of ACCOUNTS) {
    await world.call(account, `${account}_good`)
    for (const [index, callId] of (HARMED[account] ?? []).entries())
      await world.call(account, callId, {
        fault: index % 3 === 1 ? 'rate_limit' : 'mid_stream_error',
      })
    await world.call(account, `${account}_also_good`)
    world.clock.advance(60_000)
  }
  world.clock.set(BUG.until)
  for (const account of ACCOUNTS) {
    await world.call(account, `${account}_after`)
    await world.call(account, `${account}_fails_rightly`, { fault: 'rate_limit' })
    await world.call(account, `${account}_breaks_rightly`, { fault: 'mid_stream_error' })
  }
  world.clock.set(LOT_ENDS)
  await world.housekeeping()
  await world.api.done('changePlan', {
    params: { account_id: 'moving' },
    body: { plan: 'max@1' },
    key: 'larger',
  })
  world.clock.set(AFTER)
}

import { setTimeout as sleep } from 'node:timers/promises'
import type { Client } from '../../client/index.ts'
import { CAST, castFor } from './cast.ts'

const LOOK_MS = 200
const SETTLE_MAX_MS = 40_000
const LOT_MAX_MS = 30_000
const PRICES_MAX_MS = 30_000
const RELOAD_MAX_MS = 10_000

/** Looks again and again until it is so, or the time is over. */
export async function until(done: () => Promise<boolean>, atMostMs: number): Promise<void> {
  const end = Date.now() + atMostMs
  while (!(await done()) && Date.now() < end) await sleep(LOOK_MS)
}

/**
 * Until no call and no payment is under way: what clients broke off is drained first, and a reload that the
 * last calls set off ends.
 */
export const settleDown = (client: Client): Promise<void> =>
  until(async () => {
    const states = await Promise.all(CAST.map(({ id }) => client.accounts.state(id)))
    if (states.some((state) => state.open_holds > 0)) return false
    for (const state of states)
      if (state.auto_reload !== null && (await isPaying(client, state.account_id))) return false
    return true
  }, SETTLE_MAX_MS)

const UNDER_WAY = ['started', 'processing', 'charged'] as const

async function isPaying(client: Client, accountId: string): Promise<boolean> {
  if ((await client.autoReload.get(accountId)).due) return true
  for (const status of UNDER_WAY)
    for await (const _payment of client.purchases.list(accountId, { status })) return true
  return false
}

/** Until the lot that was to expire has, and its rest is posted. */
export async function waitForLot(client: Client): Promise<void> {
  const member = castFor('expiring_lot')
  await until(async () => {
    for await (const _entry of client.accounts.entries(member.id, { kind: 'expire_lot' }))
      return true
    return false
  }, LOT_MAX_MS)
}

/**
 * What a program does between its calls: when credit has fallen to where its auto-reload is due, it waits for
 * it. A cap is not waited for.
 */
export function waitForReload(client: Client, accountId: string): () => Promise<void> {
  let reloaded = false
  const look = async (): Promise<boolean> => {
    const { due, last_at } = await client.autoReload.get(accountId)
    reloaded = last_at !== null
    return reloaded || !due
  }
  return async () => {
    if (!reloaded) await until(look, RELOAD_MAX_MS)
  }
}

/** Until no call of the model waits for a price any more. */
export const waitForPrices = (client: Client, model: string): Promise<void> =>
  until(async () => {
    for (const { id } of CAST)
      for await (const call of client.calls.list(id, { model, limit: 200 }))
        if (call.status === 'unpriced') return false
    return true
  }, PRICES_MAX_MS)

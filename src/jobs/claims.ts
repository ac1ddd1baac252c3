import type pg from 'pg'
import { instant } from '../core/time/index.ts'
import { advance } from '../engine/campaigns/claim.ts'
import type { Engine } from '../engine/types.ts'
import { readCampaign } from '../store/campaigns/campaigns.ts'
import { type ClaimRecord, unfinishedClaims } from '../store/campaigns/claims.ts'
import { noteDrains, uncheckedDrains } from '../store/campaigns/drains.ts'
import { sweepAll } from './sweep-all.ts'

const ROUND_MAX = 200
/** A claim that is being granted takes milliseconds; after this long, whoever did it is gone. */
const UNFINISHED_AFTER_MS = 5_000

/** Grants claims that took a place and were left there by a server that stopped. */
export async function finishClaims(pool: pg.Pool, engine: Engine, nowMs: number): Promise<number> {
  const before = instant(nowMs - UNFINISHED_AFTER_MS)
  return sweepAll<ClaimRecord>({
    page: (after, limit) => unfinishedClaims(pool, before, { after, limit }),
    nameOf: (claim) => `${claim.campaignId} ${claim.accountId}`,
    work: async (claim) => {
      const record = await readCampaign(pool, claim.campaignId)
      if (record) await advance({ pool, engine }, record.campaign, claim, true)
    },
  })
}

/**
 * Looks at claims whose credit is as old as a drain takes: what one key or model has used up by then is
 * noted with its evidence, and later claims that share a signal with it are held.
 */
export async function findDrains(pool: pg.Pool, nowMs: number): Promise<number> {
  const looked = await uncheckedDrains(pool, instant(nowMs), ROUND_MAX)
  await noteDrains(pool, instant(nowMs), looked)
  return looked.filter(({ finding }) => finding !== null).length
}

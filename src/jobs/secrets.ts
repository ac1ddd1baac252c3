import type pg from 'pg'
import { resealSignalKey } from '../store/campaigns/signals.ts'
import { type FormerSecret, formerSecrets, resealEndpoint } from '../store/notifications/reseal.ts'
import type { SecretBox } from '../store/secret-box.ts'
import { sweepAll } from './sweep-all.ts'

/**
 * Seals anew with the first key what a former one has sealed, so that the former can be taken away. A secret that
 * no key opens fails, by name. Returns how many were sealed.
 */
export async function resealSecrets(pool: pg.Pool, box: SecretBox): Promise<number> {
  const ofSignals = await resealSignalKey(pool, box)
  const ofEndpoints = await sweepAll<FormerSecret>({
    page: (after, limit) => formerSecrets(pool, box, { after, limit }),
    nameOf: ({ accountId, endpointId }) => `${accountId} ${endpointId}`,
    work: (own) => resealEndpoint(pool, box, own),
  })
  return ofEndpoints + (ofSignals ? 1 : 0)
}

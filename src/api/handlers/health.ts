import {
  healthWords,
  runbookOf,
  TILE_IDS,
  TILES,
  type TileState,
} from '../../contract/health/index.ts'
import { formatInstant, instant } from '../../core/time/index.ts'
import { type Handlers, ok } from '../handler.ts'
import { healthSampler } from '../health/sampler.ts'

const WORST: readonly TileState[] = ['alarm', 'warn', 'unknown', 'ok']

export const healthHandlers: Handlers<'getHealth'> = {
  getHealth: async ({ query }, services) => {
    const sampler = healthSampler(services)
    const seen = await sampler.look()
    const words = healthWords(query.lang ?? 'en')
    const time = (ms: number): string => formatInstant(instant(ms))
    const items = TILE_IDS.map((id) => {
      const { unit, bad, warn, alarm } = TILES[id]
      const { state, sinceMs } = seen.standing(id)
      return {
        id,
        ...words.tiles[id],
        ...seen.readings[id],
        ...{ unit, state, says: words.states[state] },
        threshold: { bad, warn, alarm },
        since: time(sinceMs),
        runbook: runbookOf(id),
        history: seen.history(id).map(({ atMs, value }) => ({ at: time(atMs), value })),
      }
    })
    // What could not be measured is no reason to call the whole platform unknown.
    const state = WORST.filter((own) => own !== 'unknown').find((own) =>
      items.some((item) => item.state === own),
    )
    return ok({
      state: state ?? 'unknown',
      items,
      started_at: time(sampler.startedMs),
      as_of: time(seen.atMs),
    })
  },
}

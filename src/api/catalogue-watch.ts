import { catalogueMark } from '../store/control/index.ts'
import type { Services } from './deps.ts'

/** How soon a server takes up plans and prices that another one has published. */
const POLL_MS = 1_000

/** Keeps this server's plans and prices those of the database. Returns how to stop. */
export function watchCatalogue({ pool, engine, catalogue, log }: Services): () => void {
  let known: string | null = null
  let looking = false
  const look = async (): Promise<void> => {
    if (looking) return
    looking = true
    try {
      const mark = await catalogueMark(pool)
      if (mark !== known) {
        catalogue.forget()
        await engine.reloadCatalogue()
      }
      // Only now: what could not be loaded is looked at again.
      known = mark
    } catch (error) {
      log?.warn({ err: error }, 'plans and prices could not be looked at')
    } finally {
      looking = false
    }
  }
  const timer = setInterval(() => void look(), POLL_MS).unref()
  void look()
  return () => clearInterval(timer)
}

import { startUpstream, type Upstream } from '../../src/demo/upstream/index.ts'
import type { Methods } from '../workers.ts'

/** As models answer: a while to the first byte, then a chunk every few milliseconds. */
const PACED = { firstByteMs: 100, chunkTokens: 8, chunkDelayMs: 10 }

export interface UpstreamUrls {
  /** Answers as fast as it can: for throughput. */
  readonly fast: string
  /** Answers at a model's pace: for added latency. */
  readonly paced: string
}

/** The simulated provider, twice. */
export function upstreamRole(): Methods {
  let running: Upstream[] = []
  return {
    start: async (): Promise<UpstreamUrls> => {
      const options = { seed: 7, billLines: 1_000 }
      const fast = await startUpstream(options)
      const paced = await startUpstream({ ...options, latency: PACED })
      running = [fast, paced]
      return { fast: fast.url, paced: paced.url }
    },
    stop: async () => {
      await Promise.all(running.map((own) => own.stop()))
    },
  }
}

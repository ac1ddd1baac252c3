import { performance } from 'node:perf_hooks'
import { type Dispatcher, Pool } from 'undici'
import { Latencies } from '../latencies.ts'
import { type LoadPlan, type Measured, runLoad, type Tick } from '../load.ts'
import type { Methods } from '../workers.ts'
import { MODEL } from '../workload.ts'

export interface RequestsLoad extends LoadPlan {
  readonly url: string
  readonly secrets: readonly string[]
  readonly stream: boolean
}

/** Fifty chunks of eight tokens. */
const OUTPUT_TOKENS = 400
const PROMPT = 'Say why this call cost what it cost, and who paid for which part of it. '.repeat(30)

/** Clients: each sends a request over a connection of its own, reads the whole answer, sends the next. */
export function requestsRole(): Methods {
  return { run: (load: RequestsLoad) => run(load) }
}

async function run(load: RequestsLoad): Promise<Measured> {
  const pool = new Pool(load.url, { connections: load.inFlight })
  const firstBytes = new Latencies()
  const warmUntil = performance.now() + load.warmSeconds * 1_000
  let serial = 0
  const request = async (caller: number, tick: Tick): Promise<void> => {
    serial += 1
    const options = requestOf(load, load.secrets[caller % load.secrets.length]!, serial)
    const since = performance.now()
    const firstByteMs = await exchange(pool, options)
    tick(since)
    if (since > warmUntil) firstBytes.record(firstByteMs - since)
  }
  try {
    const measured = await runLoad(load, request)
    return { ...measured, firstBytes: firstBytes.counts() }
  } finally {
    await pool.destroy()
  }
}

function requestOf(load: RequestsLoad, secret: string, serial: number): Dispatcher.DispatchOptions {
  return {
    method: 'POST',
    path: '/anthropic/v1/messages',
    headers: [
      ...['content-type', 'application/json'],
      ...['anthropic-version', '2023-06-01'],
      ...['x-api-key', secret],
      ...['x-sim-output-tokens', String(OUTPUT_TOKENS)],
    ],
    body: JSON.stringify({
      model: MODEL,
      max_tokens: 1_024,
      stream: load.stream,
      // no two requests alike, as among people
      messages: [{ role: 'user', content: `${serial}: ${PROMPT}` }],
    }),
  }
}

/** Resolves with the time of the first byte once the answer has been read. */
function exchange(pool: Pool, options: Dispatcher.DispatchOptions): Promise<number> {
  return new Promise((resolve, reject) => {
    let firstByteMs = 0
    let status = 0
    let last: Buffer | null = null
    pool.dispatch(options, {
      onRequestStart: () => {},
      onResponseStart: (_, code) => {
        status = code
      },
      onResponseData: (_, chunk) => {
        if (firstByteMs === 0) firstByteMs = performance.now()
        last = chunk
      },
      onResponseEnd: () => {
        if (status === 200) resolve(firstByteMs)
        else reject(new Error(`answered ${status}: ${last?.toString('utf8').slice(0, 300)}`))
      },
      onResponseError: (_, error) => reject(error),
    })
  })
}

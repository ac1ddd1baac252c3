import { Agent, request } from 'undici'
import { AddressRefused, type AddressRules, guardedLookup, readAddress } from '../guard/address.ts'
import type { Outcome } from '../store/notifications/deliveries.ts'

export interface HttpSettings extends AddressRules {
  /** For the whole attempt. */
  readonly timeoutMs: number
}

/** As much of an answer as is read: only its status matters. */
const ANSWER_BYTES_MAX = 16 * 1024
const GONE = 410

/** Posts JSON to somebody's address: guarded, bounded in time and size, and never redirected. */
export class HttpPost {
  readonly #settings: HttpSettings
  readonly #agent: Agent

  constructor(settings: HttpSettings) {
    this.#settings = settings
    this.#agent = new Agent({
      connect: { lookup: guardedLookup(settings), timeout: settings.timeoutMs },
      // Few calls to many hosts: a connection that is kept would only be found closed.
      pipelining: 0,
      maxResponseSize: ANSWER_BYTES_MAX,
    })
  }

  async post(
    address: string,
    message: { readonly body: string; readonly headers: Readonly<Record<string, string>> },
  ): Promise<Outcome> {
    try {
      const url = readAddress(address, this.#settings)
      const { statusCode, body } = await request(url, {
        method: 'POST',
        dispatcher: this.#agent,
        signal: AbortSignal.timeout(this.#settings.timeoutMs),
        headers: {
          'content-type': 'application/json',
          'user-agent': 'Everycent-Notifications',
          ...message.headers,
        },
        body: message.body,
      })
      // What it says is not wanted; one that says too much, or never ends, has answered all the same.
      await body.dump({ limit: ANSWER_BYTES_MAX }).catch(() => {})
      return outcomeOf(statusCode)
    } catch (error) {
      return failureOf(error)
    }
  }

  close(): Promise<void> {
    return this.#agent.destroy()
  }
}

function outcomeOf(status: number): Outcome {
  if (status >= 200 && status < 300) return { outcome: 'delivered', status, detail: null }
  if (status >= 300 && status < 400)
    return { outcome: 'redirected', status, detail: 'redirects are not followed' }
  const gone = status === GONE ? { gone: true } : {}
  return { outcome: 'answered_with_error', status, detail: null, ...gone }
}

/** Only the code of an error is told: its message may name what is inside the operator's network. */
function failureOf(error: unknown): Outcome {
  if (error instanceof AddressRefused)
    return { outcome: 'address_refused', status: null, detail: `the address ${error.message}` }
  const { name, code } = error as { readonly name?: string; readonly code?: unknown }
  if (name === 'TimeoutError' || /TIMEOUT/.test(String(code)))
    return { outcome: 'timed_out', status: null, detail: null }
  const detail = typeof code === 'string' ? code : null
  return { outcome: 'unreachable', status: null, detail }
}

import { setTimeout as sleep } from 'node:timers/promises'
import { pick } from '../../engine/support/script.ts'

/** One try of a call. */
export interface Try {
  readonly callId: string
  readonly accountId: string
  /** How often it was asked before. */
  readonly before: number
  /** Which server the balancer chose; `null` where there was no answer. */
  readonly server: string | null
  /** `whole`: the caller has the answer to its end; else what came instead. */
  readonly ended: string
}

export interface Account {
  readonly accountId: string
  readonly key: string
}

const AGAIN_MS = 100
const AT_ONCE = 6

/** Callers that ask without pause until they are told to stop, each call until it has its whole answer. */
export class Callers {
  readonly tries: Try[] = []
  readonly #url: string
  readonly #accounts: readonly Account[]
  readonly #prefix: string
  #next = 0
  #stopping = false
  readonly #working: Promise<unknown>

  constructor(url: string, accounts: readonly Account[], prefix = 'call') {
    this.#url = url
    this.#prefix = prefix
    this.#accounts = accounts
    this.#working = Promise.all(Array.from({ length: AT_ONCE }, () => this.#work()))
  }

  get whole(): number {
    return this.tries.filter(({ ended }) => ended === 'whole').length
  }

  /** Resolves when so many more calls have their whole answer. */
  async more(count: number): Promise<void> {
    const until = this.whole + count
    while (this.whole < until) await sleep(10)
  }

  async stop(): Promise<void> {
    this.#stopping = true
    await this.#working
  }

  async #work(): Promise<void> {
    while (!this.#stopping) {
      const number = this.#next
      this.#next += 1
      const account = this.#accounts[pick(`account ${number}`, this.#accounts.length)]!
      for (let before = 0; !(await this.#try(account, number, before)); before += 1)
        await sleep(AGAIN_MS)
    }
  }

  async #try({ accountId, key }: Account, number: number, before: number): Promise<boolean> {
    const callId = `${this.#prefix}_${number}`
    const told = await ask(this.#url, { callId, key, before, tokens: 5 + pick(callId, 40) })
    this.tries.push({ callId, accountId, before, ...told })
    return told.ended === 'whole'
  }
}

interface Asked {
  readonly callId: string
  readonly key: string
  readonly before: number
  readonly tokens: number
}

async function ask(url: string, own: Asked): Promise<Pick<Try, 'server' | 'ended'>> {
  let server: string | null = null
  try {
    const answer = await fetch(`${url}/anthropic/v1/messages`, {
      method: 'POST',
      headers: {
        'content-type': 'application/json',
        'x-api-key': own.key,
        'everycent-call-id': own.callId,
        'x-stainless-retry-count': String(own.before),
        'x-sim-output-tokens': String(own.tokens),
      },
      body: JSON.stringify({
        model: 'claude-haiku-5.5',
        max_tokens: own.tokens,
        stream: true,
        messages: [{ role: 'user', content: `Call ${own.callId}, please.` }],
      }),
    })
    server = answer.headers.get('everycent-server')
    const text = await answer.text()
    if (answer.status !== 200) return { server, ended: `${answer.status} ${text.slice(0, 200)}` }
    return { server, ended: text.includes('message_stop') ? 'whole' : 'no end of the stream' }
  } catch (error) {
    const { cause } = error as { cause?: { code?: string } }
    return { server, ended: `broken off: ${cause?.code ?? error}` }
  }
}

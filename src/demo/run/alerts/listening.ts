import type { Client } from '../../../client/index.ts'
import { castFor } from '../cast.ts'
import { until } from '../settle-down.ts'
import { WebhookReceiver } from './receiver.ts'

const NAME = 'Receiver of the demo'
const PAGE = 200
const LOOK_MAX_MS = 15_000
const DELIVERY_MAX_MS = 15_000

/** What came of the webhooks of a replay. */
export interface Delivered {
  /** What the account was told since the endpoint was made. */
  readonly told: ReadonlySet<string>
  /** Messages that came with a right signature. */
  readonly verified: ReadonlySet<string>
  /** Messages that the log of the API calls delivered. */
  readonly logged: ReadonlySet<string>
  readonly rejected: number
}

/** Listens to the alerts of one account by webhook, as long as a replay lasts. */
export class Listening {
  readonly #client: Client
  readonly #receiver: WebhookReceiver
  readonly #endpointId: string
  #before: ReadonlySet<string> = new Set()

  private constructor(client: Client, receiver: WebhookReceiver, endpointId: string) {
    this.#client = client
    this.#receiver = receiver
    this.#endpointId = endpointId
  }

  static async start(client: Client): Promise<Listening> {
    const receiver = await WebhookReceiver.start()
    try {
      const wish = { channel: 'webhook', name: NAME, address: receiver.url } as const
      const { endpoint_id, secret } = await client.alerts.addEndpoint(listener().id, wish)
      if (secret === null) throw new Error('The endpoint of a webhook has no secret.')
      receiver.trust(secret)
      const listening = new Listening(client, receiver, endpoint_id)
      // What was told before goes to no endpoint that is made now.
      listening.#before = await toldSoFar(client)
      return listening
    } catch (error) {
      await receiver.close()
      throw error
    }
  }

  /** Waits until all that has happened is told, and what is told is delivered. */
  async hearOut(): Promise<Delivered> {
    const client = this.#client
    await lookedThrough(client)
    const told = new Set([...(await toldSoFar(client))].filter((id) => !this.#before.has(id)))
    const { verified } = this.#receiver
    let logged: ReadonlySet<string> = new Set()
    await until(async () => {
      logged = await this.#logged()
      if ([...told].every((id) => verified.has(id) && logged.has(id))) return true
      await client.jobs.run('deliveries')
      return false
    }, DELIVERY_MAX_MS)
    return { told, verified, logged, rejected: this.#receiver.rejected }
  }

  async stop(): Promise<void> {
    try {
      await this.#client.alerts.removeEndpoint(listener().id, this.#endpointId)
    } finally {
      await this.#receiver.close()
    }
  }

  async #logged(): Promise<Set<string>> {
    const found = new Set<string>()
    const query = { endpoint_id: this.#endpointId, limit: PAGE }
    for await (const attempt of this.#client.alerts.deliveries(listener().id, query))
      if (attempt.outcome === 'delivered') found.add(attempt.notification_id)
    return found
  }
}

const listener = () => castFor('whole_way')

/** A start that was broken off left an endpoint that nobody listens to any more. */
export async function stopListening(client: Client): Promise<void> {
  const { id } = listener()
  const { items } = await client.alerts.endpoints(id)
  for (const { endpoint_id, name } of items)
    if (name === NAME) await client.alerts.removeEndpoint(id, endpoint_id)
}

async function toldSoFar(client: Client): Promise<Set<string>> {
  const ids = new Set<string>()
  for await (const { notification_id } of client.alerts.list(listener().id, { limit: PAGE }))
    ids.add(notification_id)
  return ids
}

/** Until a look for alerts has ended that began after now. */
async function lookedThrough(client: Client): Promise<void> {
  const { as_of: since } = await client.jobs.list()
  await client.jobs.run('alerts')
  await until(async () => {
    const { items } = await client.jobs.list()
    const look = items.find(({ name }) => name === 'alerts')
    if (look === undefined) throw new Error('The server does not look for alerts.')
    const { started_at: from, finished_at: to } = look
    return from !== null && to !== null && from > since && to >= from
  }, LOOK_MAX_MS)
}

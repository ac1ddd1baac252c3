import { createServer, type IncomingHttpHeaders, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { Webhook } from 'standardwebhooks'

/** What a webhook endpoint of a customer does: it believes only what is signed. */
export class WebhookReceiver {
  readonly #server: Server
  #webhook: Webhook | null = null
  /** Ids of messages with a right signature; one may come twice. */
  readonly verified = new Set<string>()
  rejected = 0

  private constructor() {
    this.#server = createServer((request, response) => {
      const parts: Buffer[] = []
      request.on('data', (part: Buffer) => parts.push(part))
      request.on('end', () => {
        const isRight = this.#take(Buffer.concat(parts).toString('utf8'), request.headers)
        response.writeHead(isRight ? 204 : 401).end()
      })
    })
  }

  static async start(): Promise<WebhookReceiver> {
    const receiver = new WebhookReceiver()
    await new Promise<void>((resolve, reject) => {
      receiver.#server.once('error', reject)
      receiver.#server.listen(0, '127.0.0.1', resolve)
    })
    return receiver
  }

  get url(): string {
    return `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}/hooks`
  }

  /** The secret is shown when the endpoint is made, and never again. */
  trust(secret: string): void {
    this.#webhook = new Webhook(secret)
  }

  async close(): Promise<void> {
    this.#server.closeAllConnections()
    await new Promise<void>((resolve) => this.#server.close(() => resolve()))
  }

  #take(body: string, headers: IncomingHttpHeaders): boolean {
    try {
      if (this.#webhook === null) throw new Error('no secret is known yet')
      this.#webhook.verify(body, headers as Record<string, string>)
      this.verified.add(String(headers['webhook-id']))
      return true
    } catch {
      this.rejected += 1
      return false
    }
  }
}

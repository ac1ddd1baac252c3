import { request as httpRequest, type IncomingMessage } from 'node:http'
import { setTimeout as sleep } from 'node:timers/promises'
import { OPERATOR } from './support.ts'

interface Event {
  readonly id: string
  readonly event: string
  readonly data: { readonly seq: number; readonly kind: string; readonly hash: string }
}

export interface Feed {
  readonly status: number
  readonly events: Event[]
  readonly response: IncomingMessage
  /** When the server has ended it. */
  readonly ended: Promise<void>
  until(count: number): Promise<void>
  close(): void
}

/** As what, and from where; the operator reads what is new unless something else is said. */
export interface Following {
  readonly lastEventId?: string
  readonly query?: string
  readonly as?: string
  /** A browser's session, instead of a token. */
  readonly cookie?: string
}

/** A real connection: what is tested is what a client sees on the wire. */
export async function followAt(
  port: number,
  account: string,
  options: Following = {},
): Promise<Feed> {
  const request = httpRequest({
    port,
    path: `/v1/accounts/${account}/events${options.query ?? ''}`,
    headers: {
      ...(options.cookie === undefined
        ? { authorization: `Bearer ${options.as ?? OPERATOR}` }
        : { cookie: options.cookie }),
      ...(options.lastEventId !== undefined && { 'last-event-id': options.lastEventId }),
    },
  })
  const response = await new Promise<IncomingMessage>((resolve, reject) => {
    request.on('response', resolve)
    request.on('error', reject)
    request.end()
  })
  const events: Event[] = []
  let rest = ''
  response.setEncoding('utf8')
  response.on('error', () => {})
  response.on('data', (chunk: string) => {
    const blocks = (rest + chunk).split('\n\n')
    rest = blocks.pop() ?? ''
    for (const block of blocks) {
      const field = (name: string) => new RegExp(`^${name}: (.*)$`, 'm').exec(block)?.[1]
      const data = field('data')
      if (data !== undefined)
        events.push({ id: field('id')!, event: field('event')!, data: JSON.parse(data) })
    }
  })
  return {
    status: response.statusCode ?? 0,
    events,
    response,
    ended: new Promise((resolve) => response.once('end', () => resolve())),
    until: async (count) => {
      for (let waited = 0; events.length < count; waited += 20) {
        if (waited > 8_000) throw new Error(`${events.length} of ${count} events came`)
        await sleep(20)
      }
    },
    close: () => request.destroy(),
  }
}

import { type IncomingMessage, request, type Server } from 'node:http'
import { Duplex } from 'node:stream'

/** One end of a connection that goes through no network: what is written to it comes out of the other. */
class End extends Duplex {
  other: End | null = null

  override _read(): void {}

  override _write(chunk: Buffer, _encoding: string, done: () => void): void {
    this.other?.push(chunk)
    done()
  }

  override _final(done: () => void): void {
    this.other?.push(null)
    done()
  }

  override _destroy(error: Error | null, done: (error: Error | null) => void): void {
    const { other } = this
    // what was written before is still read
    if (other) setImmediate(() => other.destroy())
    done(error)
  }

  /** As sockets have it: after what was written. */
  destroySoon(): void {
    if (this.writable) this.end(() => this.destroy())
    else this.destroy()
  }
}

export interface Heard {
  status: number
  text: string
  /** What the answer ended with. */
  trailers: NodeJS.Dict<string>
  /** `broken`: the connection went before the end. */
  ended: 'open' | 'whole' | 'broken'
}

export interface Asked {
  readonly headers: Readonly<Record<string, string>>
  readonly path: string
  readonly body: string
  /** Told of each piece and of the end. */
  readonly onNews: (heard: Heard) => void
}

/** Asks a server, as a client does that is connected to it. @returns what breaks the connection */
export function ask(server: Server, { headers, path, body, onNews }: Asked): () => void {
  const client = new End()
  const host = new End()
  client.other = host
  host.other = client
  host.on('error', () => {})
  client.on('error', () => {})
  server.emit('connection', host)
  const heard: Heard = { status: 0, text: '', trailers: {}, ended: 'open' }
  const end = (how: 'whole' | 'broken'): void => {
    if (heard.ended !== 'open') return
    heard.ended = how
    onNews(heard)
  }
  const length = String(Buffer.byteLength(body))
  const own = { method: 'POST', path, headers: { ...headers, 'content-length': length } }
  const req = request({ ...own, createConnection: () => client as never })
  req.on('error', () => end('broken'))
  req.on('close', () => end('broken'))
  req.on('response', (res: IncomingMessage) => {
    heard.status = res.statusCode ?? 0
    res.setEncoding('utf8')
    res.on('data', (text: string) => {
      heard.text += text
      onNews(heard)
    })
    res.on('end', () => {
      heard.trailers = res.complete
        ? ({ ...res.headers, ...res.trailers } as NodeJS.Dict<string>)
        : {}
      end(res.complete ? 'whole' : 'broken')
    })
    res.on('error', () => end('broken'))
  })
  req.end(body)
  return () => {
    client.destroy()
    end('broken')
  }
}

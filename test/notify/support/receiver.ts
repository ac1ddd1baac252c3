import { createServer, type IncomingHttpHeaders, type Server } from 'node:http'
import {
  type AddressInfo,
  createServer as createTcp,
  type Socket,
  type Server as TcpServer,
} from 'node:net'

interface Received {
  readonly headers: IncomingHttpHeaders
  readonly body: string
}

/** Somebody's webhook endpoint: keeps what it gets, and answers as it is told. */
export class Receiver {
  readonly received: Received[] = []
  status = 200
  headers: Record<string, string> = {}
  #server: Server | undefined

  async start(): Promise<string> {
    const server = createServer((request, response) => {
      const chunks: Buffer[] = []
      request.on('data', (chunk: Buffer) => chunks.push(chunk))
      request.on('end', () => {
        this.received.push({ headers: request.headers, body: Buffer.concat(chunks).toString() })
        response.writeHead(this.status, this.headers).end('x'.repeat(64 * 1024))
      })
    })
    this.#server = server
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
    return `http://127.0.0.1:${(server.address() as AddressInfo).port}/hook`
  }

  async stop(): Promise<void> {
    this.#server?.closeAllConnections()
    await new Promise((resolve) => this.#server?.close(resolve))
  }
}

interface Mail {
  readonly to: string
  readonly data: string
}

/** An SMTP server that keeps what it gets: as much of RFC 5321 as a client without extensions needs. */
export class MailCapture {
  readonly mails: Mail[] = []
  /** What it answers to RCPT. */
  rcpt = '250 OK'
  readonly #sockets = new Set<Socket>()
  #server: TcpServer | undefined

  async start(): Promise<string> {
    const server = createTcp((socket) => this.#serve(socket))
    this.#server = server
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
    return `smtp://127.0.0.1:${(server.address() as AddressInfo).port}`
  }

  #serve(socket: Socket): void {
    this.#sockets.add(socket)
    socket.on('error', () => {})
    socket.write('220 capture\r\n')
    let buffer = ''
    const session = { to: '', inData: false }
    socket.on('data', (chunk) => {
      buffer += chunk.toString('latin1')
      for (;;) {
        const mark = session.inData ? '\r\n.\r\n' : '\r\n'
        const end = buffer.indexOf(mark)
        if (end < 0) return
        const text = buffer.slice(0, end)
        buffer = buffer.slice(end + mark.length)
        socket.write(`${this.#answer(session, text)}\r\n`)
      }
    })
  }

  #answer(session: { to: string; inData: boolean }, text: string): string {
    if (session.inData) {
      this.mails.push({ to: session.to, data: text })
      session.inData = false
      return '250 kept'
    }
    const verb = text.slice(0, 4).toUpperCase()
    if (verb === 'QUIT') return '221 bye'
    session.inData = verb === 'DATA'
    if (verb === 'DATA') return '354 go on'
    if (verb !== 'RCPT') return '250 OK'
    session.to = /<(.*)>/.exec(text)?.[1] ?? ''
    return this.rcpt
  }

  async stop(): Promise<void> {
    for (const socket of this.#sockets) socket.destroy()
    await new Promise((resolve) => this.#server?.close(resolve))
  }
}

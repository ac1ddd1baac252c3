import net from 'node:net'

export interface DatabaseProxy {
  /** The database's URL by way of this proxy. */
  readonly url: string
  /** Cuts every connection at once and refuses new ones. */
  down(): void
  up(): Promise<void>
  /** New connections go to another server. */
  leadTo(databaseUrl: string): void
  close(): Promise<void>
}

/** A wire between a node and its database that a test can cut. */
export async function startProxy(databaseUrl: string): Promise<DatabaseProxy> {
  let target = new URL(databaseUrl)
  const sockets = new Set<net.Socket>()
  const server = net.createServer((socket) => {
    const upstream = net.connect(parseInt(target.port || '5432', 10), target.hostname)
    for (const [from, to] of [
      [socket, upstream],
      [upstream, socket],
    ] as const) {
      sockets.add(from)
      from.on('error', () => from.destroy())
      from.on('close', () => {
        sockets.delete(from)
        to.destroy()
      })
      from.pipe(to)
    }
  })
  const listen = (port: number) =>
    new Promise<void>((resolve, reject) => {
      server.once('error', reject)
      server.listen(port, '127.0.0.1', resolve)
    })
  await listen(0)
  const { port } = server.address() as net.AddressInfo
  const url = new URL(databaseUrl)
  url.hostname = '127.0.0.1'
  url.port = String(port)
  const down = () => {
    server.close()
    for (const socket of sockets) socket.destroy()
  }
  return {
    url: url.href,
    down,
    up: () => listen(port),
    leadTo: (other) => {
      target = new URL(other)
    },
    close: () =>
      new Promise((resolve) => {
        for (const socket of sockets) socket.destroy()
        server.close(() => resolve())
      }),
  }
}

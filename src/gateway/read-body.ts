import type { GatewayError } from './errors.ts'
import type { Exchange } from './exchange.ts'
import type { Gate } from './gate.ts'

export type ReadBody =
  | { readonly type: 'body'; readonly bytes: Buffer }
  | { readonly type: 'refused'; readonly error: GatewayError }
  /** The client left before it had sent everything. */
  | { readonly type: 'gone' }

const MEGABYTE = 1024 * 1024

/** Reads a request body up to a limit, and as long as there is room; else it is refused without being read to its end. */
export function readBody(exchange: Exchange, bytesMax: number, gate: Gate): Promise<ReadBody> {
  const { req } = exchange
  // it left while its key was looked up, and says nothing more
  if (exchange.gone) return Promise.resolve({ type: 'gone' })
  const encoding = exchange.header('content-encoding')
  if (encoding !== null && encoding !== 'identity') return Promise.resolve(unsupported(encoding))
  const announced = Number(exchange.header('content-length') ?? 0)
  if (announced > bytesMax) return Promise.resolve(tooLarge(bytesMax))
  return new Promise((resolve) => {
    let chunks: Buffer[] = []
    let bytes = 0
    const give = (refusal: ReadBody): void => {
      chunks = []
      req.off('data', onData)
      req.pause()
      resolve(refusal)
    }
    const onData = (chunk: Buffer): void => {
      bytes += chunk.length
      if (bytes > bytesMax) give(tooLarge(bytesMax))
      else if (!gate.hold(chunk.length))
        give({ type: 'refused', error: { ...gate.full(), close: true } })
      else {
        exchange.heldBytes += chunk.length
        chunks.push(chunk)
      }
    }
    exchange.onBodyFree((held) => gate.release(held))
    req.on('data', onData)
    req.once('end', () => {
      const whole = chunks.length === 1 ? (chunks[0] as Buffer) : Buffer.concat(chunks)
      resolve({ type: 'body', bytes: whole })
    })
    req.once('close', () => resolve({ type: 'gone' }))
  })
}

const tooLarge = (bytesMax: number): ReadBody => ({
  type: 'refused',
  error: {
    status: 413,
    code: 'request_too_large',
    message: `The request body is larger than ${Math.floor(bytesMax / MEGABYTE)} MiB.`,
    retry: false,
    close: true,
  },
})

const unsupported = (encoding: string): ReadBody => ({
  type: 'refused',
  error: {
    status: 415,
    code: 'unsupported_encoding',
    message: `A request body with content-encoding ${JSON.stringify(encoding)} is not read here. Send it without.`,
    retry: false,
    close: true,
  },
})

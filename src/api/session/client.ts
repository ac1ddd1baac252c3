import { isIP, isIPv4, isIPv6 } from 'node:net'
import type { FastifyRequest } from 'fastify'
import { browserFamily } from '../../contract/browser-family.ts'

const UNKNOWN_MAX = 40

/** The browser as people know it; of a program, the first word that it calls itself by. */
function familyOf(request: FastifyRequest): string | null {
  const userAgent = request.headers['user-agent'] ?? ''
  return browserFamily(userAgent) ?? (userAgent.split(/[\s/(]/)[0]?.slice(0, UNKNOWN_MAX) || null)
}

const WITH_PORT = /^(?:\[([^\]]+)\]|(\d+\.\d+\.\d+\.\d+))(?::\d+)?$/

/**
 * Where a request comes from: by the word of a proxy that is trusted (`listen.trusted_proxies`), else the
 * other end of the connection. Some proxies write a port to it; what is no address says nothing.
 */
export function addressOf({ ip, socket }: Pick<FastifyRequest, 'ip' | 'socket'>): string {
  const [, six, four] = WITH_PORT.exec(ip) ?? []
  const address = six ?? four ?? ip
  return isIP(address) === 0 ? (socket.remoteAddress ?? '') : address
}

const MAPPED = /^::ffff:(\d+\.\d+\.\d+\.\d+)$/

/** Enough to tell the own network from another's, and too little to tell who in it. */
export function rangeOf(address: string): string | null {
  const plain = MAPPED.exec(address)?.[1] ?? address
  if (isIPv4(plain)) return `${plain.split('.').slice(0, 3).join('.')}.x`
  if (!isIPv6(plain)) return null
  const [head = ''] = plain.split('::')
  const groups = head.split(':').filter((group) => group !== '')
  return `${groups.slice(0, 3).join(':')}::x`
}

export const clientOf = (request: FastifyRequest) => ({
  browser: familyOf(request),
  address: rangeOf(addressOf(request)),
})

import { isIP, isIPv6 } from 'node:net'

/**
 * Whose `X-Forwarded-For` is taken: so many hops in front of this server, or whoever comes from one of these
 * addresses and networks. 0: nobody’s.
 */
export type TrustedProxies = number | readonly string[]

const HOPS_MAX = 10
const NAMES = ['loopback', 'linklocal', 'uniquelocal']

function isNetwork(text: string): boolean {
  if (NAMES.includes(text)) return true
  const [address = '', prefix, ...rest] = text.split('/')
  if (isIP(address) === 0 || rest.length > 0) return false
  if (prefix === undefined) return true
  // A prefix of 0 would take everybody’s word.
  return /^[1-9]\d{0,2}$/.test(prefix) && Number(prefix) <= (isIPv6(address) ? 128 : 32)
}

interface Reading {
  readonly value: (path: string, env: string) => unknown
  readonly problem: (what: string, next: string) => void
}

export function trustedProxiesOf({ value, problem }: Reading): TrustedProxies {
  const given = value('listen.trusted_proxies', 'EVERYCENT_TRUSTED_PROXIES') ?? ''
  const trusted = proxiesIn(String(given))
  if (trusted === null)
    problem(
      `listen.trusted_proxies is ${JSON.stringify(given)}, neither a number of hops up to ${HOPS_MAX} nor a list of addresses.`,
      'Write 1 for one balancer in front, or its addresses: "10.0.0.7, 10.1.0.0/16".',
    )
  return trusted ?? 0
}

/** `null`: it is neither a number of hops nor a list of addresses. */
function proxiesIn(given: string): TrustedProxies | null {
  const parts = given.split(/[\s,]+/).filter((part) => part !== '')
  if (parts.length === 0) return 0
  const [only = ''] = parts
  if (parts.length === 1 && /^\d+$/.test(only)) {
    const hops = Number(only)
    return hops <= HOPS_MAX ? hops : null
  }
  return parts.every(isNetwork) ? parts : null
}

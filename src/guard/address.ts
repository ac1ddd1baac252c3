import { lookup } from 'node:dns/promises'
import { BlockList, isIP, type LookupFunction } from 'node:net'

/** Addresses that are not on the public internet (IANA special-purpose registries). */
const PRIVATE_V4: readonly (readonly [string, number])[] = [
  ['0.0.0.0', 8],
  ['10.0.0.0', 8],
  ['100.64.0.0', 10],
  ['127.0.0.0', 8],
  ['169.254.0.0', 16],
  ['172.16.0.0', 12],
  ['192.0.0.0', 24],
  ['192.0.2.0', 24],
  ['192.88.99.0', 24],
  ['192.168.0.0', 16],
  ['198.18.0.0', 15],
  ['198.51.100.0', 24],
  ['203.0.113.0', 24],
  ['224.0.0.0', 4],
  ['240.0.0.0', 4],
]
/** Within the global unicast range: those that stand for IPv4 addresses, or for nothing. */
const SPECIAL_V6: readonly (readonly [string, number])[] = [
  ['2001::', 23],
  ['2001:db8::', 32],
  ['2002::', 16],
  ['3fff::', 20],
]

const privateV4 = new BlockList()
for (const [net, bits] of PRIVATE_V4) privateV4.addSubnet(net, bits, 'ipv4')
const globalV6 = new BlockList()
globalV6.addSubnet('2000::', 3, 'ipv6')
const specialV6 = new BlockList()
for (const [net, bits] of SPECIAL_V6) specialV6.addSubnet(net, bits, 'ipv6')

/** The link of a machine, where clouds keep the credentials of whoever runs on it. */
const metadata = new BlockList()
metadata.addSubnet('169.254.0.0', 16, 'ipv4')
metadata.addAddress('100.100.100.200', 'ipv4')
metadata.addAddress('192.0.0.192', 'ipv4')
metadata.addSubnet('fe80::', 10, 'ipv6')
metadata.addAddress('fd00:ec2::254', 'ipv6')

/** Whether nobody has a reason to call an address, in a network of one's own neither. */
export function isLinkAddress(address: string): boolean {
  const family = isIP(address)
  // an IPv4 address in the dress of IPv6 is found too
  return family !== 0 && metadata.check(address, family === 4 ? 'ipv4' : 'ipv6')
}

/** Whether an address is one of the public internet. Of IPv6 only what is known to be is. */
export function isPublicAddress(address: string): boolean {
  const family = isIP(address)
  if (family === 4) return !privateV4.check(address, 'ipv4')
  if (family !== 6) return false
  return globalV6.check(address, 'ipv6') && !specialV6.check(address, 'ipv6')
}

const REFUSALS = {
  not_url: 'is not a URL',
  not_https: 'does not begin with https://',
  credentials: 'carries a user name or a password',
  not_found: 'has no address',
  is_link: 'is an address of the machine’s link',
  leads_to_link: 'leads to an address of the machine’s link',
  is_private: 'is an address that is not of the public internet',
  leads_to_private: 'leads to an address that is not of the public internet',
} as const

/** Why an address may not be called. */
export type AddressRefusal = keyof typeof REFUSALS

/** Thrown where an address may not be called. */
export class AddressRefused extends Error {
  readonly code = 'ADDRESS_REFUSED'
  readonly why: AddressRefusal
  constructor(why: AddressRefusal) {
    super(REFUSALS[why])
    this.why = why
    this.name = 'AddressRefused'
  }
}

export type Resolve = (
  host: string,
) => Promise<readonly { readonly address: string; readonly family: number }[]>

export interface AddressRules {
  /**
   * For development and networks of one's own: loopback and private addresses, also over http. Those of the
   * machine's link are refused all the same.
   */
  readonly allowPrivate: boolean
  readonly resolve?: Resolve
}

const resolveAll: Resolve = (host) => lookup(host, { all: true, verbatim: true })

/** The host as an address is written: `[::1]` without its brackets. */
const bareHost = (url: URL): string => url.hostname.replace(/^\[(.*)\]$/, '$1')

/**
 * Reads an address that somebody has given us to call. What the URL parser makes of it is what counts:
 * `http://2130706433` and `http://0x7f.1` are 127.0.0.1.
 */
export function readAddress(text: string, rules: AddressRules): URL {
  if (!URL.canParse(text)) throw new AddressRefused('not_url')
  const url = new URL(text)
  if (url.protocol !== 'https:' && !(url.protocol === 'http:' && rules.allowPrivate))
    throw new AddressRefused('not_https')
  if (url.username !== '' || url.password !== '') throw new AddressRefused('credentials')
  const host = bareHost(url)
  if (isIP(host) !== 0) checkFound([host], rules, 'is')
  return url
}

/** As `readAddress`, and looks the name up. One private address among several is enough to refuse. */
export async function checkAddress(text: string, rules: AddressRules): Promise<URL> {
  const url = readAddress(text, rules)
  if (isIP(bareHost(url)) === 0) await allowedAddresses(url.hostname, rules)
  return url
}

/** @throws AddressRefused */
function checkFound(found: readonly string[], rules: AddressRules, verb: 'is' | 'leads_to'): void {
  if (found.some(isLinkAddress)) throw new AddressRefused(`${verb}_link`)
  if (!rules.allowPrivate && !found.every(isPublicAddress))
    throw new AddressRefused(`${verb}_private`)
}

/**
 * The rules for an address that the operator has written down: inside, where it says so itself (`localhost`,
 * `10.0.0.7`) or the setting beside it does. A name that leads inside unsaid is refused.
 */
export function rulesOfOperator(
  address: string,
  setting: 'refused' | 'allowed' = 'refused',
): AddressRules {
  const host = bareHost(new URL(address)).toLowerCase()
  const saysSo = /^(.+\.)?localhost\.?$/.test(host) || (isIP(host) !== 0 && !isPublicAddress(host))
  return { allowPrivate: setting === 'allowed' || saysSo }
}

async function allowedAddresses(host: string, rules: AddressRules) {
  const found = await (rules.resolve ?? resolveAll)(host)
  if (found.length === 0) throw new AddressRefused('not_found')
  checkFound(
    found.map(({ address }) => address),
    rules,
    'leads_to',
  )
  return found
}

/**
 * How a connection finds its address: what is checked here is what is connected to, so that a name cannot
 * lead elsewhere a moment later.
 */
export const guardedLookup =
  (rules: AddressRules): LookupFunction =>
  (host, options, callback) => {
    allowedAddresses(host, rules).then(
      (found) => {
        if (options.all) callback(null, [...found])
        else callback(null, found[0]!.address, found[0]!.family)
      },
      (error: NodeJS.ErrnoException) => callback(error, '', 0),
    )
  }

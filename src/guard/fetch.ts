import { Agent, fetch as send } from 'undici'
import { type AddressRules, guardedLookup, readAddress } from './address.ts'

const ANSWER_BYTES_MAX = 1024 * 1024
const CONNECT_MS = 10_000

/**
 * `fetch` for addresses that somebody else may have named: checked as they are written and as they are
 * connected to, never redirected, and bounded in size.
 */
export function guardedFetch(rules: AddressRules) {
  const dispatcher = new Agent({
    connect: { lookup: guardedLookup(rules), timeout: CONNECT_MS },
    maxResponseSize: ANSWER_BYTES_MAX,
  })
  return async (address: string, init: object): Promise<Response> => {
    const url = readAddress(address, rules)
    // the same class, from the package instead of the platform
    return (await send(url, { ...init, redirect: 'manual', dispatcher })) as unknown as Response
  }
}

import { isLinkAddress } from '../guard/address.ts'

/** What is wrong with an address in the settings, and what to do. `null`: nothing. */
export function httpUrlFault(path: string, given: string): readonly [string, string] | null {
  const url = URL.canParse(given) ? new URL(given) : undefined
  const clean = url !== undefined && url.username === '' && url.search === '' && url.hash === ''
  if (!clean || !/^https?:$/.test(url.protocol))
    return [
      `${path} is not a plain http or https address.`,
      'Write it as https://api.example.com, without key, query or fragment.',
    ]
  if (isLinkAddress(url.hostname.replace(/^\[|\]$/g, '')))
    return [
      `${path} is an address of the machine’s link, where clouds keep credentials.`,
      'Write the address of the service.',
    ]
  return null
}

import type { IncomingHttpHeaders } from 'node:http'
import { single } from './headers.ts'

/* What is kept of headers with a call. Both are lists of what is: a header that is not on them is not. */

/** What a client is built with, by its own words; never who uses it. */
const OF_CLIENTS: readonly (readonly [header: string, name: string])[] = [
  ['x-stainless-lang', 'language'],
  ['x-stainless-package-version', 'package_version'],
  ['x-stainless-runtime', 'runtime'],
  ['x-stainless-runtime-version', 'runtime_version'],
]

/** What a provider says of its own work and limits; never whose account it is there. */
const OF_PROVIDERS: readonly string[] = [
  'anthropic-ratelimit-requests-remaining',
  'anthropic-ratelimit-tokens-remaining',
  'anthropic-ratelimit-input-tokens-remaining',
  'anthropic-ratelimit-output-tokens-remaining',
  'x-ratelimit-remaining-requests',
  'x-ratelimit-remaining-tokens',
  'openai-processing-ms',
  'openai-version',
  'x-envoy-upstream-service-time',
  'retry-after',
  'cf-ray',
]

const VALUE = /^[\w.:+-]{1,64}$/
/** The product before everything else: `claude-cli/2.1.0 (external, cli)` is `claude-cli/2.1.0`. */
const PRODUCT = /^[A-Za-z][\w.-]{0,31}(?:\/[\w.+-]{1,32})?(?=$|[ (;])/

type Words = Record<string, string>

/** `null`: the client says nothing of itself. */
export function clientWords(headers: IncomingHttpHeaders): Words | null {
  const words: Words = {}
  const product = PRODUCT.exec(headers['user-agent'] ?? '')?.[0]
  if (product !== undefined) words.user_agent = product
  for (const [header, name] of OF_CLIENTS) keep(words, name, headers[header])
  return orNull(words)
}

/** `null`: there is none of them. */
export function providerWords(headers: IncomingHttpHeaders): Words | null {
  const words: Words = {}
  for (const name of OF_PROVIDERS) keep(words, name, headers[name])
  return orNull(words)
}

function keep(words: Words, name: string, given: string | readonly string[] | undefined): void {
  const value = single(given)
  if (value !== null && VALUE.test(value)) words[name] = value
}

function orNull(words: Words): Words | null {
  for (const _name in words) return words
  return null
}

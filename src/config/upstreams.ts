import { Secret } from './secret.ts'
import { environmentName } from './settings.ts'

export interface UpstreamConfig {
  /** Without a trailing slash. */
  readonly baseUrl: string
  readonly apiKey: Secret
  /** Whether its name may lead inside; refused unless told. One that is written inside may. */
  readonly privateAddresses?: PrivateAddresses
}

export const PRIVATE_ADDRESSES = ['refused', 'allowed'] as const
export type PrivateAddresses = (typeof PRIVATE_ADDRESSES)[number]

export const UPSTREAM_NAMES = ['anthropic', 'openai'] as const
export type UpstreamName = (typeof UPSTREAM_NAMES)[number]

interface Reading {
  readonly text: (path: string, env?: string) => string | undefined
  readonly environment: (name: string) => string | undefined
  readonly secretFile: (path: string, file: string) => string | undefined
  readonly httpUrl: (path: string, given: string) => string
  readonly problem: (what: string, next: string) => void
  readonly choice: <const C extends string>(name: string, choices: readonly C[]) => C
}

export function upstreamsOf(reading: Reading): Partial<Record<UpstreamName, UpstreamConfig>> {
  const found: Partial<Record<UpstreamName, UpstreamConfig>> = {}
  for (const name of UPSTREAM_NAMES) {
    const upstream = upstreamOf(name, reading)
    if (upstream) found[name] = upstream
  }
  return found
}

const STANDARD = {
  anthropic: { key: 'ANTHROPIC_API_KEY', url: 'https://api.anthropic.com' },
  openai: { key: 'OPENAI_API_KEY', url: 'https://api.openai.com' },
}

function upstreamOf(name: UpstreamName, reading: Reading): UpstreamConfig | undefined {
  const { text, environment, secretFile } = reading
  const prefix = `upstreams.${name}`
  const standard = STANDARD[name]
  const baseUrl = text(`${prefix}.base_url`, environmentName(`${name}_base_url`))
  const keyEnv = text(`${prefix}.api_key_env`)
  const keyFile = text(`${prefix}.api_key_file`)
  const privateAddresses = reading.choice(`${prefix}.private_addresses`, PRIVATE_ADDRESSES)
  const asked = baseUrl !== undefined || keyEnv !== undefined || keyFile !== undefined
  const key =
    keyFile === undefined
      ? environment(keyEnv ?? standard.key)
      : secretFile(`${prefix}.api_key_file`, keyFile)
  if (key === undefined) {
    if (asked)
      reading.problem(
        `The upstream ${name} has no key: the variable ${keyEnv ?? standard.key} is not set.`,
        `Set it, or point ${prefix}.api_key_env or ${prefix}.api_key_file at the key.`,
      )
    return undefined
  }
  return {
    baseUrl: reading.httpUrl(`${prefix}.base_url`, baseUrl ?? standard.url),
    apiKey: new Secret(key.trim()),
    privateAddresses,
  }
}

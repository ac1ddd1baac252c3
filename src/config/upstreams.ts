import type { Secret } from './secret.ts'

export interface UpstreamConfig {
  /** Without a trailing slash. */
  readonly baseUrl: string
  readonly apiKey: Secret
}

export const UPSTREAM_NAMES = ['anthropic', 'openai'] as const
export type UpstreamName = (typeof UPSTREAM_NAMES)[number]

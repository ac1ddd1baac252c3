import type { Account, Rig } from './rig.ts'

const hello = [{ role: 'user' as const, content: 'Say why this call cost what it cost.' }]
export const message = { model: 'claude-haiku-5.5', max_tokens: 1000, messages: hello } as const
export const chat = { model: 'gpt-5.5', messages: hello } as const
export const response = { model: 'gpt-5.5', input: 'Say why this call cost it.' } as const

/** Headers for the simulated provider. */
export const sim = (
  headers: Record<string, string | number>,
): { headers: Record<string, string> } => ({
  headers: Object.fromEntries(
    Object.entries(headers).map(([name, value]) => [`x-sim-${name}`, String(value)]),
  ),
})

export const SURFACES = ['anthropic', 'openai_chat', 'openai_responses'] as const
export type SurfaceName = (typeof SURFACES)[number]

export const PATHS: Record<SurfaceName, string> = {
  anthropic: '/anthropic/v1/messages',
  openai_chat: '/openai/v1/chat/completions',
  openai_responses: '/openai/v1/responses',
}

export const BODIES: Record<SurfaceName, object> = {
  anthropic: message,
  openai_chat: chat,
  openai_responses: response,
}

export const authOf = (surface: SurfaceName, secret: string): Record<string, string> =>
  surface === 'anthropic' ? { 'x-api-key': secret } : { authorization: `Bearer ${secret}` }

export interface Raw {
  readonly surface: SurfaceName
  readonly body?: object | string | Buffer
  readonly stream?: boolean
  readonly headers?: Record<string, string>
  readonly signal?: AbortSignal
}

/** A request as bare as can be: no client that retries or reads between. */
export function send(rig: Rig, account: Account, raw: Raw): Promise<Response> {
  const body = raw.body ?? { ...BODIES[raw.surface], ...(raw.stream && { stream: true }) }
  return fetch(rig.url + PATHS[raw.surface], {
    method: 'POST',
    headers: {
      'content-type': 'application/json',
      ...authOf(raw.surface, account.secret),
      ...raw.headers,
    },
    body: typeof body === 'string' || Buffer.isBuffer(body) ? body : JSON.stringify(body),
    signal: raw.signal ?? null,
  })
}

import Anthropic from '@anthropic-ai/sdk'
import OpenAI from 'openai'
import { afterAll, beforeAll, beforeEach } from 'vitest'
import {
  type BillLine,
  startUpstream,
  type Upstream,
  type UpstreamOptions,
} from '../../../src/demo/upstream/index.ts'

export interface Clients {
  upstream: Upstream
  anthropic: Anthropic
  openai: OpenAI
}

/** The official clients, straight at a simulator of this file's own; its books open empty. */
export function useClients(options: Partial<UpstreamOptions> = {}): Clients {
  const clients = {} as Clients
  beforeAll(async () => {
    clients.upstream = await startUpstream({ seed: 7, ...options })
    const quiet = { apiKey: 'test-key', logLevel: 'off' } as const
    clients.anthropic = new Anthropic({ ...quiet, baseURL: clients.upstream.url })
    clients.openai = new OpenAI({ ...quiet, baseURL: `${clients.upstream.url}/v1` })
  })
  beforeEach(() => clients.upstream.reset())
  afterAll(() => clients.upstream.stop())
  return clients
}

export function onlyLine(upstream: Upstream): BillLine {
  const { lines } = upstream.bill()
  if (lines.length !== 1) throw new Error(`Expected one bill line, found ${lines.length}.`)
  return lines[0] as BillLine
}

/** The book is written after the client has its answer, or after it hung up. */
export async function eventually<T>(read: () => T | undefined | false): Promise<T> {
  for (let tries = 0; tries < 200; tries += 1) {
    const value = read()
    if (value !== undefined && value !== false) return value
    await new Promise((resolve) => setTimeout(resolve, 10))
  }
  throw new Error('It did not come about within two seconds.')
}

export const sim = (
  headers: Record<string, string | number>,
): { headers: Record<string, string> } => ({
  headers: Object.fromEntries(
    Object.entries(headers).map(([name, value]) => [`x-sim-${name}`, String(value)]),
  ),
})

export const hello = [{ role: 'user' as const, content: 'Say why this call cost what it cost.' }]
export const message = { model: 'claude-haiku-5.5', max_tokens: 1000, messages: hello } as const
export const chat = { model: 'gpt-5.5', messages: hello } as const
export const response = { model: 'gpt-5.5', input: 'Say why this call cost it.' } as const
export const HELLO_TOKENS = 9

import type { Dialect } from './surface.ts'

const MINUTE_MS = 60_000
const REQUESTS_PER_MINUTE = 1_000_000
const INPUT_TOKENS_PER_MINUTE = 4_000_000_000
const OUTPUT_TOKENS_PER_MINUTE = 800_000_000

/** Published allowances that run down within each minute. They inform and never refuse. */
export class RateLimits {
  #minute = -1
  #reset = ''
  #requests = 0
  #input = 0
  #output = 0

  use(nowMs: number, input: number, output: number): void {
    const minute = Math.floor(nowMs / MINUTE_MS)
    if (minute !== this.#minute) {
      this.#minute = minute
      this.#reset = new Date((minute + 1) * MINUTE_MS).toISOString().replace('.000Z', 'Z')
      this.#requests = REQUESTS_PER_MINUTE
      this.#input = INPUT_TOKENS_PER_MINUTE
      this.#output = OUTPUT_TOKENS_PER_MINUTE
    }
    this.#requests = Math.max(0, this.#requests - 1)
    this.#input = Math.max(0, this.#input - input)
    this.#output = Math.max(0, this.#output - output)
  }

  addTo(headers: string[], dialect: Dialect): void {
    if (dialect === 'anthropic') this.#addAnthropic(headers)
    else this.#addOpenAi(headers)
  }

  #addAnthropic(headers: string[]): void {
    const name = 'anthropic-ratelimit-'
    const group = (kind: string, limit: number, remaining: number): number =>
      headers.push(
        `${name}${kind}-limit`,
        String(limit),
        `${name}${kind}-remaining`,
        String(remaining),
        `${name}${kind}-reset`,
        this.#reset,
      )
    group('requests', REQUESTS_PER_MINUTE, this.#requests)
    const tokens = INPUT_TOKENS_PER_MINUTE + OUTPUT_TOKENS_PER_MINUTE
    group('tokens', tokens, this.#input + this.#output)
    group('input-tokens', INPUT_TOKENS_PER_MINUTE, this.#input)
    group('output-tokens', OUTPUT_TOKENS_PER_MINUTE, this.#output)
  }

  #addOpenAi(headers: string[]): void {
    headers.push(
      'x-ratelimit-limit-requests',
      String(REQUESTS_PER_MINUTE),
      'x-ratelimit-remaining-requests',
      String(this.#requests),
      'x-ratelimit-reset-requests',
      '60ms',
      'x-ratelimit-limit-tokens',
      String(INPUT_TOKENS_PER_MINUTE),
      'x-ratelimit-remaining-tokens',
      String(this.#input),
      'x-ratelimit-reset-tokens',
      '6ms',
    )
  }
}

/** A flat name-value list: `writeHead` takes it without building an object. */
export function answerHeaders(dialect: Dialect, requestId: string, contentType: string): string[] {
  return dialect === 'anthropic'
    ? ['content-type', contentType, 'request-id', requestId, 'anthropic-organization-id', 'org_sim']
    : [
        ...['content-type', contentType, 'x-request-id', requestId],
        ...['openai-organization', 'org-sim', 'openai-version', '2020-10-01'],
        ...['openai-processing-ms', '1'],
      ]
}

/** A problem document (RFC 9457) as far as it can be relied upon; the rest is in `body`. */
export interface ProblemBody {
  readonly type?: string
  readonly title?: string
  readonly status?: number
  readonly code?: string
  readonly detail?: string
  readonly retryable?: boolean
  readonly [member: string]: unknown
}

/** The server understood and did not do it. Business refusals and bad requests alike. */
export class EverycentProblem extends Error {
  readonly status: number
  /** From the catalogue, such as `cap_reached`; `http_<status>` when the answer was no problem document. */
  readonly code: string
  readonly title: string
  readonly detail: string
  readonly retryable: boolean
  /** When waiting helps: how long. */
  readonly retryAfterMs: number | undefined
  /** The `x-request-id` of the answer, for support. */
  readonly requestId: string | undefined
  readonly body: ProblemBody

  constructor(options: {
    status: number
    body: ProblemBody
    retryAfterMs?: number | undefined
    requestId?: string | undefined
  }) {
    const { status, body } = options
    const title = body.title ?? `HTTP status ${status}`
    super(body.detail === undefined ? title : `${title}: ${body.detail}`)
    this.name = 'EverycentProblem'
    this.status = status
    this.code = body.code ?? `http_${status}`
    this.title = title
    this.detail = body.detail ?? ''
    this.retryable = body.retryable ?? false
    this.retryAfterMs = options.retryAfterMs
    this.requestId = options.requestId
    this.body = body
  }
}

/** No answer: the connection failed, was cut or took too long. Ask again with the same key. */
export class EverycentUnreachable extends Error {
  readonly url: string
  constructor(url: string, reason: string, options: { cause?: unknown } = {}) {
    super(`${url} did not answer: ${reason}`, options)
    this.name = 'EverycentUnreachable'
    this.url = url
  }
}

/** Reads whatever came back as a problem, also from a proxy that answers in HTML. */
export async function problemFrom(response: Response): Promise<EverycentProblem> {
  const text = await response.text().catch(() => '')
  return new EverycentProblem({
    status: response.status,
    body: problemBody(text),
    retryAfterMs: retryAfter(response.headers.get('retry-after')),
    requestId: response.headers.get('x-request-id') ?? undefined,
  })
}

function problemBody(text: string): ProblemBody {
  try {
    const parsed: unknown = JSON.parse(text)
    if (typeof parsed === 'object' && parsed !== null && !Array.isArray(parsed))
      return parsed as ProblemBody
  } catch {
    // Not ours: the status is all there is to know.
  }
  return {}
}

/** `Retry-After` in seconds or as a date. */
export function retryAfter(header: string | null, nowMs = Date.now()): number | undefined {
  if (header === null) return undefined
  if (/^\d{1,9}(\.\d+)?$/.test(header.trim())) return Math.ceil(Number(header) * 1_000)
  const at = Date.parse(header)
  return Number.isNaN(at) ? undefined : Math.max(0, at - nowMs)
}

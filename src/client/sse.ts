/** One event of a `text/event-stream`. */
export interface ServerEvent {
  /** For resuming: the last id seen goes into `Last-Event-ID`. */
  readonly id: string | undefined
  readonly event: string
  readonly data: string
}

/** What a stream may also say: how long to wait before coming back. */
export interface StreamHints {
  retryMs: number | undefined
}

const LINE_END = /\r\n|\n|\r/
/** An event larger than this is not ours: the stream is given up instead of the memory. */
const EVENT_CHARACTERS_MAX = 8_000_000

/**
 * Reads events as they come (WHATWG rules: comments skipped, fields joined, an event that was cut off
 * before its blank line is dropped).
 */
export async function* readEvents(
  body: ReadableStream<Uint8Array>,
  { hints, idleMs }: { readonly hints: StreamHints; readonly idleMs?: number },
): AsyncGenerator<ServerEvent> {
  const parser = new EventParser(hints)
  const decoder = new TextDecoder()
  const reader = body.getReader()
  try {
    for (;;) {
      const { done, value } = await within(idleMs, reader.read())
      if (done) return
      yield* parser.feed(decoder.decode(value, { stream: true }))
    }
  } finally {
    await reader.cancel().catch(() => {})
  }
}

/** Half-open connections never end by themselves: silence for too long ends them. */
function within<T>(idleMs: number | undefined, reading: Promise<T>): Promise<T> {
  if (idleMs === undefined) return reading
  return new Promise((resolve, reject) => {
    const timer = setTimeout(() => reject(new Error(`nothing came for ${idleMs} ms`)), idleMs)
    reading.then(resolve, reject).finally(() => clearTimeout(timer))
  })
}

class EventParser {
  readonly #hints: StreamHints
  #rest = ''
  #id: string | undefined
  #event = ''
  #data: string[] = []

  constructor(hints: StreamHints) {
    this.#hints = hints
  }

  *feed(text: string): Generator<ServerEvent> {
    this.#rest += text
    if (this.#rest.length > EVENT_CHARACTERS_MAX) throw new Error('an event is too large')
    for (;;) {
      const end = LINE_END.exec(this.#rest)
      // A lone CR at the end may be the first half of CRLF.
      if (!end || (end[0] === '\r' && end.index === this.#rest.length - 1)) return
      const line = this.#rest.slice(0, end.index)
      this.#rest = this.#rest.slice(end.index + end[0].length)
      const event = this.#line(line)
      if (event) yield event
    }
  }

  #line(line: string): ServerEvent | undefined {
    if (line === '') return this.#dispatch()
    const colon = line.indexOf(':')
    if (colon === 0) return undefined
    const field = colon === -1 ? line : line.slice(0, colon)
    const value = colon === -1 ? '' : line.slice(colon + 1).replace(/^ /, '')
    if (field === 'data') this.#data.push(value)
    else if (field === 'event') this.#event = value
    else if (field === 'id' && !value.includes('\0')) this.#id = value
    else if (field === 'retry' && /^\d+$/.test(value)) this.#hints.retryMs = Number(value)
    return undefined
  }

  #dispatch(): ServerEvent | undefined {
    const data = this.#data.join('\n')
    const event = this.#event === '' ? 'message' : this.#event
    const empty = this.#data.length === 0
    this.#data = []
    this.#event = ''
    return empty ? undefined : { id: this.#id, event, data }
  }
}

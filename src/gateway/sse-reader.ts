/** One server-sent event as it came: its data, its name, and the characters it was written in. */
export interface RawEvent {
  /** The `data` lines joined; `null` for comments and other blocks without data. */
  readonly data: string | null
  readonly event: string | undefined
  readonly raw: string
}

/** An event that does not end is given up beyond this many characters. */
const EVENT_LENGTH_MAX = 16 * 1024 * 1024

const LINE_FEED = 0x0a
const CARRIAGE_RETURN = 0x0d

/**
 * Cuts a stream into its events without changing a character: the `raw` of all events and the rest,
 * put together, are the stream. It works on text read as Latin-1, one character a byte, so that
 * characters split between chunks and bytes that are no UTF-8 pass through whole.
 */
export class SseReader {
  readonly #onEvent: (event: RawEvent) => void
  #rest = ''
  /** Chunks that ended no line: joined only when one does. */
  #pieces: string[] = []
  #length = 0
  /** Set once an event was too long to be kept: from then on nothing is read. */
  overflowed = false

  constructor(onEvent: (event: RawEvent) => void) {
    this.#onEvent = onEvent
  }

  push(chunk: string): void {
    if (this.overflowed) return
    if (chunk.includes('\n') || chunk.includes('\r')) this.#read(this.#take() + chunk, false)
    else this.#pieces.push(chunk)
    this.#length += chunk.length
    if (this.#length > EVENT_LENGTH_MAX) this.overflowed = true
  }

  /** The stream is over: whatever the last line end was, it was one. */
  end(): void {
    if (!this.overflowed) this.#read(this.#take(), true)
  }

  /** What came after the last event: an event that was cut off, or nothing. */
  rest(): string {
    return this.#rest + this.#pieces.join('')
  }

  #take(): string {
    const text = this.rest()
    this.#rest = ''
    this.#pieces = []
    return text
  }

  #read(text: string, isEnd: boolean): void {
    const lineEnd = text.includes('\r') ? anyLineEnd : feedEnd
    const fields = new Fields()
    let eventStart = 0
    let lineStart = 0
    for (;;) {
      const end = lineEnd(text, lineStart, isEnd)
      if (end === null) break
      if (end.at === lineStart) {
        const { data, event } = fields
        this.#onEvent({ data, event, raw: text.slice(eventStart, end.next) })
        fields.clear()
        eventStart = end.next
      } else fields.line(text, lineStart, end.at)
      lineStart = end.next
    }
    // the lines of an unfinished event are read again together with its rest
    this.#rest = text.slice(eventStart)
    this.#length = this.#rest.length
  }
}

/** The fields of the event that is being read. */
class Fields {
  data: string | null = null
  event: string | undefined

  line(text: string, start: number, end: number): void {
    if (text.startsWith('data', start)) {
      const value = fieldValue(text, start + 4, end)
      if (value !== null) this.data = this.data === null ? value : `${this.data}\n${value}`
    } else if (text.startsWith('event', start)) {
      this.event = fieldValue(text, start + 5, end) ?? this.event
    }
  }

  clear(): void {
    this.data = null
    this.event = undefined
  }
}

interface LineEnd {
  /** Where the line's own characters end. */
  readonly at: number
  readonly next: number
}

function feedEnd(text: string, from: number): LineEnd | null {
  const at = text.indexOf('\n', from)
  return at < 0 ? null : { at, next: at + 1 }
}

function anyLineEnd(text: string, from: number, isEnd: boolean): LineEnd | null {
  for (let at = from; at < text.length; at += 1) {
    const code = text.charCodeAt(at)
    if (code === LINE_FEED) return { at, next: at + 1 }
    if (code !== CARRIAGE_RETURN) continue
    // a line feed that belongs to it may still be on its way
    if (at + 1 === text.length) return isEnd ? { at, next: at + 1 } : null
    return { at, next: text.charCodeAt(at + 1) === LINE_FEED ? at + 2 : at + 1 }
  }
  return null
}

/** The value after a field's name; `null` when the name goes on, so that it is another field. */
function fieldValue(text: string, from: number, end: number): string | null {
  if (from === end) return ''
  if (text[from] !== ':') return null
  const start = text[from + 1] === ' ' ? from + 2 : from + 1
  return text.slice(Math.min(start, end), end)
}

/** Long enough for any of the marks to be found although it came in two pieces. */
const TAIL_BYTES = 40

const FINISHED = ['"message_stop"', '[DONE]', '"response.completed"', '"response.incomplete"']
const BROKEN = [
  'event: error',
  '"type":"error"',
  '"type": "error"',
  'data: {"error"',
  '"response.failed"',
]

/**
 * Follows a stream as far as a client must: whether it was ended by its last event, or broke. Events
 * are not parsed, so that the clients of the replay cost little.
 */
export class StreamEnd {
  #tail = ''
  bytes = 0
  finished = false
  broken = false

  push(chunk: Buffer): void {
    this.bytes += chunk.length
    const text = this.#tail + chunk.toString('latin1')
    if (!this.finished) this.finished = FINISHED.some((mark) => text.includes(mark))
    if (!this.broken) this.broken = BROKEN.some((mark) => text.includes(mark))
    this.#tail = text.slice(-TAIL_BYTES)
  }

  get whole(): boolean {
    return this.finished && !this.broken
  }
}

import type { FaultName } from './faults.ts'
import type { Frame, StreamPosition } from './surface.ts'

/** What goes on the wire for one event, after faults had their say. */
export interface WirePiece {
  readonly bytes: string | Buffer
  readonly generated: number
  readonly delta: boolean
  /** `cut` destroys the socket; `failed` ends the answer cleanly after an in-band error. */
  readonly ends?: 'cut' | 'failed'
}

export interface SpoilOptions {
  readonly fault: FaultName | undefined
  readonly afterChunks: number
  readonly newline: string
  readonly errorFrames: (at: StreamPosition) => Frame[]
}

const INVALID_UTF8 = Buffer.from([0xc3, 0x28, 0xff])

/** Puts bytes that are no UTF-8 just before `text`. */
export function withInvalidUtf8(whole: string, text: string): Buffer {
  const at = Math.max(0, whole.indexOf(text))
  return Buffer.concat([
    Buffer.from(whole.slice(0, at)),
    INVALID_UTF8,
    Buffer.from(whole.slice(at)),
  ])
}

function serialise(frame: Frame, newline: string): string {
  const data = `data: ${frame.data}${newline}${newline}`
  return frame.event === undefined ? data : `event: ${frame.event}${newline}${data}`
}

function pieceOf(frame: Frame, newline: string): WirePiece {
  const { generated, kind } = frame
  return { bytes: serialise(frame, newline), generated, delta: kind === 'delta' }
}

/** A frame as the named fault leaves it. True when that was the end of the stream. */
function* spoiled(
  frame: Frame,
  options: SpoilOptions,
  at: StreamPosition,
): Generator<WirePiece, boolean> {
  const { fault, newline } = options
  const { generated } = at
  const open = { generated, delta: false } as const
  switch (fault) {
    case 'mid_stream_cut':
      // Half an event, so that the reader is left inside a line and not at a clean border.
      yield { ...open, bytes: serialise(frame, newline).slice(0, 20), ends: 'cut' }
      return true
    case 'mid_stream_error':
      for (const error of options.errorFrames(at)) yield pieceOf(error, newline)
      yield { ...open, bytes: '', ends: 'failed' }
      return true
    case 'mid_stream_end':
      yield { ...open, bytes: '', ends: 'failed' }
      return true
    case 'truncated_json': {
      const half = { ...frame, data: frame.data.slice(0, frame.data.length / 2), generated }
      yield { ...pieceOf(half, newline), ends: 'failed' }
      return true
    }
    case 'malformed_sse':
      yield {
        ...open,
        bytes: `data${newline}:${newline}event: ${frame.event ?? 'noise'}${newline}`,
      }
      yield { ...open, bytes: `data: {"type":"content_block_delta",not json}${newline}${newline}` }
      yield pieceOf(frame, newline)
      return false
    default: {
      const bytes = withInvalidUtf8(serialise(frame, newline), frame.text ?? '')
      yield { bytes, generated: frame.generated, delta: frame.kind === 'delta' }
      return false
    }
  }
}

const SPOILING: ReadonlySet<FaultName> = new Set([
  'mid_stream_cut',
  'mid_stream_error',
  'mid_stream_end',
  'truncated_json',
  'malformed_sse',
  'invalid_utf8',
])

/** The wire pieces of a stream. The fault strikes once, after its number of output chunks. */
export function* wirePieces(frames: Iterable<Frame>, options: SpoilOptions): Generator<WirePiece> {
  let due = options.fault !== undefined && SPOILING.has(options.fault)
  let chunks = 0
  let events = 0
  let generated = 0
  for (const frame of frames) {
    if (due && (frame.kind === 'final' || chunks >= options.afterChunks)) {
      due = false
      if (yield* spoiled(frame, options, { generated, events })) return
    } else yield pieceOf(frame, options.newline)
    chunks += frame.kind === 'delta' ? 1 : 0
    events += 1
    generated = frame.generated
  }
}

/**
 * Cuts text where readers are weakest: inside multi-byte characters and between CR and LF, and
 * otherwise every few (odd) bytes.
 */
export function* oddPieces(bytes: Buffer): Generator<Buffer> {
  let start = 0
  for (let index = 0; index < bytes.length; index += 1) {
    const byte = bytes[index] as number
    const weak = byte === 0x0d || byte >= 0xc0
    if (weak || index - start >= 6 + ((index >> 3) & 4)) {
      yield bytes.subarray(start, index + 1)
      start = index + 1
    }
  }
  if (start < bytes.length) yield bytes.subarray(start)
}

/**
 * The server's clock as a browser knows it: from the dates of answers, carried on by a clock that no
 * setting of the machine moves. A wrong or jumping clock of the machine changes no countdown.
 */
let ahead: number | undefined

const monotonic = (): number => performance.timeOrigin + performance.now()

/** Dates of HTTP have whole seconds: the middle of that second is the best guess. */
const HALF_SECOND_MS = 500

/** Takes the `Date` header of an answer that has just come. */
export function observeDate(header: string | null): void {
  const at = header === null ? Number.NaN : Date.parse(header)
  if (Number.isNaN(at)) return
  const fresh = at + HALF_SECOND_MS - monotonic()
  // Small differences are the rounding of the header; a large one is a server that was set right.
  if (ahead === undefined || Math.abs(fresh - ahead) > 2_000) ahead = fresh
}

/** Milliseconds since 1970, as the server counts them. */
export const serverNow = (): number => Math.round(monotonic() + (ahead ?? 0))

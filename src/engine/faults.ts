/** SQLSTATE of an error that the server reported, if it is one. */
const codeOf = (error: unknown): string | undefined => {
  const code = (error as { code?: unknown } | null)?.code
  return typeof code === 'string' ? code : undefined
}

const LOSS_CODES = new Set([
  'ECONNREFUSED',
  'ECONNRESET',
  'EPIPE',
  'ETIMEDOUT',
  'ENOTFOUND',
  'EHOSTUNREACH',
  // admin shutdown, crash shutdown, cannot connect now, too many connections
  '57P01',
  '57P02',
  '57P03',
  '53300',
  // disk full, query cancelled by a time-out
  '53100',
  '57014',
])

/**
 * The connection is gone or the server is not able: whether the statement was committed is not
 * known.
 */
export function isConnectionLoss(error: unknown): boolean {
  const code = codeOf(error)
  if (code !== undefined) return LOSS_CODES.has(code) || code.startsWith('08')
  return error instanceof Error && /connection|terminated|timeout/i.test(error.message)
}

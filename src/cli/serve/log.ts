import { type Logger, pino } from 'pino'
import type { LogLevel } from '../../config.ts'

/** Where a request carries secrets, should anybody ever log its headers. */
const SECRETS = ['authorization', 'x-api-key', 'api-key', 'cookie', 'proxy-authorization'].flatMap(
  (name) => [`headers["${name}"]`, `req.headers["${name}"]`, `*.headers["${name}"]`],
)

/** The server's log: JSON lines, without secrets, on standard error or in a file. */
export function createLog(level: LogLevel, destination: string | number): Logger {
  return pino(
    {
      level,
      base: null,
      serializers: { err: errorFacts, req: requestFacts },
      redact: { paths: SECRETS, censor: '[secret]' },
    },
    pino.destination(destination),
  )
}

interface Asked {
  readonly method?: string
  readonly url?: string
  readonly ip?: string
}

const KEY = /ec_(?:live|staff)_\w*/g

/** A request without its query, where people put keys that belong in a header. */
const requestFacts = ({ method, url, ip }: Asked): object => ({
  method,
  url: url?.split('?')[0]?.replaceAll(KEY, '[secret]'),
  remoteAddress: ip,
})

/**
 * What is worth knowing of an error. Errors of libraries carry whole connections, settings and
 * statements with them: those stay out.
 */
export function errorFacts(error: unknown): object {
  if (!(error instanceof Error)) return { message: String(error) }
  const code = 'code' in error && typeof error.code === 'string' ? { code: error.code } : {}
  const cause = error.cause === undefined ? {} : { cause: errorFacts(error.cause) }
  return { type: error.name, message: error.message, ...code, stack: error.stack, ...cause }
}

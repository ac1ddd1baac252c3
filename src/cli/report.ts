import { EverycentProblem, EverycentUnreachable } from '../client/problem.ts'
import { ConfigError } from '../config.ts'
import { zoneOf } from './context.ts'
import { CliError, EXIT, type ExitCode } from './exit.ts'
import type { Io } from './io.ts'
import { styleFor } from './io.ts'
import { problemLines } from './problem-lines.ts'
import { jsonText, sanitize, sanitizeLines, wrap } from './render/text.ts'
import { fromSurroundings } from './surroundings.ts'

const BUG_NEXT =
  'This looks like a bug in Everycent. Run again with EVERYCENT_DEBUG=1 and report it.'

/** Whatever was thrown, in the three sentences that a person needs. */
function asCliError(error: unknown, timeZone: string): CliError {
  if (error instanceof CliError) return error
  if (error instanceof EverycentProblem) return fromProblem(error, timeZone)
  if (error instanceof EverycentUnreachable) return fromUnreachable(error)
  if (error instanceof ConfigError)
    return new CliError('The settings are not right.', {
      why: error.message,
      exitCode: EXIT.usage,
      code: 'config',
      cause: error,
    })
  if (!(error instanceof Error))
    return new CliError(String(error), { next: BUG_NEXT, code: 'internal' })
  if (EXPECTED.has(error.name)) return fromExpected(error)
  const around = fromSurroundings(error)
  if (around) return around
  return new CliError(error.message, { next: BUG_NEXT, code: 'internal', cause: error })
}

/** Errors of the other rooms whose messages are written for people already. */
const EXPECTED = new Set(['EmbeddedPostgresError', 'MigrationError', 'Unavailable'])

function fromExpected(error: Error): CliError {
  const newer = 'exitCode' in error && error.exitCode === EXIT.schemaNewer
  return new CliError(error.message, {
    exitCode: newer ? EXIT.schemaNewer : EXIT.failure,
    code: newer ? 'schema_newer' : 'failure',
    cause: error,
  })
}

function fromUnreachable(error: EverycentUnreachable): CliError {
  return new CliError(`${error.message}.`, {
    next: 'Is the server running there? "npm start" or "everycent serve" starts one; --url names another.',
    code: 'unreachable',
    cause: error,
  })
}

const REFUSED = new Set([401, 402, 403, 409, 422, 423, 429])

function fromProblem(problem: EverycentProblem, timeZone: string): CliError {
  const { status, body } = problem
  const why = problemLines(body, timeZone).join('\n')
  const reference = problem.requestId === undefined ? '' : ` Request ${problem.requestId}.`
  return new CliError(`${problem.title} (${problem.code}).`, {
    ...(why !== '' && { why }),
    next: `${nextFor(problem)}${reference}`,
    exitCode: REFUSED.has(status) ? EXIT.refused : status === 400 ? EXIT.usage : EXIT.failure,
    code: problem.code,
    cause: problem,
  })
}

function nextFor(problem: EverycentProblem): string {
  if (problem.status === 401) return 'Check --token or EVERYCENT_TOKEN.'
  if (problem.retryAfterMs !== undefined)
    return `Try again in ${Math.ceil(problem.retryAfterMs / 1_000)} s.`
  // no problem of ours has such a code: something else answers there
  if (problem.code === `http_${problem.status}`)
    return 'Is it a server of Everycent that answers there? --url is its address without a path.'
  return `"docs/errors/${problem.code}.md" tells more.`
}

interface ErrorOutput {
  readonly json: boolean
  readonly timeZone: string
}

/** How errors of a command line are told, also of one that could not be read. */
export const outputOf = (argv: readonly string[]): ErrorOutput => ({
  json: argv.includes('--json'),
  timeZone: zoneOf({ utc: argv.includes('--utc') }),
})

/** Writes the error to standard error, and says with which code to leave. */
export function reportError(
  io: Pick<Io, 'stderr' | 'env'>,
  thrown: unknown,
  options: ErrorOutput,
): ExitCode {
  const error = asCliError(thrown, options.timeZone)
  if (options.json) {
    const { code, message, why, next, cause } = error
    const problem = cause instanceof EverycentProblem && { problem: cause.body }
    const body = { error: { code, message, why: why ?? null, next: next ?? null, ...problem } }
    io.stderr.write(`${jsonText(body)}\n`)
  } else writeSentences(io, error)
  if (io.env.EVERYCENT_DEBUG) io.stderr.write(`${sanitizeLines(stackOf(thrown))}\n`)
  return error.exitCode
}

function writeSentences(io: Pick<Io, 'stderr' | 'env'>, error: CliError): void {
  const style = styleFor(io, io.stderr)
  const lines = wrap(`error: ${sanitizeLines(error.message)}`, style.columns)
  io.stderr.write(`${lines.map((line) => style.paint('bad', line)).join('\n')}\n`)
  for (const text of [error.why, error.next])
    if (text !== undefined)
      for (const line of wrap(sanitizeLines(text), style.columns)) io.stderr.write(`${line}\n`)
}

const stackOf = (thrown: unknown): string => {
  if (!(thrown instanceof Error)) return sanitize(String(thrown))
  const cause = thrown.cause instanceof Error ? `\ncaused by ${stackOf(thrown.cause)}` : ''
  return `${thrown.stack ?? thrown.message}${cause}`
}

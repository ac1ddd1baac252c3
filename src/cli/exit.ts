/** What the process's exit code says. Documented in `everycent --help`; never renumbered. */
export const EXIT = {
  ok: 0,
  /** Something went wrong: network, database, an unexpected answer. */
  failure: 1,
  /** The command line or its input is not right: nothing was sent. */
  usage: 2,
  /** Understood and refused: no price, no funds, a cap, no permission. Nothing was charged. */
  refused: 4,
  /** `verify` found a difference in the books. */
  difference: 6,
  /** The database was made by a newer program. */
  schemaNewer: 57,
} as const

export type ExitCode = (typeof EXIT)[keyof typeof EXIT]

/** An error for a person: what happened, why, and what to do next. Each a sentence. */
export class CliError extends Error {
  readonly why: string | undefined
  readonly next: string | undefined
  readonly exitCode: ExitCode
  /** A stable code for `--json`. */
  readonly code: string

  constructor(
    what: string,
    options: {
      why?: string
      next?: string
      exitCode?: ExitCode
      code?: string
      cause?: unknown
    } = {},
  ) {
    super(what, { cause: options.cause })
    this.name = 'CliError'
    this.why = options.why
    this.next = options.next
    this.exitCode = options.exitCode ?? EXIT.failure
    this.code = options.code ?? 'failure'
  }
}

/** The command line or its input is not right. */
export const usageError = (what: string, options: { why?: string; next?: string } = {}): CliError =>
  new CliError(what, { ...options, exitCode: EXIT.usage, code: 'usage' })

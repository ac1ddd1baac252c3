import { Command, CommanderError } from 'commander'
import { COMMANDS } from './commands/index.ts'
import { type CommonOptions, createContext, type Handler } from './context.ts'
import { type CliError, EXIT, type ExitCode, usageError } from './exit.ts'
import { type Io, styleFor } from './io.ts'
import { outputOf, reportError } from './report.ts'
import { packageVersion } from './root.ts'

interface CommandFlags {
  /** The command ends itself in order when it is asked to stop; others are simply left. */
  readonly drains?: boolean
}

/** Ties a command's handler to commander: context, errors and exit code are the same for all. */
export type Bind = (
  handler: Handler,
  flags?: CommandFlags,
) => (this: Command, ...args: unknown[]) => Promise<void>

/** Each command file exports one: it adds its command (or its group of commands). */
export type Register = (program: Command, bind: Bind) => void

/** What a shell reports for a program that Ctrl-C ended. */
const EXIT_INTERRUPTED = 130

const HELP_NEXT = 'Run the command with --help to see what it takes.'

const HELP_FOOTER = `
Settings of the connection: --url and --token, else EVERYCENT_URL and EVERYCENT_TOKEN, else the
server that was started from this folder (its address and operator token are in .everycent/).

Exit codes: 0 done; 1 failure; 2 the command line or its input is not right; 4 refused (no price,
no funds, a cap, no permission: nothing was charged); 6 verify found a difference; 57 the database
was made by a newer version.`

/** Runs one command line. Returns the exit code; never throws, never ends the process. */
export async function runCli(argv: readonly string[], io: Io): Promise<number> {
  let exitCode: number = EXIT.ok
  const output = outputOf(argv)
  const program = buildProgram(io, output.json, (code) => {
    exitCode = code
  })
  try {
    await program.parseAsync([...argv], { from: 'user' })
  } catch (error) {
    if (error instanceof CommanderError && error.exitCode === 0) return EXIT.ok
    const isUsage = error instanceof CommanderError
    // commander has said it already, in words
    if (isUsage && !output.json) return EXIT.usage
    return reportError(io, isUsage ? usageOf(error) : error, output)
  }
  return exitCode
}

/** What commander found wrong with the command line, for whoever reads JSON. */
function usageOf({ message }: CommanderError): CliError {
  // only groups of commands do not know it
  if (message.includes("unknown option '--json'"))
    return usageError('A command is missing.', { next: HELP_NEXT })
  const [what = '', ...why] = message.replace(/^error: /, '').split('\n')
  return usageError(what, { ...(why.length > 0 && { why: why.join('\n') }), next: HELP_NEXT })
}

function buildProgram(io: Io, json: boolean, finish: (code: number) => void): Command {
  const style = styleFor(io, io.stdout)
  const program = new Command('everycent')
    .description('Metering, credit and billing trust for LLM platforms. Every cent explained.')
    .version(packageVersion(), '-V, --version')
    .addHelpText('after', HELP_FOOTER)
    .showHelpAfterError(HELP_NEXT)
    .showSuggestionAfterError(true)
    .exitOverride()
    .configureOutput({
      writeOut: (text) => io.stdout.write(text),
      writeErr: (text) => json || io.stderr.write(text),
      getOutHelpWidth: () => (Number.isFinite(style.columns) ? style.columns : 100),
      getErrHelpWidth: () => (Number.isFinite(style.columns) ? style.columns : 100),
    })
  const bind: Bind = (handler, flags = {}) =>
    async function action(this: Command) {
      const options = this.optsWithGlobals<CommonOptions & Record<string, unknown>>()
      const context = createContext(io, options)
      const args = this.processedArgs as string[]
      const running = handler(context, options, args)
      finish((await (flags.drains ? running : untilStopped(running, io.signal))) ?? EXIT.ok)
    }
  for (const register of COMMANDS) register(program, bind)
  // Subcommands do not inherit settings that are made after they were added, nor from their parent.
  settle(program)
  return program
}

function settle(command: Command): void {
  for (const child of command.commands) {
    child.copyInheritedSettings(command)
    settle(child)
  }
}

/** A command that waits for a server or a database is left when the person wants to stop. */
async function untilStopped(
  running: Promise<ExitCode | undefined>,
  signal: AbortSignal,
): Promise<number | undefined> {
  let stop = (): void => {}
  const stopped = new Promise<number>((resolve) => {
    stop = () => resolve(EXIT_INTERRUPTED)
    if (signal.aborted) stop()
    else signal.addEventListener('abort', stop, { once: true })
  })
  try {
    return await Promise.race([running, stopped])
  } finally {
    signal.removeEventListener('abort', stop)
    running.catch(() => {})
  }
}

import { processIo } from './cli/process-io.ts'
import { runCli } from './cli/program.ts'

const { io, dispose } = processIo()
const exitCode = await runCli(process.argv.slice(2), io)
dispose()
process.exitCode = exitCode
// A command that was left in the middle may still hold connections; nothing of it is wanted.
if (io.signal.aborted) process.exit()

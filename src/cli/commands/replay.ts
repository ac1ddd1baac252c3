import { Option } from 'commander'
import { wholeNumber, withServer } from '../options.ts'
import type { Register } from '../program.ts'

const CALLS_MAX = 1_000_000
const CONCURRENCY = 16
const CONCURRENCY_MAX = 1_000

export const registerReplay: Register = (program, bind) => {
  withServer(
    program
      .command('replay')
      .description('send the calls of a trace through a running gateway; they cost what they cost')
      .argument('<file>', 'a trace: JSON lines or CSV'),
  )
    .requiredOption('-m, --model <id>', 'the model to ask')
    .option('-k, --key <key>', 'the account key to call with (EVERYCENT_KEY)')
    .option('-a, --account <id>', 'for an operator: a key of it is made, and revoked at the end')
    .option('--calls <count>', 'only the first', wholeNumber(1, CALLS_MAX))
    .option(
      '--concurrency <count>',
      'calls in flight',
      wholeNumber(1, CONCURRENCY_MAX),
      CONCURRENCY,
    )
    .addOption(
      new Option('--surface <name>', 'which API is spoken')
        .choices(['messages', 'chat', 'responses'])
        .default('messages'),
    )
    .option('--no-stream', 'ask for whole answers')
    .action(
      bind(
        async (context, options, [file = '']) => {
          const { replayCommand } = await import('../serve/replay.ts')
          return replayCommand(context, options, file)
        },
        { drains: true },
      ),
    )
}

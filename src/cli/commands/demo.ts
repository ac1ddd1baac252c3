import { InvalidArgumentError } from 'commander'
import { wholeNumber, withConfig } from '../options.ts'
import type { Register } from '../program.ts'

const SEED_MAX = 2_147_483_647
const CALLS_MAX = 1_000_000
const CONCURRENCY_MAX = 1_000

export const registerDemo: Register = (program, bind) => {
  withConfig(
    program
      .command('demo')
      .description('real traces through the gateway, in front of a simulated provider'),
  )
    .option('--fresh', 'begin anew: what the database holds is deleted')
    .option('--calls <count>', 'how many calls of the traces, or "all"', callCount)
    .option(
      '--seed <number>',
      'of the simulated provider and its faults',
      wholeNumber(0, SEED_MAX),
      1,
    )
    .option('--concurrency <count>', 'calls in flight', wholeNumber(1, CONCURRENCY_MAX))
    .option('-p, --port <number>', 'instead of listen.port', wholeNumber(0, 65_535))
    .option('--data-dir <folder>', 'where the embedded PostgreSQL keeps its data')
    .option('--check', 'end after the replay: 0 when every sum agrees, 1 when not')
    .option('--yes', 'with --fresh and DATABASE_URL: yes, delete what is in that database')
    .action(
      bind(
        async (context, options) => {
          const { demoCommand } = await import('../serve/demo.ts')
          return demoCommand(context, options)
        },
        { drains: true },
      ),
    )
}

const callCount = (text: string): number | 'all' => {
  if (text === 'all') return 'all'
  try {
    return wholeNumber(0, CALLS_MAX)(text)
  } catch {
    throw new InvalidArgumentError(`It must be a whole number from 0 to ${CALLS_MAX}, or "all".`)
  }
}

import { wholeNumber, withConfig } from '../options.ts'
import type { Register } from '../program.ts'
import { settingsTable } from '../serve/settings.ts'

export const registerServe: Register = (program, bind) => {
  withConfig(
    program
      .command('serve')
      .description('the gateway and the API in front of real providers, on one port'),
  )
    .option('-p, --port <number>', 'instead of listen.port', wholeNumber(0, 65_535))
    .option(
      '--no-migrate',
      "do not touch the schema; refuse to start when it is not this program's",
    )
    .addHelpText('after', () => `\nSettings:\n\n${settingsTable()}\n`)
    .action(
      bind(
        async (...given) => {
          const { serveCommand } = await import('../serve/run.ts')
          return serveCommand(...given)
        },
        { drains: true },
      ),
    )
}

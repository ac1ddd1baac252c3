import { EXIT } from '../exit.ts'
import { withConfig } from '../options.ts'
import type { Register } from '../program.ts'
import { openDatabase } from '../serve/database.ts'
import { configFor } from '../serve/settings.ts'

export const registerMigrate: Register = (program, bind) => {
  withConfig(
    program.command('migrate').description("bring the database to this program's schema"),
  ).action(
    bind(async (context, options) => {
      const config = configFor(context.io, options)
      const { migrate } = await import('../../store/migrate.ts')
      const database = await openDatabase(config, { log: context.note })
      try {
        const log = context.json ? undefined : (line: string) => context.print(line)
        const result = await migrate(database.url, log ? { log } : {})
        if (context.json) context.printJson(result)
        else
          context.print(
            result.applied.length === 0
              ? `The schema is current (${result.current}); nothing was to be done.`
              : `Applied ${result.applied.length}; the schema is now ${result.current}.`,
          )
        return EXIT.ok
      } finally {
        await database.release()
      }
    }),
  )
}

import { migrate } from '../../store/migrate.ts'
import type { Handler } from '../context.ts'
import { EXIT } from '../exit.ts'
import { openDatabase } from './database.ts'
import { configFor } from './settings.ts'

/** Applies what the database does not have yet. */
export const migrateCommand: Handler = async (context, options) => {
  const config = configFor(context.io, options)
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
}

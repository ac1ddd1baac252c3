import { withConfig } from '../options.ts'
import type { Register } from '../program.ts'

export const registerMigrate: Register = (program, bind) => {
  withConfig(
    program.command('migrate').description("bring the database to this program's schema"),
  ).action(
    bind(async (...given) => {
      const { migrateCommand } = await import('../serve/migrate.ts')
      return migrateCommand(...given)
    }),
  )
}

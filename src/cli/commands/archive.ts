import { withConfig } from '../options.ts'
import type { Register } from '../program.ts'

export const registerArchive: Register = (program, bind) => {
  const archive = program
    .command('archive')
    .description('bodies of old calls in Parquet files: write, list, check, and bring them back')
  withConfig(archive.command('run').description('archive now what is old enough and final'))
    .option('--again', 'look at all entries again, also those that had to stay or were restored')
    .action(
      bind(async (...given) => {
        const { archiveRun } = await import('../serve/archive.ts')
        return archiveRun(...given)
      }),
    )
  withConfig(archive.command('list').description('its files, as the database knows them'))
    .option('-a, --account <id>', 'files with bodies of this account only')
    .action(
      bind(async (...given) => {
        const { archiveList } = await import('../serve/archive.ts')
        return archiveList(...given)
      }),
    )
  withConfig(
    archive
      .command('verify')
      .description(
        'read every file and compare it with what was written; exit code 6 if it differs',
      ),
  )
    .option('-a, --account <id>', 'files with bodies of this account only')
    .action(
      bind(async (...given) => {
        const { archiveVerify } = await import('../serve/archive.ts')
        return archiveVerify(...given)
      }),
    )
  withConfig(
    archive
      .command('restore')
      .description('put archived bodies back into the database; the files stay')
      .argument('[account]', 'of this account'),
  )
    .option('--all', 'of every account')
    .action(
      bind(async (...given) => {
        const { archiveRestore } = await import('../serve/archive.ts')
        return archiveRestore(...given)
      }),
    )
}

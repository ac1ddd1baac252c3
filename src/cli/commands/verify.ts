import { withConfig } from '../options.ts'
import type { Register } from '../program.ts'

export const registerVerify: Register = (program, bind) => {
  withConfig(
    program
      .command('verify')
      .description(
        'replay every journal and compare it with what is stored; exit code 6 if it differs',
      ),
  )
    .option('-a, --account <id>', 'only this account')
    .option('--rebuild-usage', 'first make the sums of usage by hour anew from the journal')
    .action(
      bind(async (...given) => {
        const { verifyCommand } = await import('../serve/verify.ts')
        return verifyCommand(...given)
      }),
    )
}

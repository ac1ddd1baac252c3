import { withConfig } from '../options.ts'
import type { Register } from '../program.ts'

export const registerDoctor: Register = (program, bind) => {
  withConfig(
    program
      .command('doctor')
      .description('look at the database, the providers and this machine, and say what to do'),
  ).action(
    bind(async (...given) => {
      const { doctorCommand } = await import('../serve/doctor.ts')
      return doctorCommand(...given)
    }),
  )
}

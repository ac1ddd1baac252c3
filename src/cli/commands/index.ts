import type { Register } from '../program.ts'
import { registerDoctor } from './doctor.ts'
import { registerMigrate } from './migrate.ts'

/** Every command, in the order of the help. */
export const COMMANDS: readonly Register[] = [registerMigrate, registerDoctor]

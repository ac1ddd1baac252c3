export { CASE_ORIGINS, CASE_STATES, TIERS } from '../../core/cases/types.ts'

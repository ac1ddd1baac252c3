import { row } from './problem-row.ts'

/** What goes wrong with the operator's people and what they work on. */
export const SUPPORT_PROBLEMS = {
  staff_unknown: row(
    404,
    'Person not found',
    'Nobody with this id works for the operator, or the person was removed.',
  ),
  staff_exists: row(409, 'Person exists', 'Somebody with this id is on record already.'),
}

import { row } from './problem-row.ts'

/** What goes wrong with the log of sealed heads. */
export const LOG_PROBLEMS = {
  log_empty: row(
    404,
    'Nothing is sealed yet',
    'The log of sealed heads has no checkpoint: nothing has moved since sealing began, or it is off.',
  ),
  log_size_unknown: row(
    404,
    'No checkpoint of this size',
    'The log has never signed a checkpoint of this size. Whoever holds one that it has signed holds a proof against it.',
  ),
  head_not_sealed: row(
    409,
    'Not sealed yet',
    'No head that covers this entry is in the log yet; the next round seals it within seconds. Ask again then.',
    true,
  ),
  sealing_off: row(
    409,
    'Sealing is off',
    'This server has no key of the log, so that nothing is sealed and nothing can be proven. Its operator can set one.',
  ),
}

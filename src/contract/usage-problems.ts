import { row } from './problem-row.ts'

/** What goes wrong with the explorer, saved views and exports. */
export const USAGE_PROBLEMS = {
  usage_catching_up: row(
    503,
    'Sums are catching up',
    'Calls that were made before this version are still being summed. Ask again shortly: each time it is further.',
    true,
  ),
  view_unknown: row(
    404,
    'View not found',
    'There is no saved view with this id that the asker may change.',
  ),
  view_limit_reached: row(
    409,
    'Too many saved views',
    'The account has as many saved views as it may have. Delete one first.',
  ),
  export_unknown: row(
    404,
    'Export not found',
    'There is no export with this id that the asker may see.',
  ),
  export_not_ready: row(
    409,
    'File is not there',
    'The file is not written yet, or it was removed when its time was over; `state` of the export says which.',
    true,
  ),
  export_limit_reached: row(
    429,
    'Too many exports',
    'As many exports of the account are being written as may be at once. Ask again when one is ready.',
    true,
  ),
}

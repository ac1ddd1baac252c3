import { row } from './problem-row.ts'

/** What goes wrong where the operator runs the platform: prices, checks, orders. */
export const OPERATIONS_PROBLEMS = {
  draft_unknown: row(404, 'Draft not found', 'There is no draft of a price book with this id.'),
  draft_outdated: row(
    409,
    'Draft has changed',
    'Somebody has changed, published or discarded the draft since the revision that you name. Read it again, then decide.',
  ),
  second_person_needed: row(
    403,
    'A second person is needed',
    'Here one person drafts a price book and another approves it, each with a token of their own. Nothing was published.',
  ),
  archive_unavailable: row(
    503,
    'Archive does not answer',
    'What is asked for is in the archive, and its file is missing, damaged or not that of the entry. Nothing was decided, charged or lost.',
    true,
  ),
  job_unknown: row(404, 'Job not found', 'This server has no job of this name.'),
  verify_running: row(
    409,
    'Verify is running',
    'A run of verify is under way; there is one at a time. Read it, or start another when it has ended.',
    true,
  ),
  verify_run_unknown: row(
    404,
    'Run of verify not found',
    'There is no run of verify with this id.',
  ),
} as const

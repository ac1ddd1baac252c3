import { row } from './problem-row.ts'

/** What goes wrong with plans and price books. */
export const CATALOGUE_PROBLEMS = {
  price_book_unknown: row(404, 'Price book not found', 'No price book with this id is published.'),
  price_book_exists: row(
    409,
    'Price book exists',
    'A price book with this id is published with other content. Versions are immutable: publish a new id.',
  ),
  price_book_invalid: row(
    422,
    'Price book is not valid',
    'The price book cannot be loaded; `errors` says where and how to correct it.',
  ),
  plan_exists: row(
    409,
    'Plan version exists',
    'This version of the plan exists with other content. Versions are immutable: leave `version` out to make the next one.',
  ),
  plan_invalid: row(
    422,
    'Plan is not valid',
    'The plan cannot be loaded; `errors` says where and how to correct it.',
  ),
  plan_not_draft: row(
    409,
    'Plan cannot change to this status',
    'A version goes from draft to published to retired, and never back.',
  ),
  window_differs: row(
    409,
    'Window means something else',
    'A published plan has a calendar window of this id with another length, or the id with another shape. Give the window an id of its own.',
  ),
  plan_retired: row(
    409,
    'Plan is retired',
    'This plan version is kept for the accounts that have it; no account can change to it.',
  ),
} as const

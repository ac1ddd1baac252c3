import { row } from './problem-row.ts'

/** What goes wrong with members, projects and with what an account is told. */
export const ACCOUNT_PROBLEMS = {
  member_unknown: row(
    404,
    'Member not found',
    'The account has no member with this id, or these credentials may not see it.',
  ),
  member_exists: row(
    409,
    'Member exists',
    'The account has a member with this id and other content, or one that was removed. Change the member instead.',
  ),
  last_owner: row(
    409,
    'Last owner',
    'An account that has owners keeps one. Make another member an owner first.',
  ),
  project_unknown: row(404, 'Project not found', 'The account has no project with this id.'),
  project_exists: row(
    409,
    'Project exists',
    'The account has a project with this id and another name. Change the project instead.',
  ),
  endpoint_unknown: row(
    404,
    'Endpoint not found',
    'The account has no notification endpoint with this id.',
  ),
  endpoint_address_refused: row(
    422,
    'Address is refused',
    'Notifications are not sent to this address. Use a public https address, or an e-mail address for e-mail.',
  ),
  endpoint_limit_reached: row(
    409,
    'Too many endpoints',
    'The account has as many notification endpoints as it may. Remove one first.',
  ),
  channel_unavailable: row(
    409,
    'Channel is not set up',
    'The operator has not set up this channel: webhooks and chat need a key for stored secrets, e-mail needs an SMTP server.',
  ),
  notification_unknown: row(
    404,
    'Notification not found',
    'The account was not told anything with this id.',
  ),
}

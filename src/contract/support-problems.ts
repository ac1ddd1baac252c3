import { row } from './problem-row.ts'

/** What goes wrong with the operator's people and what they work on. */
export const SUPPORT_PROBLEMS = {
  staff_unknown: row(
    404,
    'Person not found',
    'Nobody with this id works for the operator, or the person was removed.',
  ),
  staff_exists: row(409, 'Person exists', 'Somebody with this id is on record already.'),
  names_masked: row(
    403,
    'Names are masked',
    'This answer has names and addresses in it and cannot be masked. Say why you need them first: unmaskAccount, POST /v1/accounts/{account_id}/unmask, with a reason.',
  ),
  case_unknown: row(404, 'Case not found', 'There is no case with this id.'),
  case_closed: row(409, 'Case is closed', 'A closed case takes no more steps.'),
  books_differ: row(
    409,
    'Books differ',
    'The state of the account is not what its journal and its open holds add up to; `errors` says where. It stays parked.',
  ),
  case_step: row(
    409,
    'Case is at another step',
    'This cannot be done where the case stands; its `state` and tracker say where that is. Nothing was changed.',
  ),
  approval_by_another: row(
    403,
    'Somebody else has to decide',
    'Whoever asked for a refund does not approve it, and whoever has decided a case does not decide its appeal.',
  ),
  approval_limit: row(
    403,
    'Above what you may approve',
    'The refund is above the limits of your role in the support policy. Somebody with a higher limit has to approve it.',
  ),
  appeal_over: row(
    409,
    'Appeal is not possible any more',
    'The time to appeal is over, or the case was appealed before. You can still ask for a person.',
  ),
  refund_line_invalid: row(
    422,
    'Refund does not fit the charge',
    'Amounts come from receipts: `errors` says which call does not fit, and why. Nothing was given back.',
  ),
  reason_unknown: row(
    422,
    'Reason is not in the policy',
    'The support policy in force does not have this reason; list it to see those that it has.',
  ),
  support_policy_invalid: row(
    422,
    'Support policy is not valid',
    'The policy cannot be applied; `errors` says where and how to correct it.',
  ),
  support_policy_exists: row(
    409,
    'Support policy exists',
    'This version is published with other content. Versions never change: publish the next one.',
  ),
  macro_unknown: row(404, 'Macro not found', 'No macro with this id is published.'),
  macro_invalid: row(
    422,
    'Macro is not valid',
    'The text names a fact that macros do not have, or the languages name different ones; `errors` says which.',
  ),
  macro_exists: row(
    409,
    'Macro exists',
    'This version is published with other content. Versions never change: publish the next one.',
  ),
  finding_unknown: row(404, 'Finding not found', 'The account has no finding with this key.'),
  finding_decided: row(
    409,
    'Finding is decided',
    'What this finding stands at cannot be changed in this way: it was decided, or it proposes nothing.',
  ),
  remedy_policy_invalid: row(
    422,
    'Remedy policy is not valid',
    'The policy names something that is not there; `errors` says where.',
  ),
  report_invalid: row(
    422,
    'Report cannot be read',
    'It is no report of a provider that is known, or something in it is wrong; `errors` says where. Nothing of it was kept.',
  ),
  run_unknown: row(404, 'Run not found', 'There is no reconciliation with this id.'),
  difference_unknown: row(404, 'Difference not found', 'The run has no difference of this number.'),
  nothing_to_compare: row(
    409,
    'Nothing to compare',
    'No imported report of this provider covers a whole UTC day of that time.',
  ),
  remedy_policy_exists: row(
    409,
    'Remedy policy exists',
    'This version is published with other content. Versions never change: publish the next one.',
  ),
}

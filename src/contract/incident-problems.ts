import { row } from './problem-row.ts'

/** What goes wrong where an incident is written, approved and run. */
export const INCIDENT_PROBLEMS = {
  incident_unknown: row(
    404,
    'Incident not found',
    'There is no incident with this id, or its report is not public.',
  ),
  incident_exists: row(
    409,
    'Incident exists',
    'There is an incident with this id. Revise it, or give the new one another id.',
  ),
  incident_invalid: row(
    422,
    'Incident is not valid',
    'The incident cannot be written down; `errors` says where and how to correct it.',
  ),
  incident_state: row(
    409,
    'Incident is not at this step',
    'The incident stands where this step cannot be taken, or somebody has taken another one meanwhile. Read it, then decide.',
  ),
  incident_same_person: row(
    409,
    'Somebody else has to approve',
    'Whoever has written, revised or submitted an incident cannot approve it. Nothing was given back.',
  ),
  incident_not_over: row(
    409,
    'Incident is not over',
    'The period of the incident ends in the future, so that its calls are not all known.',
  ),
  incident_empty: row(
    409,
    'Nothing to give',
    'No call was found that something goes back for, and no account that can claim anything.',
  ),
  incident_above_ceiling: row(
    409,
    'Above a ceiling of the incident',
    'More would be given than the ceilings of the incident allow. Narrow its scope or raise its ceilings, then measure it again.',
  ),
  incident_claim_over: row(
    409,
    'Claim window would be over',
    'The goodwill of the incident could not be claimed any more. Return it to its author for a later `claim_until`.',
  ),
  incident_too_large: row(
    409,
    'Too many accounts for one campaign',
    'Goodwill is given to at most 50,000 accounts by one incident. Divide its scope.',
  ),
}

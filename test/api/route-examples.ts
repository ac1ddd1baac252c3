import { type OperationId, ROUTES, type Route } from '../../src/contract/routes/index.ts'

/** For every name in a path: something that is not there, in the account `own`. */
export const PARAMS = {
  identity_id: 'idy_x',
  account_id: 'own',
  lot_id: 'lot_x',
  key_id: 'key_x',
  member_id: 'member_x',
  project_id: 'project_x',
  request_id: 'capreq_x',
  receipt_id: 'rcpt_x',
  plan_id: 'test',
  version: 1,
  price_book_id: 'test-book',
  other_id: 'test-book',
  campaign_id: 'absent_campaign',
  endpoint_id: 'end_x',
  notification_id: 'msg_x',
  code: 'not_found',
  job_name: 'holds',
  reset_id: 'reset_x',
  payment_id: 'pay_x',
  method_id: 'pm_x',
  statement_number: 'open',
  invoice_id: 'inv_x',
  staff_id: 'staff_x',
  finding_key: 'finding_x',
  case_id: 'case_x',
  incident_id: 'absent_incident',
  run_id: 'run_x',
  number: '1',
  draft_id: 'draft_x',
  session_id: 'sess_x',
  passkey_id: 'pk_x',
  verify_run_id: 'run_x',
  setup_ref: 'cs_x',
  view_id: 'view_x',
  export_id: 'exp_x',
  theme_id: 'theme_x',
  seq: 999_999,
}

/** What has to be sent for the account to be looked at. */
export const BODIES: Readonly<Partial<Record<OperationId, object>>> = {
  previewSubscription: { action: 'cancel' },
  inviteMember: { by: 'copy' },
  redeemReset: { window_id: 'session' },
  previewAutoReload: {
    trigger_below: '1',
    amount: '5',
    max_per_day: '5',
    max_per_month: '5',
  },
}

/**
 * What cannot be masked: support gets it only once it has said why names are needed, and is refused with
 * `names_masked` until then; see test/security/names.test.ts.
 */
export const isMaskedFile = (id: OperationId, kind: string): boolean =>
  (kind === 'support' || kind === 'support_lead') &&
  // its entries are masked one by one
  id !== 'followEvents' &&
  (ROUTES[id] as Route).success.schema === undefined

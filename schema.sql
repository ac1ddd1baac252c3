-- The schema after all migrations, for reading and for review. Generated: npm test says when this file
-- is stale, and `node --import tsx scripts/dump-schema.ts` writes it again.

create schema control;

create table control.account_directory (
  account_id text not null,
  name text not null,
  created_at timestamptz not null,
  constraint account_directory_pkey primary key (account_id)
);

create table control.account_fact (
  account_id text not null,
  name text not null,
  value json not null,
  set_at timestamptz not null,
  set_by text not null,
  constraint account_fact_pkey primary key (account_id, name)
);
create index account_fact_organisation on control.account_fact (((value #>> '{}'::text[]))) where (name = 'organisation'::text);

create table control.api_key (
  key_id text not null,
  account_id text not null,
  secret_hash bytea not null,
  prefix text not null,
  name text not null,
  member_id text,
  project_id text,
  client text,
  created_at timestamptz not null,
  revoked_at timestamptz,
  constraint api_key_pkey primary key (key_id),
  constraint api_key_secret_hash_key unique (secret_hash)
);
create index api_key_account on control.api_key (account_id);
create index api_key_member on control.api_key (account_id, member_id) where (member_id is not null);

create table control.bill_import (
  import_id text not null,
  provider text not null,
  form text not null,
  file_name text not null,
  content_hash bytea not null,
  content text not null,
  row_count integer not null,
  covers_from timestamptz not null,
  covers_until timestamptz not null,
  imported_at timestamptz not null,
  imported_by jsonb not null,
  constraint bill_import_pkey primary key (import_id),
  constraint bill_import_content_hash_key unique (content_hash)
);
create index bill_import_time on control.bill_import (provider, covers_from);

create table control.billing_customer (
  account_id text not null,
  customer_ref text not null,
  created_at timestamptz not null,
  constraint billing_customer_pkey primary key (account_id)
);

create table control.billing_party (
  party_id text not null,
  document json not null,
  updated_at timestamptz not null,
  constraint billing_party_pkey primary key (party_id)
);

create table control.campaign (
  campaign_id text not null,
  document json not null,
  status text not null,
  created_at timestamptz not null,
  published_at timestamptz,
  claim_from timestamptz not null,
  claim_until timestamptz,
  budget_max bigint,
  claims_max bigint,
  amount bigint not null,
  claims bigint not null,
  wave_budget_max bigint[] not null,
  wave_claims_max bigint[] not null,
  wave_amount bigint[] not null,
  wave_claims bigint[] not null,
  announced_at timestamptz,
  constraint campaign_pkey primary key (campaign_id),
  constraint campaign_status_check check (status = any (array['draft'::text, 'published'::text, 'paused'::text, 'closed'::text]))
);

create table control.campaign_change (
  campaign_id text not null,
  change_id text not null,
  at timestamptz not null,
  change text not null,
  actor json not null,
  body json not null,
  constraint campaign_change_pkey primary key (campaign_id, change_id)
);

create table control.campaign_claim (
  campaign_id text not null,
  account_id text not null,
  period text not null,
  state text not null,
  wave text not null,
  wave_index integer not null,
  amount bigint not null,
  claimed_at timestamptz not null,
  expires_at timestamptz not null,
  lot_id text not null,
  evaluation json not null,
  findings json not null,
  actor json not null,
  reviewed_at timestamptz,
  reviewed_by text,
  review_reason text,
  granted_at timestamptz,
  seq bigint,
  drain_checked_at timestamptz,
  drained_at timestamptz,
  cleared_at timestamptz,
  constraint campaign_claim_pkey primary key (campaign_id, account_id, period),
  constraint campaign_claim_state_check check (state = any (array['taken'::text, 'held'::text, 'granted'::text, 'rejected'::text]))
);
create index campaign_claim_account on control.campaign_claim (account_id);
create index campaign_claim_drain on control.campaign_claim (granted_at) where ((state = 'granted'::text) and (drain_checked_at is null));
create index campaign_claim_open on control.campaign_claim (state, claimed_at) where (state = any (array['taken'::text, 'held'::text]));

create table control.campaign_notice (
  campaign_id text not null,
  account_id text not null,
  told_at timestamptz,
  seen_at timestamptz,
  constraint campaign_notice_pkey primary key (campaign_id, account_id)
);

create table control.campaign_telling (
  campaign_id text not null,
  looked_to text,
  ended_at timestamptz,
  constraint campaign_telling_pkey primary key (campaign_id)
);

create table control.case_event (
  case_id text not null,
  number integer not null,
  kind text not null,
  at timestamptz not null,
  actor jsonb not null,
  facts jsonb not null,
  constraint case_event_pkey primary key (case_id, number)
);

create table control.case_file (
  case_id text not null,
  account_id text,
  origin text not null,
  origin_key text not null,
  subject text not null,
  facts jsonb not null,
  amount bigint,
  currency text,
  state text not null,
  steps integer not null,
  opened_by jsonb not null,
  opened_at timestamptz not null,
  updated_at timestamptz not null,
  assignee text,
  tier text,
  language text not null default 'en'::text,
  due_at timestamptz,
  needs_person boolean not null default true,
  pending boolean not null default false,
  sample text not null default 'none'::text,
  told integer not null default 0,
  constraint case_file_pkey primary key (case_id),
  constraint case_file_origin_origin_key_key unique (origin, origin_key),
  constraint case_file_language_check check (language = any (array['en'::text, 'ja'::text])),
  constraint case_file_sample_check check (sample = any (array['none'::text, 'to_sample'::text, 'agreed'::text, 'disagreed'::text]))
);
create index case_file_account on control.case_file (account_id, opened_at) where (account_id is not null);
create index case_file_going on control.case_file (case_id) where ((account_id is not null) and (origin = any (array['dispute'::text, 'person_asked'::text])) and ((state <> all (array['settled'::text, 'closed'::text, 'withdrawn'::text, 'merged'::text])) or (told < steps) or (facts ? 'provisional'::text)));
create index case_file_queue on control.case_file (due_at, case_id) where (state <> all (array['settled'::text, 'closed'::text, 'withdrawn'::text, 'merged'::text]));

create table control.claim_signal (
  campaign_id text not null,
  account_id text not null,
  period text not null,
  kind text not null,
  hash bytea not null,
  constraint claim_signal_pkey primary key (campaign_id, account_id, period, kind)
);
create index claim_signal_hash on control.claim_signal (campaign_id, kind, hash);

create table control.evidence_limit (
  days integer not null,
  first_used_at timestamptz not null,
  constraint evidence_limit_pkey primary key (days),
  constraint evidence_limit_days_check check (days > 0)
);

create table control.identity (
  issuer text not null,
  subject text not null,
  identity_id text not null,
  person text not null,
  shown text not null,
  created_at timestamptz not null,
  used_at timestamptz,
  constraint identity_pkey primary key (issuer, subject),
  constraint identity_identity_id_key unique (identity_id)
);
create index identity_person on control.identity (person);

create table control.incident (
  incident_id text not null,
  document json not null,
  state text not null,
  authors text[] not null,
  steps integer not null,
  seed text not null,
  created_at timestamptz not null,
  updated_at timestamptz not null,
  looked_at bigint not null,
  looked_to text,
  unknown_calls bigint not null,
  measured_at timestamptz,
  run_at timestamptz,
  done_at timestamptz,
  published_at timestamptz,
  constraint incident_pkey primary key (incident_id),
  constraint incident_state_check check (state = any (array['draft'::text, 'measuring'::text, 'measured'::text, 'submitted'::text, 'approved'::text, 'running'::text, 'paused'::text, 'done'::text, 'cancelled'::text]))
);
create index incident_by_time on control.incident (created_at, incident_id);
create index incident_working on control.incident (incident_id) where (state = any (array['measuring'::text, 'running'::text]));

create table control.incident_event (
  incident_id text not null,
  number integer not null,
  step text not null,
  at timestamptz not null,
  actor jsonb not null,
  facts jsonb not null,
  constraint incident_event_pkey primary key (incident_id, number)
);

create table control.job_run (
  name text not null,
  summary text not null,
  every_ms bigint not null,
  due_at timestamptz not null,
  started_at timestamptz,
  finished_at timestamptz,
  runs bigint not null,
  done bigint not null,
  done_in_all bigint not null,
  failures_in_row integer not null,
  error text,
  succeeded_at timestamptz,
  failed bigint not null,
  constraint job_run_pkey primary key (name)
);

create table control.log_checkpoint (
  size bigint not null,
  root bytea not null,
  note text not null,
  key_text text not null,
  at timestamptz not null,
  constraint log_checkpoint_pkey primary key (size)
);

create table control.log_key (
  key_text text not null,
  from_size bigint not null,
  until_size bigint,
  announced boolean not null,
  added_at timestamptz not null,
  constraint log_key_pkey primary key (key_text, from_size)
);

create table control.log_leaf (
  leaf_index bigint not null,
  account_id text not null,
  seq bigint not null,
  hash bytea not null,
  constraint log_leaf_pkey primary key (leaf_index),
  constraint log_leaf_account_id_seq_key unique (account_id, seq)
);

create table control.log_node (
  level smallint not null,
  node_index bigint not null,
  hash bytea not null,
  constraint log_node_pkey primary key (level, node_index)
);

create table control.log_publication (
  target text not null,
  size bigint not null,
  tried_at timestamptz not null,
  error text,
  constraint log_publication_pkey primary key (target)
);

create table control.log_tree (
  tree_id text not null,
  size bigint not null,
  walked_to text not null,
  constraint log_tree_pkey primary key (tree_id)
);

create table control.mcp_confirmation (
  token_hash bytea not null,
  account_id text not null,
  caller_id text not null,
  tool text not null,
  args_hash bytea not null,
  sentence text not null,
  facts jsonb not null,
  seq bigint not null,
  made_at timestamptz not null,
  expires_at timestamptz not null,
  used_at timestamptz,
  constraint mcp_confirmation_pkey primary key (token_hash)
);
create index mcp_confirmation_expiry on control.mcp_confirmation (expires_at);

create table control.member (
  account_id text not null,
  member_id text not null,
  name text not null,
  email text,
  role text not null,
  status text not null,
  version integer not null,
  created_at timestamptz not null,
  updated_at timestamptz not null,
  constraint member_pkey primary key (account_id, member_id),
  constraint member_role_check check (role = any (array['owner'::text, 'billing'::text, 'admin'::text, 'developer'::text, 'usage_viewer'::text])),
  constraint member_status_check check (status = any (array['active'::text, 'removed'::text]))
);
create index member_email on control.member (lower(email)) where (status = 'active'::text);

create table control.member_change (
  account_id text not null,
  member_id text not null,
  version integer not null,
  name text not null,
  email text,
  role text not null,
  status text not null,
  at timestamptz not null,
  actor json not null,
  constraint member_change_pkey primary key (account_id, member_id, version)
);

create table control.oidc_request (
  state_hash bytea not null,
  browser_hash bytea not null,
  person text,
  nonce text not null,
  code_verifier text not null,
  next text,
  expires_at timestamptz not null,
  constraint oidc_request_pkey primary key (state_hash)
);
create index oidc_request_expiry on control.oidc_request (expires_at);

create table control.passkey (
  credential_id text not null,
  passkey_id text not null,
  person text not null,
  name text not null,
  public_key bytea not null,
  counter bigint not null,
  transports text[] not null,
  is_synced boolean not null,
  proven_email text,
  created_at timestamptz not null,
  used_at timestamptz,
  constraint passkey_pkey primary key (credential_id),
  constraint passkey_passkey_id_key unique (passkey_id)
);
create index passkey_person on control.passkey (person);

create table control.password (
  person text not null,
  hash text not null,
  set_at timestamptz not null,
  failures integer not null default 0,
  locked_until timestamptz,
  proven_email text,
  constraint password_pkey primary key (person)
);

create table control.payment (
  payment_id text not null,
  account_id text not null,
  kind text not null,
  phase text not null,
  ordered jsonb not null,
  face bigint not null,
  charge_ref text,
  failure text,
  action_url text,
  created_at timestamptz not null,
  updated_at timestamptz not null,
  tax_ref text,
  constraint payment_pkey primary key (payment_id),
  constraint payment_kind_check check (kind = any (array['top_up'::text, 'bundle'::text, 'auto_reload'::text, 'fee'::text])),
  constraint payment_phase_check check (phase = any (array['started'::text, 'processing'::text, 'action_required'::text, 'charged'::text, 'credited'::text, 'returned'::text, 'failed'::text]))
);
create index payment_account on control.payment (account_id, created_at);
create index payment_charge on control.payment (charge_ref) where (charge_ref is not null);
create index payment_open on control.payment (updated_at) where (phase = any (array['started'::text, 'processing'::text, 'action_required'::text, 'charged'::text]));

create table control.payment_entered (
  payment_id text not null,
  account_id text not null,
  constraint payment_entered_pkey primary key (payment_id)
);

create table control.payment_event (
  event_id text not null,
  subject text not null,
  ref text not null,
  payment_id text,
  received_at timestamptz not null,
  tried_at timestamptz not null,
  done_at timestamptz,
  constraint payment_event_pkey primary key (event_id)
);
create index payment_event_open on control.payment_event (tried_at) where (done_at is null);

create table control.payment_method (
  method_id text not null,
  account_id text not null,
  method_ref text not null,
  brand text not null,
  last4 text not null,
  exp_month integer not null,
  exp_year integer not null,
  fingerprint_hash text,
  country text,
  created_at timestamptz not null,
  removed_at timestamptz,
  chosen_at timestamptz,
  constraint payment_method_pkey primary key (method_id)
);
create index payment_method_account on control.payment_method (account_id);

create table control.payment_method_change (
  account_id text not null,
  method_id text not null,
  at timestamptz not null,
  change text not null,
  actor json not null,
  constraint payment_method_change_pkey primary key (account_id, method_id, at, change),
  constraint payment_method_change_change_check check (change = any (array['added'::text, 'chosen'::text, 'removed'::text]))
);

create table control.plan_version (
  plan_id text not null,
  version integer not null,
  document jsonb not null,
  status text not null,
  created_at timestamptz not null,
  constraint plan_version_pkey primary key (plan_id, version),
  constraint plan_version_status_check check (status = any (array['draft'::text, 'published'::text, 'retired'::text]))
);

create table control.portal_theme (
  theme_id text not null,
  look jsonb not null,
  updated_at timestamptz not null,
  constraint portal_theme_pkey primary key (theme_id)
);

create table control.price_book (
  book_id text not null,
  effective_from timestamptz not null,
  document jsonb not null,
  published_at timestamptz not null,
  published_by text not null,
  constraint price_book_pkey primary key (book_id)
);

create table control.price_book_draft (
  draft_id text not null,
  document jsonb not null,
  note text,
  state text not null,
  revision integer not null,
  authors text[] not null,
  approved_by text,
  created_at timestamptz not null,
  updated_at timestamptz not null,
  constraint price_book_draft_pkey primary key (draft_id),
  constraint price_book_draft_state_check check (state = any (array['draft'::text, 'published'::text, 'discarded'::text]))
);
create index price_book_draft_listed on control.price_book_draft (created_at, draft_id);

create table control.project (
  account_id text not null,
  project_id text not null,
  name text not null,
  status text not null,
  created_at timestamptz not null,
  updated_at timestamptz not null,
  constraint project_pkey primary key (account_id, project_id),
  constraint project_status_check check (status = any (array['active'::text, 'archived'::text]))
);

create table control.provisional_call (
  account_id text not null,
  call_id text not null,
  case_id text not null,
  constraint provisional_call_pkey primary key (account_id, call_id)
);
create index provisional_call_case on control.provisional_call (account_id, case_id);

create table control.purchase_preview (
  preview_id text not null,
  account_id text not null,
  document jsonb not null,
  expires_at timestamptz not null,
  constraint purchase_preview_pkey primary key (preview_id)
);

create table control.purchase_refund (
  refund_id text not null,
  payment_id text not null,
  account_id text not null,
  phase text not null,
  ordered jsonb not null,
  price bigint not null,
  tax bigint not null,
  refund_ref text,
  failure text,
  created_at timestamptz not null,
  updated_at timestamptz not null,
  tax_ref text,
  constraint purchase_refund_pkey primary key (refund_id),
  constraint purchase_refund_phase_check check (phase = any (array['started'::text, 'taken'::text, 'paid'::text, 'failed'::text]))
);
create unique index purchase_refund_open on control.purchase_refund (payment_id) where (phase = any (array['started'::text, 'taken'::text]));
create index purchase_refund_payment on control.purchase_refund (payment_id);

create table control.reconciliation_difference (
  run_id text not null,
  number integer not null,
  difference_key text not null,
  facts jsonb not null,
  unexplained bigint not null,
  currency text not null,
  case_id text,
  constraint reconciliation_difference_pkey primary key (run_id, number)
);

create table control.reconciliation_resolution (
  difference_key text not null,
  unexplained bigint not null,
  reason text not null,
  resolved_at timestamptz not null,
  resolved_by jsonb not null,
  constraint reconciliation_resolution_pkey primary key (difference_key, unexplained)
);

create table control.reconciliation_run (
  run_id text not null,
  kind text not null,
  asked jsonb not null,
  summary jsonb not null,
  made_at timestamptz not null,
  made_by jsonb not null,
  constraint reconciliation_run_pkey primary key (run_id),
  constraint reconciliation_run_kind_check check (kind = any (array['provider'::text, 'processor'::text]))
);
create index reconciliation_run_time on control.reconciliation_run (made_at, run_id);

create table control.session (
  token_hash bytea not null,
  session_id text not null,
  kind text not null,
  account_id text,
  member_id text,
  staff_id text,
  role text,
  user_agent text not null,
  created_at timestamptz not null,
  authenticated_at timestamptz not null,
  used_at timestamptz not null,
  expires_at timestamptz not null,
  ended_at timestamptz,
  proven_email text,
  portal jsonb,
  constraint session_pkey primary key (token_hash),
  constraint session_session_id_key unique (session_id),
  constraint session_check check ((staff_id is null) = (account_id is not null)),
  constraint session_kind_check check (kind = any (array['member'::text, 'staff'::text, 'portal'::text]))
);
create index session_expiry on control.session (expires_at);
create index session_member on control.session (account_id, member_id) where (ended_at is null);
create index session_staff on control.session (staff_id) where (ended_at is null);

create table control.sign_in_challenge (
  challenge_hash bytea not null,
  kind text not null,
  person text,
  expires_at timestamptz not null,
  constraint sign_in_challenge_pkey primary key (challenge_hash),
  constraint sign_in_challenge_kind_check check (kind = any (array['register'::text, 'sign_in'::text, 'second_factor'::text, 'step_up'::text]))
);
create index sign_in_challenge_expiry on control.sign_in_challenge (expires_at);

create table control.sign_in_event (
  event_id text collate "C" not null,
  at timestamptz not null,
  account_id text,
  member_id text,
  staff_id text,
  kind text not null,
  way text,
  session_id text,
  browser text,
  address text,
  constraint sign_in_event_pkey primary key (event_id),
  constraint sign_in_event_check check ((staff_id is null) = (account_id is not null))
);
create index sign_in_event_at on control.sign_in_event (at, event_id);
create index sign_in_event_member on control.sign_in_event (account_id, member_id, at, event_id);
create index sign_in_event_staff on control.sign_in_event (staff_id, at, event_id) where (staff_id is not null);

create table control.sign_in_link (
  token_hash bytea not null,
  account_id text,
  member_id text,
  staff_id text,
  kind text not null,
  role text,
  created_at timestamptz not null,
  expires_at timestamptz not null,
  used_at timestamptz,
  email text,
  portal jsonb,
  constraint sign_in_link_pkey primary key (token_hash),
  constraint sign_in_link_check check ((staff_id is null) = (account_id is not null)),
  constraint sign_in_link_kind_check check (kind = any (array['email'::text, 'issued'::text, 'portal'::text, 'invitation'::text]))
);
create index sign_in_link_expiry on control.sign_in_link (expires_at);
create index sign_in_link_member on control.sign_in_link (account_id, member_id, created_at);

create table control.signal_key (
  purpose text not null,
  secret bytea,
  sealed text,
  constraint signal_key_pkey primary key (purpose),
  constraint signal_key_kept_once check ((secret is null) <> (sealed is null))
);

create table control.staff (
  staff_id text not null,
  name text not null,
  role text not null,
  status text not null,
  secret_hash bytea,
  prefix text,
  created_at timestamptz not null,
  updated_at timestamptz not null,
  email text,
  constraint staff_pkey primary key (staff_id),
  constraint staff_secret_hash_key unique (secret_hash),
  constraint staff_role_check check (role = any (array['operator'::text, 'support_lead'::text, 'support'::text])),
  constraint staff_status_check check (status = any (array['active'::text, 'removed'::text]))
);
create unique index staff_email on control.staff (lower(email)) where (status = 'active'::text);

create table control.staff_order (
  order_id text not null,
  at timestamptz not null,
  actor_type text not null,
  actor_id text not null,
  role text not null,
  operation text not null,
  permission text not null,
  account_id text,
  facts jsonb not null,
  status integer,
  code text,
  constraint staff_order_pkey primary key (order_id)
);
create index staff_order_account on control.staff_order (account_id, at, order_id) where (account_id is not null);
create index staff_order_actor on control.staff_order (actor_id, at, order_id);
create index staff_order_at on control.staff_order (at, order_id);

create table control.support_spent (
  staff_id text not null,
  currency text not null,
  day date not null,
  spent bigint not null,
  constraint support_spent_pkey primary key (staff_id, currency, day)
);

create table control.support_terms (
  kind text not null,
  name text not null,
  version integer not null,
  document jsonb not null,
  published_at timestamptz not null,
  published_by text not null,
  constraint support_terms_pkey primary key (kind, name, version),
  constraint support_terms_kind_check check (kind = any (array['policy'::text, 'macro'::text]))
);

create table control.terms (
  kind text not null,
  name text not null,
  version integer not null,
  document jsonb not null,
  published_at timestamptz not null,
  published_by text not null,
  constraint terms_pkey primary key (kind, name, version),
  constraint terms_kind_check check (kind = any (array['policy'::text, 'bundles'::text, 'remedies'::text]))
);

create table control.verify_run (
  run_id text not null,
  state text not null,
  account_id text,
  started_by text not null,
  started_at timestamptz not null,
  seen_at timestamptz not null,
  ended_at timestamptz,
  accounts_done bigint not null,
  accounts_total bigint not null,
  report jsonb,
  constraint verify_run_pkey primary key (run_id),
  constraint verify_run_state_check check (state = any (array['running'::text, 'passed'::text, 'failed'::text, 'stopped'::text]))
);
create index verify_run_started on control.verify_run (started_at, run_id);

create table control.window_kind (
  window_id text not null,
  shape text not null,
  length text not null,
  plan text not null,
  constraint window_kind_pkey primary key (window_id)
);

create table control.window_promotion (
  promotion_id text not null,
  document jsonb not null,
  published_at timestamptz not null,
  constraint window_promotion_pkey primary key (promotion_id)
);

create schema accounts;

create table accounts.access_log (
  account_id text not null,
  log_id text not null,
  at timestamptz not null,
  staff_id text not null,
  role text not null,
  operation text not null,
  objects jsonb not null,
  case_id text,
  reason text,
  constraint access_log_pkey primary key (account_id, log_id)
);

create table accounts.account (
  account_id text not null,
  version bigint not null,
  seq bigint not null,
  state json not null,
  due_at timestamptz,
  updated_at timestamptz not null,
  closes_at timestamptz,
  constraint account_pkey primary key (account_id)
) with (fillfactor=50, toast_tuple_target=8160);
create index account_closes on accounts.account (closes_at, account_id);
create index account_due on accounts.account (due_at) where (due_at is not null);

create table accounts.alert_seen (
  account_id text not null,
  reader text not null,
  at timestamptz not null,
  notification_id text collate "C" not null,
  constraint alert_seen_pkey primary key (account_id, reader)
);

create table accounts.alert_settings (
  account_id text not null,
  document json not null,
  updated_at timestamptz not null,
  constraint alert_settings_pkey primary key (account_id)
);

create table accounts.alert_watch (
  account_id text not null,
  seq bigint not null,
  armed json not null,
  due_at timestamptz,
  looked_at timestamptz not null,
  constraint alert_watch_pkey primary key (account_id)
);
create index alert_watch_due on accounts.alert_watch (due_at) where (due_at is not null);

create table accounts.archive_cursor (
  account_id text not null,
  after_seq bigint not null,
  constraint archive_cursor_pkey primary key (account_id)
);

create table accounts.archive_left (
  account_id text not null,
  seq bigint not null,
  at timestamptz not null,
  looked_at timestamptz not null,
  constraint archive_left_pkey primary key (account_id, seq)
);
create index archive_left_due on accounts.archive_left (looked_at);

create table accounts.archive_segment (
  account_id text not null,
  segment integer not null,
  file text not null,
  file_sha256 bytea not null,
  file_bytes bigint not null,
  first_row bigint not null,
  file_rows integer not null,
  entries integer not null,
  first_seq bigint not null,
  last_seq bigint not null,
  body_bytes bigint not null,
  archived_at timestamptz not null,
  constraint archive_segment_pkey primary key (account_id, segment)
);
create index archive_segment_newest on accounts.archive_segment (archived_at);

create table accounts.audit_cursor (
  account_id text not null,
  seq bigint not null,
  rules_version integer not null,
  state text not null,
  updated_at timestamptz not null,
  state_seq bigint not null,
  look_at timestamptz,
  constraint audit_cursor_pkey primary key (account_id)
);
create index audit_cursor_look on accounts.audit_cursor (look_at) where (look_at is not null);

create table accounts.call_fact (
  account_id text not null,
  call_id text not null,
  event_at timestamptz not null,
  ended_at timestamptz not null,
  end_seq bigint not null,
  seq bigint not null,
  tokens bigint not null,
  attempts integer not null,
  is_estimated boolean not null,
  has_several_members boolean not null,
  list_price bigint,
  promotional bigint,
  paid bigint,
  overage bigint,
  included bigint,
  absorbed bigint,
  refunded bigint,
  returned_to_plan bigint,
  reversed bigint,
  model text not null,
  model_requested text,
  status text not null,
  verdict text not null,
  outcome text,
  key_id text,
  member_id text,
  project_id text,
  session_id text,
  parent_call_id text,
  client text,
  tags jsonb,
  tokens_input bigint,
  tokens_cache_read bigint,
  tokens_cache_write_5m bigint,
  tokens_cache_write_1h bigint,
  tokens_cache_write bigint,
  tokens_input_audio bigint,
  tokens_input_image bigint,
  tokens_output bigint,
  tokens_reasoning bigint,
  tokens_output_audio bigint,
  tokens_output_image bigint,
  price_input bigint,
  price_cache_read bigint,
  price_cache_write_5m bigint,
  price_cache_write_1h bigint,
  price_cache_write bigint,
  price_input_audio bigint,
  price_input_image bigint,
  price_output bigint,
  price_reasoning bigint,
  price_output_audio bigint,
  price_output_image bigint,
  price_other bigint,
  constraint call_fact_pkey primary key (account_id, call_id)
) with (autovacuum_vacuum_scale_factor=0.02, autovacuum_vacuum_insert_scale_factor=0.02);
create index call_fact_dearest on accounts.call_fact (account_id, list_price desc nulls last, call_id);
create index call_fact_end on accounts.call_fact (account_id, end_seq);
create index call_fact_parent on accounts.call_fact (account_id, parent_call_id) where (parent_call_id is not null);
create index call_fact_session on accounts.call_fact (account_id, session_id, event_at);
create index call_fact_time on accounts.call_fact (account_id, event_at) include (tokens, list_price, model, promotional, paid, overage, included, absorbed, refunded, returned_to_plan, reversed, key_id, member_id, project_id, session_id, client, status, verdict, outcome, has_several_members, tags);

create table accounts.call_fact_cursor (
  account_id text not null,
  seq bigint not null,
  constraint call_fact_cursor_pkey primary key (account_id)
);

create table accounts.call_progress (
  account_id text not null,
  call_id text not null,
  attempt integer not null,
  at timestamptz not null,
  served json,
  constraint call_progress_pkey primary key (account_id, call_id)
);
create index call_progress_old on accounts.call_progress (at);

create table accounts.cap_counter (
  account_id text not null,
  cap_id text not null,
  bucket text not null,
  spent bigint not null,
  held bigint not null,
  constraint cap_counter_pkey primary key (account_id, cap_id, bucket)
) with (fillfactor=70);

create table accounts.delivery (
  account_id text not null,
  notification_id text collate "C" not null,
  endpoint_id text collate "C" not null,
  state text not null,
  tries integer not null,
  attempts integer not null,
  next_at timestamptz,
  created_at timestamptz not null,
  constraint delivery_pkey primary key (account_id, notification_id, endpoint_id),
  constraint delivery_state_check check (state = any (array['due'::text, 'kept'::text, 'delivered'::text, 'given_up'::text, 'cancelled'::text]))
) with (fillfactor=70);
create index delivery_due on accounts.delivery (next_at) where (next_at is not null);
create index delivery_endpoint on accounts.delivery (account_id, endpoint_id, state);

create table accounts.delivery_attempt (
  account_id text not null,
  notification_id text collate "C" not null,
  endpoint_id text collate "C" not null,
  attempt integer not null,
  at timestamptz not null,
  duration_ms integer not null,
  outcome text not null,
  status integer,
  detail text,
  constraint delivery_attempt_pkey primary key (account_id, notification_id, endpoint_id, attempt)
);
create index delivery_attempt_log on accounts.delivery_attempt (account_id, at desc, notification_id desc, endpoint_id desc, attempt desc);

create table accounts.entry (
  account_id text not null,
  seq bigint not null,
  kind text not null,
  request_id text collate "C" not null,
  at timestamptz not null,
  event_at timestamptz not null,
  ref_seq bigint,
  lot_id text,
  draw_key text,
  pending text,
  hash bytea not null,
  body json,
  evidence text,
  evidence_removed_at timestamptz,
  excerpt json,
  segment integer,
  constraint entry_pkey primary key (account_id, seq)
) with (toast_tuple_target=8160);
create index entry_closing on accounts.entry (account_id, seq) where (kind = 'close_statement'::text);
create index entry_draw on accounts.entry (account_id, draw_key, seq) where (draw_key is not null);
create index entry_lot on accounts.entry (account_id, lot_id) where (lot_id is not null);
create index entry_owed on accounts.entry (account_id, seq) where (kind = any (array['issue_invoice'::text, 'pay_overage'::text, 'void_invoice'::text]));
create index entry_park on accounts.entry (account_id, seq) where (kind = 'park'::text);
create index entry_pending on accounts.entry (account_id, pending, seq) where (pending is not null);
create index entry_plan_history on accounts.entry (account_id, seq) where (kind = any (array['open_account'::text, 'change_plan'::text, 'set_controls'::text, 'change_subscription'::text, 'renew_subscription'::text, 'lapse_subscription'::text, 'cancel_subscription'::text]));
create index entry_raise on accounts.entry (account_id, seq) where (kind = any (array['request_raise'::text, 'decide_raise'::text]));
create unique index entry_request on accounts.entry (account_id, request_id, kind);
create index entry_told on accounts.entry (account_id, seq) where (kind = any (array['set_controls'::text, 'top_up'::text, 'end_reload'::text, 'fee_unpaid'::text]));

create table accounts.evidence_cursor (
  account_id text not null,
  after_seq bigint not null,
  constraint evidence_cursor_pkey primary key (account_id)
);

create table accounts.evidence_hold (
  account_id text not null,
  call_id text not null,
  reason text not null,
  until timestamptz,
  created_at timestamptz not null,
  constraint evidence_hold_pkey primary key (account_id, call_id, reason)
);
create index evidence_hold_reason on accounts.evidence_hold (account_id, reason);

create table accounts.evidence_kept (
  account_id text not null,
  seq bigint not null,
  constraint evidence_kept_pkey primary key (account_id, seq)
);

create table accounts.finding (
  account_id text not null,
  finding_key text not null,
  rule text not null,
  currency text not null,
  confidence text not null,
  at timestamptz not null,
  found_at timestamptz not null,
  expected bigint,
  posted bigint,
  difference bigint not null,
  body json not null,
  status text not null,
  status_reason text,
  refund_seq bigint,
  decided_by json,
  decided_at timestamptz,
  reserved bigint,
  constraint finding_pkey primary key (account_id, finding_key),
  constraint finding_status_check check (status = any (array['open'::text, 'refunding'::text, 'remedied'::text, 'proposed'::text, 'recorded'::text, 'superseded'::text, 'dismissed'::text]))
);
create index finding_by_time on accounts.finding (found_at, account_id, finding_key);
create index finding_of_account on accounts.finding (account_id, found_at, finding_key);
create index finding_unfinished on accounts.finding (found_at) where (status = any (array['open'::text, 'refunding'::text]));

create table accounts.hold (
  account_id text not null,
  call_id text not null,
  expires_at timestamptz not null,
  body json not null,
  constraint hold_pkey primary key (account_id, call_id)
) with (toast_tuple_target=8160);
create index hold_expiry on accounts.hold (expires_at);

create table accounts.incident_account (
  account_id text not null,
  incident_id text not null,
  loss bigint not null,
  credit bigint not null,
  finished_at timestamptz,
  constraint incident_account_pkey primary key (account_id, incident_id)
);
create index incident_account_work on accounts.incident_account (incident_id, account_id) where (finished_at is null);

create table accounts.incident_call (
  account_id text not null,
  incident_id text not null,
  call_id text not null,
  plan text not null,
  model text not null,
  event_at timestamptz not null,
  drawn bigint not null,
  carried bigint not null,
  wrong bigint not null,
  short bigint not null,
  due bigint not null,
  state text not null,
  reason text,
  given bigint not null,
  given_money bigint not null,
  seq bigint,
  constraint incident_call_pkey primary key (account_id, incident_id, call_id),
  constraint incident_call_state_check check (state = any (array['open'::text, 'given'::text, 'nothing'::text, 'failed'::text]))
);
create index incident_call_largest on accounts.incident_call (incident_id, due);
create index incident_call_work on accounts.incident_call (incident_id, account_id, call_id) where (state = any (array['open'::text, 'failed'::text]));

create table accounts.member_usage_hour (
  account_id text not null,
  member_id text not null,
  hour timestamptz not null,
  model text not null,
  attempts bigint not null,
  not_billed_attempts bigint not null,
  input_tokens bigint not null,
  cache_read_tokens bigint not null,
  cache_write_tokens bigint not null,
  output_tokens bigint not null,
  included bigint not null,
  promotional bigint not null,
  paid bigint not null,
  overage bigint not null,
  absorbed bigint not null,
  calls bigint not null,
  constraint member_usage_hour_pkey primary key (account_id, member_id, hour, model)
) with (fillfactor=70);

create table accounts.notification (
  account_id text not null,
  alert_key text collate "C" not null,
  notification_id text collate "C" not null,
  kind text not null,
  covered_by text collate "C",
  at timestamptz not null,
  body json,
  constraint notification_pkey primary key (account_id, alert_key),
  constraint notification_account_id_notification_id_key unique (account_id, notification_id)
);
create index notification_kept on accounts.notification (at) where (body is not null);
create index notification_listed on accounts.notification (account_id, at desc, notification_id desc) where (covered_by is null);

create table accounts.notification_endpoint (
  account_id text not null,
  endpoint_id text collate "C" not null,
  channel text not null,
  name text not null,
  target text not null,
  sealed text,
  kinds text[],
  locale text not null,
  time_zone text not null,
  status text not null,
  failing_since timestamptz,
  created_at timestamptz not null,
  updated_at timestamptz not null,
  constraint notification_endpoint_pkey primary key (account_id, endpoint_id),
  constraint notification_endpoint_channel_check check (channel = any (array['webhook'::text, 'email'::text, 'chat'::text])),
  constraint notification_endpoint_status_check check (status = any (array['enabled'::text, 'paused'::text, 'disabled'::text]))
);

create table accounts.posting (
  account_id text not null,
  seq bigint not null,
  line smallint not null,
  ledger_account text not null,
  asset text not null,
  amount bigint not null,
  lot_id text,
  constraint posting_pkey primary key (account_id, seq, line)
);

create table accounts.remedy_spent (
  account_id text not null,
  currency text not null,
  day date not null,
  spent bigint not null,
  constraint remedy_spent_pkey primary key (account_id, currency, day)
);

create table accounts.spend_cap (
  account_id text not null,
  cap_id text not null,
  scope text not null,
  scope_id text,
  period text not null,
  amount bigint not null,
  counts text not null,
  raises json,
  constraint spend_cap_pkey primary key (account_id, cap_id)
);

create table accounts.statement (
  account_id text not null,
  number integer not null,
  starts_at timestamptz not null,
  ends_at timestamptz not null,
  first_seq bigint not null,
  last_seq bigint not null,
  hash bytea not null,
  closed_seq bigint not null,
  closed_at timestamptz not null,
  document json not null,
  constraint statement_pkey primary key (account_id, number)
);

create table accounts.statement_work (
  account_id text not null,
  taken_at timestamptz not null,
  constraint statement_work_pkey primary key (account_id)
);

create table accounts.usage_export (
  account_id text not null,
  export_id text not null,
  request json not null,
  member_id text,
  asked_by json not null,
  state text not null,
  rows_total bigint,
  rows_done bigint not null,
  bytes bigint,
  sha256 text,
  seq bigint,
  failed_reason text,
  tries integer not null,
  work_id text,
  created_at timestamptz not null,
  worked_at timestamptz,
  ready_at timestamptz,
  expires_at timestamptz not null,
  constraint usage_export_pkey primary key (account_id, export_id),
  constraint usage_export_state_check check (state = any (array['waiting'::text, 'working'::text, 'ready'::text, 'failed'::text, 'expired'::text]))
);
create index usage_export_expiry on accounts.usage_export (expires_at) where (state <> 'expired'::text);
create index usage_export_time on accounts.usage_export (account_id, created_at, export_id);
create index usage_export_work on accounts.usage_export (created_at) where (state = any (array['waiting'::text, 'working'::text]));

create table accounts.usage_export_chunk (
  account_id text not null,
  export_id text not null,
  number integer not null,
  content bytea not null,
  constraint usage_export_chunk_pkey primary key (account_id, export_id, number)
);

create table accounts.usage_hour (
  account_id text not null,
  hour timestamptz not null,
  model text not null,
  attempts bigint not null,
  not_billed_attempts bigint not null,
  input_tokens bigint not null,
  cache_read_tokens bigint not null,
  cache_write_tokens bigint not null,
  output_tokens bigint not null,
  included bigint not null,
  promotional bigint not null,
  paid bigint not null,
  overage bigint not null,
  absorbed bigint not null,
  calls bigint not null,
  constraint usage_hour_pkey primary key (account_id, hour, model)
) with (fillfactor=70);

create table accounts.usage_hour_due (
  account_id text not null,
  constraint usage_hour_due_pkey primary key (account_id)
);

create table accounts.usage_view (
  account_id text not null,
  view_id text not null,
  name text not null,
  query text not null,
  shared boolean not null,
  member_id text,
  created_at timestamptz not null,
  updated_at timestamptz not null,
  constraint usage_view_pkey primary key (account_id, view_id)
);

/**
 * Who may do what over the HTTP API: one table, from which the server decides and from which the tests
 * make every combination of route and caller.
 */

/** What a member of an account is. */
export const ROLES = ['owner', 'billing', 'admin', 'developer', 'usage_viewer'] as const
export type Role = (typeof ROLES)[number]

/** What a person of the operator is: `support_lead` approves what is above an agent's limits. */
export const STAFF_ROLES = ['operator', 'support_lead', 'support'] as const
export type StaffRole = (typeof STAFF_ROLES)[number]

/**
 * As what somebody calls: as a person of the operator (an operator token counts as one), with an account
 * key of no member, or with a key of a member, whose role decides. A member that nobody has registered
 * counts as a developer.
 */
export const PRINCIPALS = [...STAFF_ROLES, 'account_key', ...ROLES] as const
export type Principal = (typeof PRINCIPALS)[number]

/** `own`: only what is of the caller's own member; anything else looks absent. `none`: 403. */
export type Reach = 'all' | 'own' | 'none'

type Row = Readonly<Record<Principal, Reach>>

/** What support sees and cannot change. */
const SEEN = ['all', 'all', 'all'] as const
/** Of the operator's own business, or of the account holder's. */
const OPERATOR = ['all', 'none', 'none'] as const

const row = (
  staff: readonly [operator: Reach, lead: Reach, support: Reach],
  accountKey: Reach,
  roles: readonly [owner: Reach, billing: Reach, admin: Reach, developer: Reach, viewer: Reach],
): Row => ({
  operator: staff[0],
  support_lead: staff[1],
  support: staff[2],
  account_key: accountKey,
  owner: roles[0],
  billing: roles[1],
  admin: roles[2],
  developer: roles[3],
  usage_viewer: roles[4],
})

/** By what a route is about; each route names its row. An account other than its own exists for no key. */
export const PERMISSIONS = {
  /** Of the operator's own business. */
  operator: row(OPERATOR, 'none', ['none', 'none', 'none', 'none', 'none']),
  /** The people of the operator, and their tokens. */
  staff_write: row(OPERATOR, 'none', ['none', 'none', 'none', 'none', 'none']),
  /** What a person has to look at. */
  cases_work: row(SEEN, 'none', ['none', 'none', 'none', 'none', 'none']),
  /** What takes a second person, and what has ended. */
  cases_approve: row(['all', 'all', 'none'], 'none', ['none', 'none', 'none', 'none', 'none']),
  /** Disputes of an account. */
  cases_read: row(SEEN, 'all', ['all', 'all', 'all', 'none', 'all']),
  /** Objecting, and asking for a person: of the account holder, and of no agent in the holder's place. */
  cases_open: row(OPERATOR, 'all', ['all', 'all', 'all', 'none', 'none']),
  /** Which of the operator's people have looked at an account. */
  access_log_read: row(SEEN, 'all', ['all', 'all', 'all', 'none', 'none']),
  /** Providers’ bills and the payment processor, held against the journal. */
  reconciliation: row(['all', 'all', 'none'], 'none', ['none', 'none', 'none', 'none', 'none']),
  /** What the audit has found in an account. */
  findings_read: row(SEEN, 'all', ['all', 'all', 'all', 'none', 'all']),
  /** Findings of all accounts, and what becomes of them. */
  findings_write: row(['all', 'all', 'none'], 'none', ['none', 'none', 'none', 'none', 'none']),
  /** What went wrong for many, and what is given back. */
  incidents_read: row(SEEN, 'none', ['none', 'none', 'none', 'none', 'none']),
  /** Whoever approves is somebody else than who wrote it. */
  incidents_write: row(['all', 'all', 'none'], 'none', ['none', 'none', 'none', 'none', 'none']),
  /** Plans, price books, prices: the same for everybody. */
  catalogue: row(SEEN, 'all', ['all', 'all', 'all', 'all', 'all']),
  /** Making calls. */
  meter: row(OPERATOR, 'all', ['own', 'none', 'own', 'own', 'none']),
  account_read: row(SEEN, 'all', ['all', 'all', 'all', 'all', 'all']),
  /** Windows, lots, caps, calls in flight; calls, receipts, entries, sums, the feed. */
  use_read: row(SEEN, 'all', ['all', 'all', 'all', 'own', 'all']),
  /** Saved views of the explorer: one's own, and those that are shared. */
  views_write: row(OPERATOR, 'all', ['all', 'all', 'all', 'own', 'own']),
  /** Files of calls and sums: of the account holder, and of no agent in the holder's place. */
  exports: row(OPERATOR, 'all', ['all', 'all', 'all', 'own', 'all']),
  /** What happened to the whole account, and how it stood: nothing of it is of one member alone. */
  history_read: row(SEEN, 'all', ['all', 'all', 'all', 'none', 'all']),
  caps_read: row(SEEN, 'all', ['all', 'all', 'all', 'own', 'all']),
  /** Paid use, overage and caps; what exactly is in `CONTROL_FIELDS`. */
  controls_write: row(OPERATOR, 'none', ['all', 'all', 'all', 'none', 'none']),
  cap_request_create: row(OPERATOR, 'none', ['all', 'all', 'all', 'own', 'none']),
  cap_request_read: row(SEEN, 'all', ['all', 'all', 'all', 'own', 'none']),
  cap_request_decide: row(OPERATOR, 'none', ['all', 'all', 'all', 'none', 'none']),
  cap_request_withdraw: row(OPERATOR, 'none', ['all', 'all', 'all', 'own', 'none']),
  keys_read: row(SEEN, 'all', ['all', 'none', 'all', 'own', 'none']),
  keys_write: row(OPERATOR, 'none', ['all', 'none', 'all', 'own', 'none']),
  /** Cards, purchases, auto-reload, the subscription: what is paid, with what, and what would be. */
  money_read: row(SEEN, 'all', ['all', 'all', 'all', 'none', 'none']),
  /**
   * Cards, purchases, withdrawals, auto-reload, the subscription. A key of no member, which programs
   * carry, moves none; nor does an admin, who has keys and people to look after.
   */
  money_write: row(OPERATOR, 'none', ['all', 'all', 'none', 'none', 'none']),
  /** How an account is named on its invoices; its jurisdiction is the operator's to say. */
  billing_write: row(OPERATOR, 'none', ['all', 'all', 'none', 'none', 'none']),
  /** What an account is offered and may take: campaigns, banked resets. */
  offers_read: row(SEEN, 'all', ['all', 'all', 'all', 'none', 'all']),
  offers_take: row(OPERATOR, 'all', ['all', 'all', 'all', 'none', 'none']),
  /** What an account is told, and where it is sent. */
  alerts_read: row(SEEN, 'all', ['all', 'all', 'all', 'none', 'all']),
  alerts_write: row(OPERATOR, 'all', ['all', 'all', 'all', 'none', 'none']),
  members_read: row(SEEN, 'all', ['all', 'all', 'all', 'own', 'all']),
  members_write: row(OPERATOR, 'none', ['all', 'none', 'all', 'none', 'none']),
  projects_read: row(SEEN, 'all', ['all', 'all', 'all', 'all', 'all']),
  projects_write: row(OPERATOR, 'none', ['all', 'none', 'all', 'none', 'none']),
} as const satisfies Readonly<Record<string, Row>>

export type Permission = keyof typeof PERMISSIONS

export const reachOf = (permission: Permission, principal: Principal): Reach =>
  PERMISSIONS[permission][principal]

type ControlField = 'paid_use' | 'overage_limit' | 'caps' | 'remove_caps'

const RAISERS = ['operator', 'owner', 'billing', 'admin'] as const

/**
 * Who may change which control. Paid use is the owner's decision (the operator's only on the owner's
 * behalf, with a reason); what may be owed is the operator's credit.
 */
export const CONTROL_FIELDS: Readonly<Record<ControlField, readonly Principal[]>> = {
  paid_use: ['operator', 'owner'],
  overage_limit: ['operator'],
  caps: RAISERS,
  remove_caps: RAISERS,
}

/** Roles that may raise a cap, and decide on requests for it. */
export const CAP_RAISERS: readonly Role[] = ROLES.filter(
  (role) => PERMISSIONS.cap_request_decide[role] === 'all',
)

/**
 * Whose membership and keys somebody may make, change and end. An admin makes no owners and no keys that
 * speak for one: that would be a way to what an admin may not do.
 */
export const MANAGEABLE: Readonly<Record<Principal, readonly Role[]>> = {
  operator: ROLES,
  support_lead: [],
  support: [],
  account_key: [],
  owner: ROLES,
  billing: [],
  admin: ['admin', 'developer', 'usage_viewer'],
  developer: [],
  usage_viewer: [],
}

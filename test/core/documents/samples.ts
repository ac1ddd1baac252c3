/* Documents that say everything that can be said in them, once. */

const NAMES = { en: 'A name', ja: '名前' }
const LOCAL = { local: '2026-04-03T09:00', zone: 'America/Los_Angeles' }

export const CAMPAIGN = {
  id: 'everything',
  name: 'Everything',
  currency: 'USD',
  source: 'https://example.test/page',
  notes: 'Notes.',
  origin: 'compensation',
  repeat: 'cycle',
  purpose: NAMES,
  facts: { trial: 'boolean', seats: 'number' },
  eligible: [
    { rule: 'plan_at', plans: ['pro', 'max@2'], at: LOCAL },
    { rule: 'plan_in', id: 'now', action: NAMES, plans: ['pro'] },
    { rule: 'plan_age', plans: ['pro'], days: 30 },
    { rule: 'subscribed_before', plans: ['pro'], at: '2026-01-01T00:00:00Z' },
    { rule: 'paid_use_on', at: 'claim' },
    { rule: 'member_since_before', at: LOCAL },
    { rule: 'account_age', days: 90 },
    { rule: 'region_in', regions: ['DE', 'FR'] },
    { rule: 'exposed_to_incident', incident: 'inc_1' },
    { rule: 'not_granted_by', campaigns: ['older'] },
    { rule: 'not_past_due' },
    { rule: 'organisation_linked', exclusive: true },
    { rule: 'expression', id: 'own', when: 'custom.trial == false and custom.seats > 2' },
  ],
  waves: [
    {
      id: 'first',
      claim: { from: LOCAL, until: '2026-05-01T00:00:00Z' },
      eligible: [{ rule: 'plan_in', id: 'wave', plans: ['pro'] }],
      limits: { budget: '100', claims: 10 },
    },
    { id: 'second', claim: { from: '2026-05-01T00:00:00Z' } },
  ],
  amounts: { by: 'plan', at: LOCAL, table: { pro: '20', 'max@2': '100.5' } },
  expires: { days_after_claim: 90 },
  scope: { models: ['opus*'], features: ['fast'], clients: ['cli'] },
  position: 'before_windows',
  priority: 10,
  limits: { budget: '1000', claims: 100 },
  review: { accounts_max: { card: 1, device: 3 }, required: ['card'], drain_minutes: 15 },
}

export const CAMPAIGN_BY_ACCOUNT = {
  id: 'by_account',
  name: 'By account',
  currency: 'JPY',
  eligible: [],
  claim: { from: '2026-04-03T09:00:00Z', until: LOCAL },
  amounts: { by: 'account', table: { acct_1: '200', acct_2: '30' } },
  expires: { at: '2026-12-01T00:00:00Z' },
}

export const CAMPAIGN_OF_A_CYCLE = {
  ...CAMPAIGN_BY_ACCOUNT,
  repeat: 'cycle',
  expires: { cycle_end: true },
}

export const PLAN = {
  id: 'everything',
  version: 3,
  name: 'Everything',
  currency: 'USD',
  windows: [
    { id: 'session', shape: 'anchored', length: 'PT5H', capacity_per_seat: '6.25' },
    {
      id: 'monthly',
      shape: 'calendar',
      length: 'P1M',
      scope: { models: ['opus*'], features: ['fast'], clients: ['cli'] },
      capacity: '50',
    },
  ],
  coverage: [
    { when: { clients: ['third_party'] }, effect: 'credits_only', reason: 'Not part of it.' },
    { when: { models: ['mini'] }, effect: 'blocked', reason: 'Not offered.' },
  ],
  crossing: 'clamp',
  unpriced: 'deliver',
  outcomes: { client_aborted: 'nothing' },
  seats: { min: 2, max: 150, price_each: '30.00' },
  period: 'P1M',
  grace: 'P3D',
  fallback: 'free',
  billing: 'prepaid',
}

export const PLAN_WITH_A_PRICE = {
  id: 'priced',
  name: 'Priced',
  currency: 'JPY',
  windows: [],
  coverage: [],
  price: '2000',
  period: 'P1Y',
  fallback: 'free',
  billing: 'invoiced',
}

export const WINDOW_PROMOTION = {
  id: 'double',
  name: 'Double',
  multiplier: '2',
  from: '2026-12-01T00:00:00Z',
  until: '2026-12-08T00:00:00Z',
  plans: ['pro', 'max'],
  windows: ['session'],
}

const SCOPE = { from: '2026-03-27T09:00:00.000Z', until: '2026-03-27T10:00:00.000Z' }

export const INCIDENT = {
  id: 'rate_limit',
  name: NAMES,
  currency: 'USD',
  scope: {
    ...SCOPE,
    models: ['small'],
    outcomes: ['succeeded'],
    errors: { statuses: [429], types: ['rate_limit_error'] },
    price_books: ['book'],
    rules: ['failed_call_charged'],
    plans: ['pro', 'max@2'],
    accounts: ['acct_1'],
  },
  remedy: {
    refund: { of: 'charge' },
    goodwill: {
      ...{ percent: 50, max: '200', position: 'before_windows' },
      claim_until: { local: '2026-04-17T23:59', zone: 'America/Los_Angeles' },
      expires_after_days: 90,
    },
  },
  notice: NAMES,
  double_remedy: 'skip',
  ceilings: { total: '10', account: '7', goodwill: '5' },
}

export const INCIDENT_RATED_ANEW = {
  id: 'wrong_book',
  name: NAMES,
  currency: 'EUR',
  scope: { ...SCOPE, price_books: ['book'] },
  remedy: { rerate: { book: 'right' } },
}

export const PRICE_BOOK = {
  id: 'everything',
  currency: 'USD',
  effective_from: '2026-10-07T00:00:00Z',
  corrects: 'older',
  rows: [
    {
      model: 'opus',
      kind: 'input',
      per_mtok: '5',
      source: 'https://example.test',
      as_of: '2026-10-01',
    },
    { model: 'opus', kind: 'input', per_mtok: '10', when: { prompt_tokens_above: 200_000 } },
    { model: 'opus', kind: 'output', per_mtok: '25', when: { tier: 'batch', region: 'us' } },
    { model: 'opus', kind: 'output', per_mtok: '30', when: { speed: 'fast' } },
    { model: 'mini', kind: 'input', per_mtok: '1', when: { prompt_tokens_from: 1_000 } },
  ],
  fees: [{ model: '*', fee: 'web_search', each: '0.01', source: 'page', as_of: '2026-10-01' }],
  aliases: [{ pattern: '-20\\d{6}$', replace: '', rule: 'snapshot suffix' }],
  models: [{ model: 'opus', expected_output_tokens: 512, max_output_tokens: 32_000 }],
  weights: [{ id: 'reasoning', multiplier: '2.0', when: { feature: 'reasoning' } }],
  weights_rule: 'product',
  promotions: [
    {
      ...{ id: 'spring', multiplier: '0.5', plans: ['pro'], models: ['opus'] },
      from: '2026-10-08T00:00:00Z',
      until: '2026-10-09T00:00:00Z',
    },
  ],
}

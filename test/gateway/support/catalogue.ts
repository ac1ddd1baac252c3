/** Prices that are easy to multiply by: $1 a million tokens read, $10 a million written. */
const model = (id: string) => [
  { model: id, kind: 'input', per_mtok: '1' },
  { model: id, kind: 'cache_read', per_mtok: '0.1' },
  { model: id, kind: 'cache_write_5m', per_mtok: '1.25' },
  { model: id, kind: 'cache_write_1h', per_mtok: '2' },
  { model: id, kind: 'output', per_mtok: '10' },
]

export const BOOK = {
  id: 'book_test',
  currency: 'USD',
  effective_from: '2020-01-01T00:00:00Z',
  rows: [
    ...model('claude-haiku-5.5'),
    ...model('gpt-5.5'),
    { model: 'claude-haiku-5.5', kind: 'output', per_mtok: '20', when: { speed: 'fast' } },
    { model: 'claude-haiku-5.5', kind: 'input', per_mtok: '2', when: { speed: 'fast' } },
    ...model('gpt-5.4'),
    { model: 'gpt-5.4', kind: 'input', per_mtok: '2.5', when: { tier: 'priority' } },
    { model: 'gpt-5.4', kind: 'output', per_mtok: '25', when: { tier: 'priority' } },
    { model: 'gpt-5.4', kind: 'input', per_mtok: '0.5', when: { tier: 'flex' } },
    { model: 'gpt-5.4', kind: 'output', per_mtok: '5', when: { tier: 'flex' } },
    { model: 'text-embedding-3-small', kind: 'input', per_mtok: '1' },
  ],
  fees: [{ model: '*', fee: 'web_search', each: '0.01' }],
  models: [
    { model: 'claude-haiku-5.5', max_output_tokens: 64_000 },
    { model: 'gpt-5.5', max_output_tokens: 128_000 },
  ],
}

export const PLANS = [
  { id: 'payg', version: 1, name: 'Pay as you go', currency: 'USD', windows: [], coverage: [] },
  {
    id: 'pro',
    version: 1,
    name: 'Pro',
    currency: 'USD',
    windows: [
      { id: 'session', shape: 'anchored', length: 'PT5H', capacity: '1' },
      { id: 'weekly', shape: 'anchored', length: 'P7D', capacity: '5' },
    ],
    coverage: [
      { when: { clients: ['third_party'] }, effect: 'credits_only', reason: 'third-party client' },
      { when: { models: ['claude-opus-*'] }, effect: 'blocked', reason: 'not part of the plan' },
    ],
  },
  {
    id: 'tiny',
    version: 1,
    name: 'Tiny',
    currency: 'USD',
    windows: [{ id: 'session', shape: 'anchored', length: 'PT5H', capacity: '0.0001' }],
    coverage: [],
    crossing: 'clamp',
  },
  {
    id: 'little',
    version: 1,
    name: 'Little',
    currency: 'USD',
    windows: [{ id: 'session', shape: 'anchored', length: 'PT5H', capacity: '0.0002' }],
    coverage: [],
    crossing: 'clamp',
  },
]

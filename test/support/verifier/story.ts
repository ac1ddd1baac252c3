import { chainHash } from '../../../src/store/chain-hash.ts'
import {
  at,
  book,
  DAY,
  HOUR,
  plan,
  plus,
  SESSION,
  served,
  TestCatalogue,
  UNIT_BOOK,
  usd,
  WEEKLY,
} from '../core/fixtures.ts'
import { ACCOUNT, Ledger } from '../core/ledger.ts'
import type { Journal } from './issue.ts'

/* One account that has seen everything that a statement can say. */

const RICH = {
  ...UNIT_BOOK,
  id: 'rich',
  rows: [
    ...UNIT_BOOK.rows,
    { model: 'rich', kind: 'input', per_mtok: '3' },
    { model: 'rich', kind: 'input', per_mtok: '6', when: { prompt_tokens_above: 100_000 } },
    { model: 'rich', kind: 'cache_write_5m', per_mtok: '3.75' },
    { model: 'rich', kind: 'output', per_mtok: '15.000000003' },
    { model: 'rich', kind: 'output', per_mtok: '30', when: { speed: 'fast' } },
    { model: 'helper', kind: 'input', per_mtok: '0.8' },
    { model: 'helper', kind: 'output', per_mtok: '4' },
  ],
  fees: [
    { model: '*', fee: 'web_search', each: '0.01' },
    { model: 'rich', fee: 'web_search', each: '0.02' },
  ],
  weights: [
    { id: 'long', multiplier: '3.5', when: { prompt_tokens_above: 100_000 } },
    { id: 'reasoning', multiplier: '1.333333333', when: { feature: 'reasoning' } },
  ],
  promotions: [
    {
      ...{ id: 'autumn', multiplier: '0.9', plans: ['pro'] },
      ...{ from: '2026-10-01T00:00:00Z', until: '2026-11-02T12:00:00+00:00' },
    },
  ],
}
const LATER = { ...RICH, id: 'later', effective_from: '2026-11-03T00:00:00Z', promotions: [] }
const OLD = { ...RICH, id: 'old', effective_from: '2025-11-03T00:00:00Z' }
const BOOKS = [OLD, RICH, LATER].map(book)

const PLANS = [
  plan({
    windows: [SESSION, WEEKLY],
    coverage: [{ when: { clients: ['other'] }, effect: 'credits_only', reason: 'third party' }],
  }),
  { ...plan({ id: 'plus', windows: [SESSION, WEEKLY] }), price: usd('19.99'), fallback: 'pro' },
  {
    ...plan({ id: 'billed', windows: [SESSION] }),
    price: usd('30'),
    billing: 'invoiced' as const,
    fallback: 'pro',
  },
]

/** The journal, and after how many of its entries a new statement may begin. */
export function story(): { readonly journal: Journal; readonly cut: number } {
  const ledger = new Ledger({
    catalogue: new TestCatalogue(PLANS, BOOKS),
    ...{ at: at('09:00'), paidUse: true, overage: '4' },
    caps: [
      {
        ...{ id: 'day', scope: 'account', scopeId: null, period: 'day' },
        ...{ counts: 'paid', amount: usd('80') },
      },
    ],
  })
  credit(ledger)
  windows(ledger)
  prices(ledger)
  corrections(ledger)
  ledger.wait(HOUR)
  const cut = ledger.entries.length
  purchases(ledger)
  plans(ledger)
  overage(ledger)
  return { journal: journalOf(ledger), cut }
}

function credit(ledger: Ledger): void {
  ledger.grant('gift', '0.5', { before: true })
  ledger.grant('promo', '3', { expiresAt: plus(ledger.now, 20 * DAY) })
  ledger.grant('sonnet', '2', { scope: { models: ['sonnet*'] } })
  ledger.grant('short', '1', {
    ...{ scope: { models: ['haiku'] }, expiresAt: plus(ledger.now, 2 * DAY) },
  })
  ledger.topUp('bundle', '50', { price: '45', tax: '4.5' })
  ledger.topUp('spare', '10', { tax: '1', expiresAt: plus(ledger.now, 300 * DAY) })
}

/** Windows, capacity that calls in flight hold, credit that moves back, attempts that fail. */
function windows(ledger: Ledger): void {
  ledger.record('first', usd('6'))
  ledger.authorize('held', usd('4'))
  ledger.record('beside', usd('2'))
  ledger.release('held')
  ledger.record('over', usd('12'))
  ledger.authorize('settled', usd('3'))
  ledger.settle('settled', usd('1.25'))
  ledger.record('elsewhere', usd('1'), { client: 'other' })
  ledger.record('broken', usd('1'), { outcome: 'upstream_failed_mid_stream' })
  ledger.record('aborted', null, { outcome: 'error_before_output' })
  ledger.record('unknown', served({ output: 5 }), { model: 'nobody' })
}

/** Bands, weights, promotions, fees, an alias, a second model that served a part. */
function prices(ledger: Ledger): void {
  const usage = served(
    { input: 100_001, cache_write: 7, output: 333, reasoning: 20 },
    { fees: { web_search: 2 } },
  )
  const parts = [{ model: 'helper', usage: served({ input: 11, output: 13 }).usage! }]
  const features = ['reasoning']
  ledger.record('rich', { ...usage, parts }, { model: 'rich-20261101', features })
  ledger.record('fast', served({ output: 77 }, { speed: 'fast' }), { model: 'rich', features })
  ledger.run({
    ...{ kind: 'record', accountId: ACCOUNT, requestId: 'seen', outcome: 'succeeded' },
    actor: { type: 'operator', id: 'op_test' },
    call: { ...callOf(ledger), callId: 'seen' },
    eventAt: ledger.now,
    usage: served({ output: 9 }),
    evidence: { upstream_status: 200, note: 'as it was' },
  })
}

/** As a call of before asked. */
const callOf = (ledger: Ledger) => {
  const { call } = ledger.entry('first')
  return {
    ...{ attempt: 1, model: call!.model, features: [], client: null, keyId: null, memberId: null },
    ...{ projectId: null, sessionId: null, tier: null, speed: null, region: null, dialect: null },
    ...{ route: null, fingerprint: null, callId: '' },
  }
}

function corrections(ledger: Ledger): void {
  ledger.refund('over', usd('1.5'))
  ledger.refund('over', usd('2'), 'again')
  ledger.reverse(ledger.entry('elsewhere').seq)
}

function purchases(ledger: Ledger): void {
  const common = { accountId: ACCOUNT, actor: { type: 'operator', id: 'op_test' } as const }
  ledger.run({
    ...{ ...common, kind: 'refund_purchase', requestId: 're_1', lotId: 'spare' },
    ...{ paymentId: 'req_9', basis: 'operator', withdrawalUntil: null, taxPaid: usd('1') },
    ...{ refunded: { price: usd('0'), tax: usd('0') }, reason: 'asked' },
  } as never)
  ledger.wait(21 * DAY)
  ledger.expireLot('short')
  ledger.voidLot('sonnet')
}

function plans(ledger: Ledger): void {
  const common = { accountId: ACCOUNT, actor: { type: 'operator', id: 'op_test' } as const }
  for (const [index, to] of ['plus@1', 'billed@1'].entries())
    ledger.run({
      ...{ ...common, kind: 'change_subscription', requestId: `order_${index}`, plan: to },
      ...{ when: 'now', fallback: 'pro@1' },
      payment: index === 0 ? { paymentId: 'pi_fee', tax: usd('1.23'), collected: true } : null,
    } as never)
}

/** More than all credit, so that overage is drawn, and more than that. */
function overage(ledger: Ledger): void {
  ledger.wait(1_000)
  ledger.record('late', usd('0.1'), { eventAt: plus(ledger.now, -2_000) })
  ledger.record('big', usd('42'))
  ledger.record('bigger', usd('20'))
  ledger.record('most', usd('5'))
}

function journalOf(ledger: Ledger): Journal {
  return {
    entries: ledger.entries.map(({ body, hash }) => {
      const evidence = ledger.evidence.get(body.seq)
      return {
        ...{ seq: body.seq, hash, body: JSON.stringify(body) },
        evidence: evidence === undefined ? null : JSON.stringify(evidence),
      }
    }),
    books: BOOKS.map(({ document }) => ({ document, publishedAt: null })),
  }
}

/** The journal of one who writes it as he likes and makes the chain anew. */
export function rewritten(journal: Journal, bodies: readonly string[]): Journal {
  let hash = '0'.repeat(64)
  const entries = bodies.map((body, index) => {
    hash = chainHash(hash, body)
    const evidence = journal.entries[index]?.evidence ?? null
    const { seq } = JSON.parse(body) as { readonly seq: number }
    return { seq, hash, body, evidence }
  })
  return { ...journal, entries }
}

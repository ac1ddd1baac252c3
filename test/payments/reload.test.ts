import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { Instant } from '../../src/core/time/index.ts'
import { sweepReloads } from '../../src/jobs/payments.ts'
import type { PaymentsDeps } from '../../src/payments/deps.ts'
import { evaluateReload } from '../../src/payments/reload.ts'
import { type Api, expectVerified, soon, startNode, startStockedApi } from '../api/support.ts'
import { addCard, Crash, chargesOf, dyingAfter, dyingAt, entriesOf, recover } from './support.ts'

let api: Api
beforeAll(async () => {
  api = await startStockedApi()
})
afterAll(async () => {
  await expectVerified(api.database.pool)
  await api.close()
})

const TERMS = { trigger_below: '5', amount: '20', max_per_day: '50', max_per_month: '100' }
type Terms = Partial<typeof TERMS> & { target?: string }

let made = 0
/** An account with $10 of paid credit, paid use on, a card, and auto-reload if asked for. */
async function account(own: { token?: string; terms?: Terms | null } = {}): Promise<string> {
  made += 1
  const { id } = await api.account(`reloader-${made}`, { plan: 'no_windows@1' })
  const params = { account_id: id }
  const credit = { payment_id: `first-${id}`, price: '10', expires_at: null }
  await api.done('topUp', { params, body: credit })
  await switchPaidUse(id, true, 'first')
  await addCard(api, id, own.token)
  if (own.terms !== null) await agree(id, own.terms ?? TERMS)
  return id
}

const switchPaidUse = (account_id: string, paid_use: boolean, key: string) =>
  api.done('setControls', {
    params: { account_id },
    key: `${account_id}-${key}`,
    body: { paid_use },
  })

async function agree(account_id: string, given: Terms, key = 'agree') {
  const params = { account_id }
  const terms = { ...TERMS, ...given }
  const body = given.target === undefined ? terms : (({ amount: _, ...rest }) => rest)(terms)
  const { sentence, sentence_version: version } = await api.done('previewAutoReload', {
    params,
    body,
  })
  return api.done('setAutoReload', {
    params,
    key: `${account_id}-${key}`,
    body: { ...body, consent: { text: sentence.en, locale: 'en', version } },
  })
}

let calls = 0
const use = (account_id: string, dollars: number) => {
  calls += 1
  return api.done('record', {
    body: {
      account_id,
      call_id: `call-${calls}`,
      model: 'small',
      usage: { tokens: { input: dollars * 1_000_000 } },
      event_at: soon(),
      outcome: 'succeeded',
    },
  })
}

const look = (account_id: string) => evaluateReload(api.payments, account_id)
const reload = (account_id: string) => api.done('getAutoReload', { params: { account_id } })
const purchases = async (account_id: string) =>
  (await api.done('listPurchases', { params: { account_id } })).items

describe('auto-reload', () => {
  it('is off by default, and no card is charged however low the balance', async () => {
    const id = await account({ terms: null })
    await use(id, 9)
    expect(await look(id)).toBeNull()
    expect(await reload(id)).toMatchObject({ terms: null, waits_for: 'off' })
  })

  it('keeps the exact sentence with who, from where and when; another sentence is no consent', async () => {
    const id = await account({ terms: null })
    const entry = await agree(id, {})
    expect(entry).toMatchObject({
      kind: 'set_auto_reload',
      actor: { type: 'operator', from: 'POST /v1/accounts/{account_id}/auto_reload' },
      consent: { locale: 'en', version: '2' },
      auto_reload: { amount: '20', target: null },
      postings: [],
    })
    expect(entry.consent!.text).toMatch(/below \$5\.00, we charge Visa \*\*\*\*4242 \$20\.00 for/)
    expect(entry.consent!.text).toContain('at most $50.00 a day and $100.00 a month')
    const reply = await api.call('setAutoReload', {
      params: { account_id: id },
      key: 'forged',
      body: { ...TERMS, amount: '40', consent: { ...entry.consent!, locale: 'en' } },
    })
    expect(reply).toMatchObject({ status: 422, body: { code: 'amount_invalid', field: 'consent' } })
  })

  it.each([
    [{ amount: '20', target: '30' }, 'amount'],
    [{}, 'amount'],
    [{ target: '4' }, 'target'],
    [{ amount: '0.001' }, 'amount'],
  ])('%j: exactly one of amount and target, in whole minor units', async (own, field) => {
    const id = await account({ terms: null })
    const { amount: _, ...rest } = TERMS
    const reply = await api.call('previewAutoReload', {
      params: { account_id: id },
      body: { ...rest, ...own },
    })
    expect(reply).toMatchObject({ status: 422, body: { field } })
  })

  it('buys the amount once when the balance has fallen below the trigger', async () => {
    const id = await account()
    await use(id, 4)
    expect(await look(id)).toBeNull()
    await use(id, 2)
    expect(await look(id)).toMatchObject({ phase: 'credited', kind: 'auto_reload' })
    expect(await reload(id)).toMatchObject({ balance: '24', charged_today: '20' })
    expect(await look(id)).toBeNull()
  })

  it('reloads to a target where that was agreed to', async () => {
    const id = await account({ terms: { target: '30' } })
    await use(id, 6)
    expect(await look(id)).toMatchObject({ ordered: { price: '26', total: '26' } })
    expect(await reload(id)).toMatchObject({ balance: '30' })
  })

  it('charges a trigger once: two nodes, the job and ten looks at the same time', async () => {
    const id = await account()
    await use(id, 6)
    const second = await startNode(api.database, { payments: api.payments })
    const nodes = [api, second].map(({ engine, pool }) => ({ ...api.payments, engine, pool }))
    await Promise.all([
      ...Array.from({ length: 10 }, (_, n) => evaluateReload(nodes[n % 2]!, id)),
      sweepReloads(nodes[0]!, Date.now() + 1_000),
    ])
    await second.close()
    expect(await entriesOf(api, id, 'top_up')).toHaveLength(2)
    expect(await purchases(id)).toHaveLength(1)
  })

  it('keeps ten minutes between two charges, and the limits of day and month', async () => {
    const id = await account({ terms: { max_per_day: '20' } })
    await use(id, 6)
    await look(id)
    await use(id, 22)
    expect(await look(id)).toBeNull()
    expect(await reload(id)).toMatchObject({ waits_for: 'too_soon', due: false })
    const low = await account({ terms: { max_per_month: '19' } })
    await use(low, 6)
    expect(await look(low)).toBeNull()
    expect(await reload(low)).toMatchObject({ waits_for: 'month_limit' })
  })

  it.each([
    ['pm_card_visa_chargeDeclinedInsufficientFunds', 'declined', 'failed'],
    ['pm_card_authenticationRequired', 'authentication_required', 'action_required'],
  ])('%s: stops after the first, tells, and does not loop', async (token, reason, status) => {
    const id = await account({ token })
    await use(id, 6)
    await look(id)
    for (let n = 0; n < 3; n += 1) {
      await use(id, 1)
      await look(id)
      await sweepReloads(api.payments, Date.now() + 1_000)
      await recover(api.payments)
    }
    const [only, ...more] = await purchases(id)
    expect(more).toEqual([])
    expect(only).toMatchObject({ status })
    expect(only!.action_url === null).toBe(status === 'failed')
    expect(await reload(id)).toMatchObject({ stopped: { reason }, waits_for: 'stopped' })
    expect(await entriesOf(api, id, 'end_reload')).toMatchObject([
      { reload_end: { outcome: reason, stops: true } },
    ])
    expect(await entriesOf(api, id, 'top_up')).toHaveLength(1)
  })

  it('turning paid use on charges nothing, nor does setting the terms', async () => {
    const id = await account({ terms: null })
    await use(id, 6)
    await agree(id, {})
    expect(await look(id)).toBeNull()
    await switchPaidUse(id, false, 'off')
    await switchPaidUse(id, true, 'on-again')
    expect(await look(id)).toBeNull()
    expect(await reload(id)).toMatchObject({ waits_for: 'not_drawn', balance: '4' })
    await use(id, 1)
    expect(await look(id)).toMatchObject({ phase: 'credited' })
  })

  it('off stays off', async () => {
    const id = await account()
    await use(id, 6)
    await api.done('endAutoReload', { params: { account_id: id }, key: `${id}-off` })
    expect(await look(id)).toBeNull()
    await use(id, 1)
    await switchPaidUse(id, false, 'a')
    await switchPaidUse(id, true, 'b')
    expect(await look(id)).toBeNull()
    expect(await reload(id)).toMatchObject({ terms: null, waits_for: 'off' })
  })

  it('a removed card is not charged; a refused call for want of funds is a reason to reload', async () => {
    const id = await account()
    const { items } = await api.done('listPaymentMethods', { params: { account_id: id } })
    const method_id = items[0]!.method_id
    await api.done('removePaymentMethod', { params: { account_id: id, method_id } })
    await use(id, 6)
    expect(await look(id)).toBeNull()
    expect(await reload(id)).toMatchObject({ stopped: { reason: 'method_removed' } })
    const poor = await account({ terms: null })
    await use(poor, 10)
    await agree(poor, {})
    const body = { account_id: poor, call_id: `poor-${poor}`, model: 'small' }
    const bound = { prompt_tokens_max: 1_000, max_output_tokens: 10 }
    expect((await api.call('authorize', { body: { ...body, ...bound } })).status).toBe(402)
    expect(await look(poor)).toMatchObject({ phase: 'credited' })
  })

  it('killed after any step ends in one charge and one credit of the round', async () => {
    let died = 0
    for (let nth = 1; ; nth += 1) {
      const id = await account()
      await use(id, 6)
      const outcome = await evaluateReload(dyingAfter(api.payments, nth), id).catch(
        (error: unknown) => error,
      )
      if (outcome instanceof Crash) died += 1
      await recover(api.payments)
      await look(id)
      const [only, ...more] = await purchases(id)
      expect(more).toEqual([])
      expect(only).toMatchObject({ status: 'credited' })
      expect(chargesOf(api, only!.payment_id)).toHaveLength(1)
      expect(await entriesOf(api, id, 'top_up')).toHaveLength(2)
      if (!(outcome instanceof Crash)) break
    }
    expect(died).toBe(5)
  })

  it('charged by a server whose clock is ahead is credited when it is that late here, too', async () => {
    const id = await account()
    await use(id, 6)
    const { engine } = api.payments
    const hasty: PaymentsDeps = {
      ...api.payments,
      engine: {
        now: () => (engine.now() + 40_000) as Instant,
        execute: (command) => engine.execute(command),
        preview: (command) => engine.preview(command),
      },
    }
    await expect(evaluateReload(dyingAt(hasty, 'phase:charged'), id)).rejects.toThrow(Crash)
    await recover(api.payments)
    const [waits] = await purchases(id)
    expect(waits).toMatchObject({ status: 'charged' })
    expect(await entriesOf(api, id, 'top_up')).toHaveLength(1)
    // as it looks to this server 40 seconds later
    await api.database.pool.query(
      `update control.payment set created_at = created_at - interval '40 seconds' where payment_id = $1`,
      [waits!.payment_id],
    )
    await recover(api.payments)
    expect(await purchases(id)).toMatchObject([{ status: 'credited' }])
    expect(chargesOf(api, waits!.payment_id)).toHaveLength(1)
  })

  it('is credited at once by a machine whose clock is ahead of its database', async () => {
    const id = await account()
    await use(id, 6)
    const ahead = { ...api.payments, nowMs: () => api.payments.nowMs() + 40_000 }
    expect(await evaluateReload(ahead, id)).toMatchObject({ phase: 'credited' })
  })

  it('does not charge what the consent no longer covers, though it was left half-way before the charge', async () => {
    const id = await account()
    await use(id, 6)
    await evaluateReload(dyingAfter(api.payments, 1), id).catch(() => {})
    await api.done('endAutoReload', { params: { account_id: id }, key: `${id}-off` })
    await recover(api.payments)
    const [only] = await purchases(id)
    expect(only).toMatchObject({ status: 'failed', failure: 'no_longer_due' })
    expect(chargesOf(api, only!.payment_id)).toEqual([])
  })

  it('shows what the terms would have charged in the last 30 days', async () => {
    const id = await account({ terms: null })
    await use(id, 6)
    await use(id, 2)
    const shown = await api.done('previewAutoReload', { params: { account_id: id }, body: TERMS })
    expect(shown.last_30_days).toMatchObject({
      reloads: [{ balance: '4', net: '20', total: '20' }],
      total: '20',
      refused_calls: 0,
    })
    expect(shown.sentence.ja).toContain('$5.00')
  })
})

describe('a pause', () => {
  it('keeps what was agreed to and charges nothing until it is over and a call draws again', async () => {
    const id = await account()
    const params = { account_id: id }
    const { consent_seq } = await api.done('getAutoReload', { params })
    await api.done('pauseAutoReload', { params, key: `${id}-pause` })
    await use(id, 7)
    const paused = await api.done('getAutoReload', { params })
    expect(paused).toMatchObject({ consent_seq, due: false, waits_for: 'paused' })
    expect(paused.paused_at).not.toBeNull()
    expect(await evaluateReload(api.payments, id)).toBeNull()
    await api.done('resumeAutoReload', { params, key: `${id}-resume` })
    expect(await api.done('getAutoReload', { params })).toMatchObject({
      consent_seq,
      paused_at: null,
      waits_for: 'not_drawn',
    })
    expect(await evaluateReload(api.payments, id)).toBeNull()
    await use(id, 1)
    expect(await evaluateReload(api.payments, id)).not.toBeNull()
    expect(await entriesOf(api, id, 'top_up')).toHaveLength(2)
  })

  it('is done once for one key, and means another thing under none', async () => {
    const id = await account()
    const params = { account_id: id }
    const first = await api.done('pauseAutoReload', { params, key: `${id}-once` })
    expect(await api.done('pauseAutoReload', { params, key: `${id}-once` })).toEqual(first)
    expect(await api.call('resumeAutoReload', { params, key: `${id}-once` })).toMatchObject({
      status: 409,
      body: { code: 'request_conflict' },
    })
  })

  it('ends when the terms are agreed to anew, and there is none without terms', async () => {
    const id = await account()
    const params = { account_id: id }
    await api.done('pauseAutoReload', { params, key: `${id}-pause` })
    await agree(id, TERMS, 'anew')
    expect(await api.done('getAutoReload', { params })).toMatchObject({ paused_at: null })
    await api.done('endAutoReload', { params, key: `${id}-off` })
    expect(await api.call('pauseAutoReload', { params, key: `${id}-again` })).toMatchObject({
      status: 409,
      body: { code: 'auto_reload_off' },
    })
  })
})

describe('two who set it at once', () => {
  const setSeeing = async (id: string, seen: number | null, key: string) => {
    const params = { account_id: id }
    const { sentence, sentence_version: version } = await api.done('previewAutoReload', {
      params,
      body: TERMS,
    })
    const consent = { text: sentence.en, locale: 'en' as const, version }
    return api.call('setAutoReload', {
      params,
      key: `${id}-${key}`,
      body: { ...TERMS, consent, if_consent_seq: seen },
    })
  }

  it('are told apart by the consent that they have seen', async () => {
    const id = await account({ terms: null })
    expect(await setSeeing(id, 1, 'never')).toMatchObject({ status: 409 })
    const first = await setSeeing(id, null, 'first')
    expect(first.status).toBe(200)
    const late = await setSeeing(id, null, 'late')
    expect(late).toMatchObject({
      status: 409,
      body: {
        code: 'controls_changed',
        field: 'auto_reload',
        changed: { seq: first.body.seq, at: first.body.at, actor: { type: 'operator' } },
      },
    })
    expect((await setSeeing(id, first.body.seq as number, 'knowing')).status).toBe(200)
  })
})

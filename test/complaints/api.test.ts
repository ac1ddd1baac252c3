import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { evaluateReload } from '../../src/payments/reload.ts'
import { signed } from '../../src/payments/simulated/signature.ts'
import { type Api, expectVerified, fund, soon, startStockedApi, TEST_PLAN } from '../api/support.ts'
import { addCard, chargesOf, deliver, entriesOf } from '../payments/support.ts'

let api: Api
beforeAll(async () => {
  api = await startStockedApi()
})
afterAll(async () => {
  await expectVerified(api.database.pool)
  await api.close()
})

const stateOf = (account_id: string) => api.done('getState', { params: { account_id } })

/** $1 for a million tokens. */
const use = (account_id: string, dollars: number) =>
  api.done('record', {
    body: {
      account_id,
      call_id: `call-${account_id}`,
      model: 'small',
      usage: { tokens: { input: dollars * 1_000_000 } },
      event_at: soon(),
      outcome: 'succeeded',
    },
  })

describe('what an operator publishes', () => {
  it('takes no credit away: another version of a plan, a move to it, the end of the old one', async () => {
    const plan = { ...TEST_PLAN, id: 'edited' }
    const publish = async (version: number, windows: typeof TEST_PLAN.windows) => {
      await api.done('createPlan', { body: { ...plan, version, windows } })
      await api.done('publishPlan', { params: { plan_id: plan.id, version } })
    }
    await publish(1, TEST_PLAN.windows)
    const { id } = await api.account('edited', { plan: 'edited@1' })
    await fund(api, id, '7')
    const { lots } = await stateOf(id)
    expect(lots).toMatchObject([{ remaining: '7' }])
    await publish(2, TEST_PLAN.windows.slice(0, 1))
    expect((await stateOf(id)).lots).toEqual(lots)
    const params = { account_id: id }
    await api.done('changePlan', { params, key: 'move', body: { plan: 'edited@2' } })
    await api.done('retirePlan', { params: { plan_id: plan.id, version: 1 } })
    expect(await stateOf(id)).toMatchObject({ plan: 'edited@2', lots })
  })
})

describe('a call that failed', () => {
  it('leaves nothing behind that looks like a charge', async () => {
    const { id, key } = await api.account('failed', { plan: 'no_windows@1' })
    await fund(api, id, '1')
    const balances = async () =>
      (await stateOf(id)).lots.map(({ remaining, held }) => ({ remaining, held }))
    expect(await balances()).toEqual([{ remaining: '1', held: '0' }])
    const body = { call_id: 'c', model: 'small', prompt_tokens_max: 1_000, max_output_tokens: 100 }
    await api.done('authorize', { as: key, body })
    // what is held is shown as held: the balance itself has not moved
    expect(await balances()).toEqual([{ remaining: '1', held: '0.002' }])
    await api.done('release', { as: key, body: { call_id: 'c', outcome: 'error_before_output' } })
    expect(await balances()).toEqual([{ remaining: '1', held: '0' }])
    const [entry] = await entriesOf(api, id, 'release')
    expect(entry).toMatchObject({ postings: [], totals: { total: '0', money: '0' } })
    const { sentences } = await api.done('explainReceipt', {
      as: key,
      params: { receipt_id: 'rcpt_c' },
      query: { length: 'short' },
    })
    expect(sentences.join(' ')).toMatch(/^Nothing was charged/)
  })

  it('that was charged and paid back is told as paid back, from the journal', async () => {
    const { id, key } = await api.account('paid-back', { plan: 'no_windows@1' })
    await fund(api, id, '5')
    const say = async () => {
      const params = { receipt_id: `rcpt_call-${id}` }
      const told = await api.done('explainReceipt', { as: key, params, query: { length: 'long' } })
      return told.sentences.join(' ')
    }
    await use(id, 2)
    expect(await say()).not.toContain('given back')
    await api.done('refund', {
      params: { account_id: id },
      body: { call_id: `call-${id}`, reason: 'goodwill' },
    })
    expect(await say()).toContain('all of it was given back')
    expect((await stateOf(id)).lots).toMatchObject([{ remaining: '5' }])
  })
})

describe('usage of an account that is not there', () => {
  it('is refused aloud, never taken and forgotten', async () => {
    const reply = await api.call('record', {
      body: {
        account_id: 'nobody',
        call_id: 'lost',
        model: 'small',
        usage: { tokens: { input: 1 } },
        event_at: soon(),
        outcome: 'succeeded',
      },
    })
    expect(reply).toMatchObject({ status: 404, body: { code: 'account_unknown' } })
  })
})

describe('money that comes in', () => {
  it('is credited once where a failure is reported after the success, and the success again', async () => {
    const { id } = await api.account('flapping')
    await addCard(api, id)
    const params = { account_id: id }
    api.processor.takeWebhooks()
    const { preview_id } = await api.done('previewPurchase', { params, body: { amount: '5' } })
    const { payment_id } = await api.done('confirmPurchase', { params, body: { preview_id } })
    const hooks = api.processor.takeWebhooks()
    const again = (type: string | null, nth: number) =>
      hooks.map(({ body }) => {
        const event = JSON.parse(body) as { id: string; type: string }
        const text = JSON.stringify({
          ...event,
          id: `${event.id}_${nth}`,
          type: type ?? event.type,
        })
        const now = Math.floor(Date.now() / 1_000)
        return { body: text, signature: signed('whsec_tests', text, now) }
      })
    expect(hooks.length).toBeGreaterThan(0)
    await deliver(api.payments, [
      ...hooks,
      ...again('payment_intent.payment_failed', 1),
      ...again('payment_intent.canceled', 2),
      ...again(null, 3),
    ])
    expect((await stateOf(id)).lots).toMatchObject([{ face: '5', remaining: '5' }])
    expect(await entriesOf(api, id, 'top_up')).toHaveLength(1)
    expect(chargesOf(api, payment_id)).toHaveLength(1)
  })

  it('is not charged to a card while promotional credit is there', async () => {
    const { id } = await api.account('promo-first', { plan: 'no_windows@1' })
    const params = { account_id: id }
    await api.done('grant', {
      params,
      key: 'promo',
      body: { name: 'Launch', origin: 'promotion', amount: '50', expires_at: null },
    })
    await api.done('setControls', { params, key: 'on', body: { paid_use: true } })
    await addCard(api, id)
    const terms = { trigger_below: '5', amount: '20', max_per_day: '50', max_per_month: '100' }
    const shown = await api.done('previewAutoReload', { params, body: terms })
    const consent = {
      text: shown.sentence.en,
      locale: 'en' as const,
      version: shown.sentence_version,
    }
    await api.done('setAutoReload', { params, key: 'agree', body: { ...terms, consent } })
    const before = api.processor.charges().length
    await use(id, 10)
    expect(await evaluateReload(api.payments, id)).toBeNull()
    expect((await stateOf(id)).lots).toMatchObject([{ remaining: '40' }])
    expect(api.processor.charges()).toHaveLength(before)
  })
})

describe('a plan that is bought after a pack', () => {
  it('leaves what is left of the pack', async () => {
    const monthly = { ...TEST_PLAN, id: 'monthly', price: '20', fallback: 'test' }
    await api.done('createPlan', { body: monthly })
    await api.done('publishPlan', { params: { plan_id: 'monthly', version: 1 } })
    const { id } = await api.account('packed')
    await fund(api, id, '9')
    const { lots } = await stateOf(id)
    await api.done('changeSubscription', {
      params: { account_id: id },
      key: 'start',
      body: { plan: 'monthly@1', payment: { payment_id: 'pi_start', tax: '0' } },
    })
    expect(await stateOf(id)).toMatchObject({ plan: 'monthly@1', lots })
  })
})

import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { instant } from '../../src/core/time/index.ts'
import { AlertWatch } from '../../src/jobs/index.ts'
import { evaluateReload } from '../../src/payments/reload.ts'
import { CatalogueCache } from '../../src/store/control/index.ts'
import { type Api, soon, startStockedApi } from '../api/support.ts'
import { addCard, Crash, dyingAfter, recover } from './support.ts'

let api: Api
beforeAll(async () => {
  api = await startStockedApi()
})
afterAll(() => api.close())

const TERMS = { trigger_below: '5', amount: '20', max_per_day: '50', max_per_month: '100' }

let made = 0
/** An account with $10 of paid credit of which it has used $6, so that a reload is due. */
async function due(own: { card?: string; terms?: Partial<typeof TERMS> } = {}): Promise<string> {
  made += 1
  const { id } = await api.account(`told-${made}`, { plan: 'no_windows@1' })
  const params = { account_id: id }
  const credit = { payment_id: `first-${id}`, price: '10', expires_at: null }
  await api.done('topUp', { params, body: credit })
  await api.done('setControls', { params, key: `${id}-on`, body: { paid_use: true } })
  await addCard(api, id, own.card ?? 'pm_card_de')
  const body = { ...TERMS, ...own.terms }
  const { sentence, sentence_version: version } = await api.done('previewAutoReload', {
    params,
    body,
  })
  await api.done('setAutoReload', {
    params,
    key: `${id}-agree`,
    body: { ...body, consent: { text: sentence.en, locale: 'en', version } },
  })
  await use(id, 6)
  return id
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

/** Another node every time: nothing is remembered but what is in the database. */
const look = (id: string, at = Date.now()) =>
  new AlertWatch({ pool: api.pool, catalogue: new CatalogueCache(api.pool, Date.now) }).look(
    [id],
    instant(at),
  )

const told = async (id: string, lang: 'en' | 'ja' = 'en') => {
  const { items } = await api.done('listAlerts', { params: { account_id: id }, query: { lang } })
  return items.filter(({ kind }) => kind.startsWith('reload_'))
}

describe('an auto-reload that ended', () => {
  it('is told once, with amount, tax, card, credit and how to stop it, by two nodes at once', async () => {
    const id = await due()
    const payment = await evaluateReload(api.payments, id)
    await Promise.all([look(id), look(id), look(id)])
    await look(id)
    const [only, ...more] = await told(id)
    expect(more).toEqual([])
    expect(only).toMatchObject({
      kind: 'reload_done',
      facts: {
        payment_id: payment!.paymentId,
        amount: '20',
        tax: '3.8',
        total: '23.8',
        method: { brand: 'visa', last4: '0016' },
        lot_id: payment!.ordered.lot_id,
      },
    })
    const words = only!.message.lines.join('\n')
    expect(only!.message.title).toBe('Auto-reload has charged $23.80')
    expect(words).toContain('$23.80 was charged: $20.00 plus $3.80 of tax.')
    expect(words).toMatch(/Visa \*{4}0016/)
    expect(words).toContain(payment!.ordered.lot_id)
    expect(words).toContain('To stop it, switch auto-reload off.')
    expect((await told(id, 'ja'))[0]!.message.lines.join('\n')).toMatch(/Visa \*{4}0016/)
  })

  it.each([
    ['pm_card_visa_chargeDeclinedInsufficientFunds', 'declined', 'insufficient_funds'],
    ['pm_card_authenticationRequired', 'authentication_required', 'authentication_required'],
  ])(
    '%s: one message says why, that nothing was charged, and what next',
    async (card, outcome, reason) => {
      const id = await due({ card })
      await evaluateReload(api.payments, id)
      for (let n = 0; n < 3; n += 1) {
        await recover(api.payments)
        await evaluateReload(api.payments, id)
        await look(id)
      }
      const [only, ...more] = await told(id)
      expect(more).toEqual([])
      expect(only).toMatchObject({
        kind: 'reload_declined',
        facts: { outcome, reason, stopped: true, total: '20', again_at: null },
      })
      const words = only!.message.lines.join('\n')
      expect(words).toContain('Nothing was charged')
      expect(words).toContain('switch auto-reload on again')
    },
  )

  it('is told also where its card was removed before', async () => {
    const id = await due()
    const { items } = await api.done('listPaymentMethods', { params: { account_id: id } })
    const method_id = items[0]!.method_id
    await api.done('removePaymentMethod', { params: { account_id: id, method_id } })
    await evaluateReload(api.payments, id)
    await look(id)
    expect(await told(id)).toMatchObject([
      { facts: { outcome: 'method_removed', method: null, total: '23.8', stopped: true } },
    ])
  })

  it('killed after any step, is told once what became of it', async () => {
    for (const card of ['pm_card_visa', 'pm_card_visa_chargeDeclinedInsufficientFunds']) {
      let died = 0
      for (let nth = 1; ; nth += 1) {
        const id = await due({ card })
        const outcome = await evaluateReload(dyingAfter(api.payments, nth), id).catch(
          (error: unknown) => error,
        )
        await look(id)
        await recover(api.payments)
        await look(id)
        expect((await told(id)).map(({ kind }) => kind)).toEqual([
          card === 'pm_card_visa' ? 'reload_done' : 'reload_declined',
        ])
        if (!(outcome instanceof Crash)) break
        died += 1
      }
      expect(died).toBeGreaterThan(1)
    }
  })

  it('that its owner has made pointless is no news', async () => {
    const id = await due()
    await evaluateReload(dyingAfter(api.payments, 1), id).catch(() => {})
    await api.done('endAutoReload', { params: { account_id: id }, key: `${id}-off` })
    await recover(api.payments)
    await look(id)
    expect(await told(id)).toEqual([])
  })
})

describe('a limit of auto-reload', () => {
  it('is told once in its month, with the day on which it goes on', async () => {
    const id = await due({ terms: { max_per_month: '30' } })
    await evaluateReload(api.payments, id)
    await use(id, 22)
    const HALF_HOUR_MS = 30 * 60_000
    await look(id)
    // the two charges are too close together now: the limit shows when that time is over
    for (const later of [HALF_HOUR_MS, HALF_HOUR_MS + 1_000]) await look(id, Date.now() + later)
    const limited = (await told(id)).filter(({ kind }) => kind === 'reload_declined')
    expect(limited).toMatchObject([
      { facts: { outcome: 'month_limit', payment_id: null, stopped: false } },
    ])
    const [{ facts, message }] = limited as [(typeof limited)[number]]
    expect(facts.again_at).toMatch(/-01T00:00:00.000Z$/)
    expect(message.title).toBe('Auto-reload has reached a limit that you set')
    expect(message.lines.join('\n')).toContain('Nothing was charged')
  })

  it('that no charge fits into is told once under its terms', async () => {
    const id = await due({ terms: { max_per_day: '19' } })
    expect(await evaluateReload(api.payments, id)).toBeNull()
    await look(id)
    await look(id, Date.now() + 25 * 3_600_000)
    const [only, ...more] = await told(id)
    expect(more).toEqual([])
    expect(only!.message.lines.join('\n')).toContain('under these terms it never goes on')
  })
})

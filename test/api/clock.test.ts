import { afterAll, beforeAll, expect, it } from 'vitest'
import { createEngine, type Engine } from '../../src/engine/index.ts'
import { evaluateReload } from '../../src/payments/reload.ts'
import { SetClock } from '../engine/support/set-clock.ts'
import { addCard } from '../payments/support.ts'
import { type Api, startNode, startStockedApi } from './support.ts'

/*
 * There is one clock: that of decisions. What an answer says of "now", and what is due, goes by it too, also
 * where it differs from the clocks of the machine and of the database.
 */

const NOW = '2031-05-05T10:00:00.000Z'
const clock = new SetClock(NOW)
const params = { account_id: 'acct_later' }
let stock: Api
let api: Api
let engine: Engine

beforeAll(async () => {
  stock = await startStockedApi()
  engine = await createEngine({ pool: stock.pool, clock })
  api = await startNode(stock.database, { engine })
  await api.account('acct_later', { plan: 'no_windows@1' })
})
afterAll(async () => {
  await api.close()
  await engine.close()
  await stock.close()
})

it('an answer is of the time of decisions', async () => {
  expect(await api.done('getAccount', { params })).toMatchObject({ opened_at: NOW, as_of: NOW })
  clock.advance(90_000)
  const later = '2031-05-05T10:01:30.000Z'
  for (const operation of ['getAccount', 'getState', 'getAutoReload', 'getUsage'] as const)
    expect(await api.done(operation, { params }), operation).toMatchObject({ as_of: later })
})

/** A dollar of credit is used up, so that there is something to reload. */
const use = (call_id: string) =>
  api.done('record', {
    body: {
      ...{ account_id: params.account_id, call_id, model: 'small', outcome: 'succeeded' },
      usage: { tokens: { input: 1_000_000 } },
      event_at: new Date(clock.now()).toISOString(),
    },
  })

it('a limit of a day is over when the day of decisions is', async () => {
  await addCard(api, params.account_id)
  await api.done('topUp', { params, body: { payment_id: 'first', price: '10', expires_at: null } })
  await api.done('setControls', { params, key: 'paid', body: { paid_use: true } })
  const terms = { trigger_below: '50', amount: '20', max_per_day: '20', max_per_month: '100' }
  const { sentence, sentence_version: version } = await api.done('previewAutoReload', {
    params,
    body: terms,
  })
  const consent = { text: sentence.en, locale: 'en' as const, version }
  await api.done('setAutoReload', { params, key: 'agree', body: { ...terms, consent } })
  const reload = () =>
    evaluateReload({ ...api.payments, engine, nowMs: () => clock.now() }, params.account_id)
  await use('first')
  expect(await reload()).toMatchObject({ phase: 'credited' })
  clock.set('2031-05-05T23:59:00.000Z')
  await use('second')
  expect(await reload()).toBeNull()
  clock.set('2031-05-06T00:00:00.000Z')
  expect(await reload()).toMatchObject({ phase: 'credited' })
})

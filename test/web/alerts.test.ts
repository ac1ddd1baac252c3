import type { Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { take } from '../../src/client/index.ts'
import { Receiver } from '../notify/support/receiver.ts'
import { useBrowser } from './support/browser.ts'
import { settled } from './support/page.ts'
import { signInAs } from './support/people.ts'
import { CARLA, openWorld, REPLAY_MS, type World } from './support/world.ts'

/* What an account holder is told and agrees to, on the screens and in the books behind them. */

let world: World
const browser = useBrowser()
const receiver = new Receiver()
let hook: string
beforeAll(async () => {
  world = await openWorld()
  hook = await receiver.start()
}, REPLAY_MS)
afterAll(async () => {
  await receiver.stop()
  await world?.close()
})

async function at(path: string, reader: 'carla' | 'sam' = 'carla', lang: 'en' | 'ja' = 'en') {
  const watched = await browser.open(world.url, { lang })
  await signInAs(watched.page, reader, world.operator)
  await watched.page.goto(path)
  await settled(watched.page)
  return watched
}

const own = (path: string): string => `/a/${CARLA}/${path}`
const press = (page: Page, name: string | RegExp) =>
  page.getByRole('button', { name }).first().click()
const dialog = (page: Page) => page.locator('dialog[open]')
const confirm = (page: Page, name: string | RegExp) =>
  dialog(page).getByRole('button', { name }).last().click()

describe('alerts', () => {
  test('are counted at the bell until they are marked, and lead to what they speak of', async () => {
    const { page, faults } = await at(own('alerts'))
    const bell = page.getByRole('link', { name: /^Alerts: \d+ (is|are) new$/ })
    await bell.waitFor()
    await press(page, 'Mark all as seen')
    await page.getByRole('link', { name: 'Alerts: none is new' }).waitFor()
    const item = page.getByRole('listitem').filter({ hasText: 'Auto-reload has charged' }).first()
    await item.getByRole('link').click()
    await page.waitForURL(/\/payment\?purchase=pay_/)
    expect(faults()).toEqual([])
    await page.context().close()
  })

  test('are sent to a webhook whose secret is shown once; a test says what came back', async () => {
    const { page, faults } = await at(own('alerts?tab=endpoints'))
    await press(page, 'Add a place')
    await dialog(page).getByText('Webhook (signed)').click()
    await dialog(page).getByLabel('Address').fill(hook)
    await dialog(page).getByLabel('Name').fill('My hook')
    await confirm(page, 'Add a place')
    await dialog(page)
      .getByText(/^whsec_/)
      .waitFor()
    await confirm(page, 'I have kept it')
    expect(await page.getByText(/whsec_/).count()).toBe(0)
    receiver.status = 204
    await press(page, 'Send a test My hook')
    await page.getByText(/^The test arrived/).waitFor()
    receiver.status = 500
    await press(page, 'Send a test My hook')
    await page.getByText('The test did not arrive').waitFor()
    await press(page, 'Pause My hook')
    await confirm(page, 'Pause')
    await page.getByText('paused', { exact: true }).waitFor()
    const [endpoint] = (await world.operator.alerts.endpoints(CARLA)).items
    expect(endpoint).toMatchObject({ name: 'My hook', status: 'paused', address: hook })
    await press(page, 'Remove My hook')
    await confirm(page, 'Remove')
    await page.getByText('Nothing is sent anywhere').waitFor()
    expect(faults()).toEqual([])
    await page.context().close()
  })

  test('that are switched off are so in the settings; a wrong level changes nothing', async () => {
    const { page } = await at(own('alerts?tab=settings'))
    await page.getByLabel('A window has reset').uncheck()
    await page.getByLabel('Levels of a cap, in percent used').fill('80, 500')
    await press(page, 'Save')
    await page.getByText(/^Whole numbers from 1 to 100/).waitFor()
    expect((await world.operator.alerts.settings(CARLA)).muted).toEqual([])
    await page.getByLabel('Levels of a cap, in percent used').fill('80')
    await press(page, 'Save')
    await page.getByText('Saved.').waitFor()
    const settings = await world.operator.alerts.settings(CARLA)
    expect(settings).toMatchObject({ muted: ['window_reset'], cap_levels: [80] })
    await page.context().close()
  })

  test('that cannot be sent say so in the language of the reader', async () => {
    const { page } = await at(own('alerts?tab=endpoints'), 'carla', 'ja')
    await press(page, '送り先を追加')
    await dialog(page).getByText('Webhook（署名付き）').click()
    await dialog(page).getByLabel('アドレス').fill('ftp://example.com')
    await dialog(page).getByLabel('名前').fill('x')
    await confirm(page, '送り先を追加')
    await dialog(page).getByText('このアドレスには送れません').waitFor()
    await page.context().close()
  })
})

describe('auto-reload', () => {
  test('pauses and goes on without a charge, and keeps what was agreed to', async () => {
    const { page } = await at(own('controls?tab=reload'))
    const before = await world.operator.autoReload.get(CARLA)
    const charges = async () =>
      (await take(world.operator.purchases.list(CARLA, { kind: 'auto_reload' }))).length
    const charged = await charges()
    await press(page, 'Pause now')
    await confirm(page, 'Pause now')
    await page.getByText(/paused since/).waitFor()
    await page.getByText('none while it is paused').waitFor()
    const paused = await world.operator.autoReload.get(CARLA)
    expect(paused).toMatchObject({ consent_seq: before.consent_seq, waits_for: 'paused' })
    await press(page, 'Go on')
    await confirm(page, 'Go on')
    await page.getByRole('button', { name: 'Pause now' }).waitFor()
    const resumed = await world.operator.autoReload.get(CARLA)
    expect(resumed).toMatchObject({ consent_seq: before.consent_seq, paused_at: null })
    expect(await charges()).toBe(charged)
    await page.context().close()
  })

  test('begins with the terms in force; who comes second sees both versions', async () => {
    const { page } = await at(own('controls?tab=reload'))
    const { terms } = await world.operator.autoReload.get(CARLA)
    const month = page.getByLabel('At most in a calendar month (UTC), with tax')
    await expect.poll(() => month.inputValue()).toBe(terms?.max_per_month)
    await month.fill('3')
    await page.getByLabel(/^I have read this/).check()
    const seq = await agreeAs('2')
    await press(page, 'Agree and turn on')
    await page.getByText('Somebody else has changed this meanwhile').waitFor()
    await page.getByText(/\$2\.00 a month/).waitFor()
    expect((await world.operator.autoReload.get(CARLA)).consent_seq).toBe(seq)
    await press(page, 'Agree and turn on')
    await expect
      .poll(async () => (await world.operator.autoReload.get(CARLA)).terms?.max_per_month)
      .toBe('3')
    await page.context().close()
  })

  /** The operator sets another limit of a month, with the sentence of its own preview. */
  async function agreeAs(max_per_month: string): Promise<number> {
    const { terms } = await world.operator.autoReload.get(CARLA)
    const { trigger_below = '', max_per_day = '', amount, target } = terms ?? {}
    const wish = {
      trigger_below,
      max_per_day,
      max_per_month,
      ...(amount ? { amount } : { target: target ?? '' }),
    }
    const preview = await world.operator.autoReload.preview(CARLA, wish)
    const { sentence, sentence_version: version } = preview
    const consent = { text: sentence.en, locale: 'en' as const, version }
    return (await world.operator.autoReload.set(CARLA, { ...wish, consent })).seq
  }
})

test('a cap that somebody else has changed is not overwritten unseen', async () => {
  const { page } = await at(own('controls'))
  const caps = async () => (await world.operator.accounts.state(CARLA)).caps
  const [cap] = await caps()
  if (!cap) throw new Error('the demo has a cap')
  await press(page, /^Change .*cap/i)
  await dialog(page).getByLabel('Amount').fill('7')
  const { id, scope, scope_id, period, counts } = cap
  const theirs = { id, scope, scope_id, period, counts, amount: '5' }
  await world.operator.accounts.setControls(CARLA, { caps: [theirs] })
  await confirm(page, /^Set/)
  await dialog(page).getByText('Somebody else has changed this meanwhile').waitFor()
  await dialog(page)
    .getByText(/operator_/)
    .waitFor()
  expect((await caps()).find((one) => one.id === id)?.amount).toBe('5')
  await confirm(page, /^Set/)
  await expect.poll(async () => (await caps()).find((one) => one.id === id)?.amount).toBe('7')
  await page.context().close()
})

describe('a card', () => {
  const cards = async () => (await world.operator.paymentMethods.list(CARLA)).items

  test('of the simulated processor is chosen by what becomes of it, and declines as it says', async () => {
    const { page } = await at(own('payment'))
    await press(page, 'Add a card')
    await dialog(page)
      .getByLabel('Test card')
      .selectOption({ label: 'Visa ****0341 · US · is declined' })
    await confirm(page, 'Save card')
    await dialog(page).waitFor({ state: 'hidden' })
    await expect.poll(async () => (await cards()).map(({ last4 }) => last4)).toContain('0341')
    await page.getByLabel('Credit to buy').fill('10')
    await press(page, 'Show what it costs')
    await confirm(page, /^Pay/)
    await page
      .getByText(/Nothing was charged\./)
      .first()
      .waitFor()
    await page.context().close()
  })

  test('that asks its bank is charged when the bank says yes', async () => {
    const { page } = await at(own('payment'))
    await press(page, 'Add a card')
    await dialog(page)
      .getByLabel('Test card')
      .selectOption({ label: 'Visa ****3184 · US · asks for authentication' })
    await confirm(page, 'Save card')
    await dialog(page).waitFor({ state: 'hidden' })
    await expect.poll(async () => (await cards())[0]?.last4).toBe('3184')
    await page.getByLabel('Credit to buy').fill('12')
    await press(page, 'Show what it costs')
    await confirm(page, /^Pay/)
    await press(page, 'The bank says yes')
    await expect
      .poll(async () => {
        const bought = await take(world.operator.purchases.list(CARLA, { kind: 'top_up' }))
        return bought.find(({ price }) => price === '12')?.status
      })
      .toBe('credited')
    await page.getByText(/^Paid \$12\.00\. The credit is there\.$/).waitFor()
    await page.context().close()
  })

  test('given on the processor’s page is saved once, however often its return is opened', async () => {
    const { page } = await at(own('payment'))
    const before = await cards()
    let finished = 0
    await page.route('**/payment_methods/hosted', (route) =>
      route.fulfill({
        json: {
          setup_ref: 'cs_1',
          url: `${world.url}${own('payment?setup=cs_1')}`,
          test_cards: [],
        },
      }),
    )
    await page.route('**/payment_methods/hosted/cs_1/finish', (route) => {
      finished += 1
      return route.fulfill({ json: before[0] })
    })
    await press(page, 'Add a card')
    await dialog(page)
      .getByText(/page of the payment processor/)
      .waitFor()
    await confirm(page, 'Go to the processor')
    await page.getByText(/is saved\. Nothing was charged\./).waitFor()
    await page.waitForURL((url) => !url.search.includes('setup'))
    expect(finished).toBe(1)
    expect(await cards()).toEqual(before)
    await page.context().close()
  })

  test('that was not given there is told, and left behind', async () => {
    const { page } = await at(own('payment?setup=cs_none'))
    await page.getByText('Payment method was refused').waitFor()
    await press(page, 'Go on without it')
    await page.waitForURL((url) => !url.search.includes('setup'))
    await page.context().close()
  })
})

describe('a link to the disputes', () => {
  test('fills in the charge that it names', async () => {
    const { page } = await at(own('disputes?open=new&charge=call_1'))
    expect(await page.getByLabel('Receipts of the calls').inputValue()).toBe('call_1')
    await page.context().close()
  })

  test('asks a person about a campaign', async () => {
    const { page } = await at(own('disputes?open=new&campaign=autumn_credit'))
    expect(await dialog(page).getByLabel('What is it about?').inputValue()).toContain(
      'autumn_credit',
    )
    await dialog(page).getByRole('button', { name: 'Cancel' }).click()
    await page.waitForURL((url) => url.search === '')
    await page.context().close()
  })
})

test('support finds accounts, with names masked', async () => {
  const { page } = await at('/support/accounts', 'sam')
  await page.getByLabel('Id or name').fill('CARLA')
  await page.getByRole('cell', { name: CARLA }).waitFor()
  expect(await page.getByRole('link', { name: 'C***' }).count()).toBe(1)
  expect(await page.getByRole('link', { name: 'Carla', exact: true }).count()).toBe(0)
  await page.context().close()
})

import type { Page } from 'playwright-core'
import { afterAll, beforeAll, expect, test } from 'vitest'
import type { Body } from '../../../src/client/index.ts'
import { readNanos } from '../../../src/core/money/index.ts'
import { useBrowser } from '../support/browser.ts'
import { type CallMade, type House, openHouse, useUpWindows } from '../support/house.ts'
import { settled } from '../support/page.ts'

/* What account holders come for, from the first question to the end, in a browser beside a program that calls. */

const OPENING_MS = 60_000
const DAY_MS = 86_400_000

let house: House
const browser = useBrowser()

beforeAll(async () => {
  house = await openHouse()
}, OPENING_MS)
afterAll(() => house?.close())

const goTo = async (page: Page, path: string): Promise<void> => {
  await page.goto(path)
  await settled(page)
}

const isoIn = (ms: number): string => new Date(Date.now() + ms).toISOString()

const campaign = (): Body<'createCampaign'> => ({
  id: 'second_wind',
  name: 'Second wind',
  currency: 'USD',
  purpose: { en: 'For whoever ran out of window.', ja: '枠を使い切った方へ。' },
  eligible: [{ rule: 'plan_in', plans: ['pro'] }],
  claim: { from: isoIn(-DAY_MS), until: isoIn(DAY_MS) },
  amounts: { by: 'plan', table: { pro: '2' } },
  expires: { days_after_claim: 30 },
  scope: {},
  position: 'after_windows',
  limits: { budget: '100' },
})

test('run out of window, see why, claim a credit, go on', async () => {
  const rina = await house.household('Rina', 'pro')
  await house.operator.campaigns.create(campaign())
  await house.operator.campaigns.publish('second_wind')
  const { page, faults } = await browser.open(house.url)
  await house.signInOwner(page, rina)
  await page.getByText('Your next call is covered by your session window').waitFor()

  await useUpWindows(house.operator, rina)
  const refused = await house.call(rina)
  expect(refused.status).toBe(429)
  // Nobody has read the page again: it follows.
  await page.getByText('Your next call will be stopped: your session window is used up').waitFor()
  const row = page.getByRole('row').filter({ hasText: 'refused' })
  await row.getByRole('link').first().click()
  await page.getByText('Nothing was charged').first().waitFor()
  await page.getByText('This call could cost up to').first().waitFor()

  await goTo(page, `/a/${rina.id}`)
  await page.getByRole('link', { name: /Second wind/ }).click()
  await page.getByRole('button', { name: 'Claim $2.00' }).click()
  const dialog = page.getByRole('dialog')
  await dialog.getByText('Claiming charges nothing and changes no setting.').waitFor()
  await dialog.getByRole('button', { name: 'Claim $2.00' }).click()
  await page.getByText('claimed', { exact: true }).first().waitFor()

  await goTo(page, `/a/${rina.id}`)
  await page.getByText('Your next call will use').waitFor()
  const again = await house.call(rina)
  expect(again.status).toBe(200)
  const receipt = await house.operator.calls.receipt(again.receipt, { account_id: rina.id })
  expect(receipt.amounts.charged.amount).not.toBe('0')
  const { lots, seq } = await house.operator.accounts.state(rina.id)
  expect(readNanos(lots[0]?.remaining ?? '0')).toBe(
    readNanos('2') - readNanos(receipt.amounts.charged.amount ?? '0'),
  )
  await page.getByText(`seq ${seq}`).first().waitFor()
  expect(faults()).toEqual([])
})

test('set a cap, and watch it hold while calls run', async () => {
  const caspar = await house.household('Caspar', 'no_windows')
  await house.operator.credit.topUp(caspar.id, {
    payment_id: 'pay_c',
    price: '20',
    name: 'Prepaid',
    expires_at: null,
  })
  const { page, faults } = await browser.open(house.url)
  await house.signInOwner(page, caspar)
  await goTo(page, `/a/${caspar.id}/controls`)

  await page.getByRole('switch').click()
  await page.getByRole('dialog').getByRole('button', { name: 'Turn on' }).click()
  await page.getByRole('button', { name: 'Add a cap' }).click()
  const dialog = page.getByRole('dialog')
  await dialog.getByLabel('Period').selectOption('day')
  await dialog.getByLabel('Amount').fill('0.05')
  await dialog.getByRole('button', { name: /^Set / }).click()
  await dialog.waitFor({ state: 'hidden' })
  await page.getByRole('meter').first().waitFor()

  // On a slow machine they come one by one, and each fits: then more come.
  const calls: CallMade[] = []
  while (calls.every(({ status }) => status === 200)) {
    const more = Array.from({ length: 12 }, () =>
      house.call(caspar, { outputTokens: 900, outputTokensMax: 1_000 }),
    )
    calls.push(...(await Promise.all(more)))
  }
  const paid = calls.filter(({ status }) => status === 200)
  const stopped = calls.filter(({ status }) => status === 402)
  expect(paid.length + stopped.length).toBe(calls.length)
  expect(paid.length).toBeGreaterThan(0)

  const { caps, seq } = await house.operator.accounts.state(caspar.id)
  const cap = caps[0]!
  expect(readNanos(cap.spent)).toBeGreaterThan(0n)
  expect(readNanos(cap.spent) + readNanos(cap.held)).toBeLessThanOrEqual(readNanos('0.05'))
  await page.getByText(`seq ${seq}`).first().waitFor()
  expect(faults()).toEqual([])
})

test('preview auto-reload, agree, be charged, and find it on the statement', async () => {
  const aiko = await house.household('Aiko', 'no_windows')
  const { operator } = house
  await operator.paymentMethods.add(aiko.id, { method_ref: 'pm_card_visa' })
  await operator.credit.topUp(aiko.id, {
    payment_id: 'pay_a',
    price: '10.01',
    name: 'Prepaid',
    expires_at: null,
  })
  await operator.accounts.setControls(aiko.id, { paid_use: true, reason: 'asked for by the owner' })
  const { page, faults } = await browser.open(house.url)
  await house.signInOwner(page, aiko)
  await goTo(page, `/a/${aiko.id}/controls?tab=reload`)
  await page.getByText('Auto-reload is off').waitFor()
  await page.getByLabel('Buys when the balance falls below').fill('10')
  await page.getByLabel('Buys each time').fill('25')
  await page.getByLabel('At most in a calendar month (UTC), with tax').fill('100')
  await page.getByLabel('At most in a day (UTC), with tax').fill('50')
  await page
    .getByText(/When your credit falls below/)
    .first()
    .waitFor()
  await page.getByRole('checkbox', { name: /I have read this/ }).check()
  await page.getByRole('button', { name: 'Agree and turn on' }).click()
  await page.getByText(/^with the next call that draws/).waitFor()

  expect((await house.call(aiko, { outputTokens: 1_000 })).status).toBe(200)
  await goTo(page, `/a/${aiko.id}/payment`)
  await page
    .getByRole('row')
    .filter({ hasText: 'Auto-reload' })
    .filter({ hasText: 'done' })
    .waitFor()
  await goTo(page, `/a/${aiko.id}/statements/open`)
  expect(faults()).toEqual([])
})

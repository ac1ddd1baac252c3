import type { Page } from 'playwright-core'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { take } from '../../../src/client/index.ts'
import { readNanos } from '../../../src/core/money/index.ts'
import { useBrowser } from '../support/browser.ts'
import { type House, type Household, openHouse } from '../support/house.ts'
import { settled } from '../support/page.ts'

/* Somebody objects to a charge, and somebody of support resolves it: two browsers, one case. */

const OPENING_MS = 60_000
const PATH_MS = 60_000
/** Cases are read again every 15 s: messages are no entries of the journal. */
const REREAD_MS = 30_000

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
async function topUp({ id, owner }: Household): Promise<void> {
  const paid = { payment_id: `pay_${owner}`, price: '100', name: 'Prepaid', expires_at: null }
  await house.operator.credit.topUp(id, paid)
  const controls = { paid_use: true, reason: 'asked for by the owner' }
  await house.operator.accounts.setControls(id, controls)
}

/** An account with prepaid credit, many cheap calls and a dear one. */
async function spender(name: string): Promise<{ readonly own: Household; readonly dear: string }> {
  const own = await house.household(name, 'no_windows')
  await topUp(own)
  for (let n = 0; n < 3; n += 1) await house.call(own)
  const { receipt } = await house.call(own, {
    model: 'claude-opus-5.5',
    outputTokens: 60_000,
    outputTokensMax: 64_000,
  })
  await house.call(own)
  return { own, dear: receipt }
}

async function object(page: Page, words: string): Promise<string> {
  await page.getByLabel('What is wrong?').fill(words)
  await page.getByRole('button', { name: 'Send objection' }).click()
  await page.getByRole('heading', { name: /^Objection/, level: 1 }).waitFor()
  return page.url().split('/').at(-1) ?? ''
}

/** By keyboard alone, as somebody does who has forty of them. */
async function takeFirst(desk: Page, caseId: string): Promise<void> {
  await goTo(desk, '/support?view=unassigned')
  await desk.locator(`a[href$="/support/cases/${caseId}"]`).waitFor()
  await desk.keyboard.press('j')
  await desk.keyboard.press('Enter')
  await desk.waitForURL(`**/support/cases/${caseId}`)
  await desk.getByRole('button', { name: 'Take it' }).click()
  await desk.getByText('Given to somebody').first().waitFor()
}

async function confirm(page: Page, button: string | RegExp): Promise<void> {
  const dialog = page.getByRole('dialog')
  await dialog.getByRole('button', { name: button }).click()
  await dialog.waitFor({ state: 'hidden' })
}

/** The value beside a name in a list of facts. */
const fact = (page: Page, name: string) =>
  page.locator(`dt:text-is("${name}") + dd, div:has(> dt:text-is("${name}")) > dd`).first()

const remaining = async ({ id }: Household): Promise<string> =>
  (await house.operator.accounts.state(id)).lots[0]?.remaining ?? ''

test(
  'find the dear call, read its receipt, object, and see the refund arrive',
  async () => {
    const { own, dear } = await spender('Fumi')
    const before = await remaining(own)
    const { page, faults } = await browser.open(house.url)
    await house.signInOwner(page, own)
    await goTo(page, `/a/${own.id}/receipts/${dear}`)
    await page
      .getByText('60,000 × $20.00 per million')
      .or(page.getByText('60,000'))
      .first()
      .waitFor()
    await page.getByRole('link', { name: 'Dispute', exact: true }).click()
    await page.getByText('Our check has found no fault with it.').waitFor()
    const caseId = await object(page, 'I asked for one sentence and got a book.')
    await page.getByText('being decided').first().waitFor()

    const { page: desk, faults: deskFaults } = await browser.open(house.url)
    await house.signInStaff(desk, 'sam')
    await takeFirst(desk, caseId)
    await desk.getByRole('button', { name: 'Give back…' }).click()
    await desk.getByRole('dialog').getByLabel('Reason').selectOption('goodwill')
    await desk.getByRole('dialog').getByText('Reason: as a courtesy').waitFor()
    await confirm(desk, 'Give back $1.20')
    await desk.getByText('Decision: $1.20').waitFor()

    // The customer has the case open all the while: it says so by itself.
    await fact(page, 'Given back in this case').filter({ hasText: '$1.20' }).waitFor()
    await page
      .getByText('given back', { exact: true })
      .or(page.getByText('settled'))
      .first()
      .waitFor()
    const { amounts } = await house.operator.calls.receipt(dear, { account_id: own.id })
    expect(readNanos(await remaining(own)) - readNanos(before)).toBe(readNanos('1.200024'))
    expect(amounts.charged.amount).toBe('0')
    await goTo(page, `/a/${own.id}/receipts/${dear}`)
    await page
      .getByText(/\$1\.20 was given back to paid credit “Prepaid”/)
      .first()
      .waitFor()
    expect(faults()).toEqual([])
    expect(deskFaults()).toEqual([])
  },
  PATH_MS,
)

test(
  'an agent answers, asks for more than one person may give, and a second person agrees',
  async () => {
    const { operator } = house
    const own = await house.household('Gus', 'no_windows')
    await topUp(own)
    await operator.record({
      account_id: own.id,
      call_id: 'call_very_dear',
      model: 'claude-opus-5.5',
      event_at: new Date().toISOString(),
      usage: { tokens: { input: 0, output: 3_000_000 } },
    })
    const spent = await remaining(own)
    const { page, faults } = await browser.open(house.url)
    await house.signInOwner(page, own)
    await goTo(page, `/a/${own.id}/disputes`)
    await page.getByRole('button', { name: 'Object to a charge' }).click()
    await page.getByLabel('Receipts of the calls').fill('call_very_dear')
    const caseId = await object(page, 'Sixty dollars for one call?')

    const { page: desk } = await browser.open(house.url)
    await house.signInStaff(desk, 'sam')
    await takeFirst(desk, caseId)
    await desk.getByRole('button', { name: 'Reply', exact: true }).click()
    await desk.getByRole('dialog').getByLabel('Words').fill('I am looking at this call now.')
    await confirm(desk, 'Send the reply')
    await page.getByText('I am looking at this call now.').waitFor({ timeout: REREAD_MS })

    await desk.getByRole('button', { name: 'Give back…' }).click()
    await desk.getByText('This is above what you may give back alone').waitFor()
    await confirm(desk, 'Ask for approval of $60.00')
    await desk.getByText('A refund waits for a second person').waitFor()
    expect(await remaining(own)).toBe(spent)
    expect(await desk.getByRole('button', { name: 'Agree to $60.00' }).count()).toBe(0)

    const { page: second, faults: secondFaults } = await browser.open(house.url)
    await house.signInStaff(second, 'mira')
    await goTo(second, `/support/cases/${caseId}`)
    await second.getByRole('button', { name: 'Agree to $60.00' }).click()
    await confirm(second, /\$60\.00/)
    await fact(page, 'Given back in this case').filter({ hasText: '$60.00' }).waitFor()
    expect(readNanos(await remaining(own)) - readNanos(spent)).toBe(readNanos('60'))
    expect(faults()).toEqual([])
    expect(secondFaults()).toEqual([])
  },
  PATH_MS,
)

test('an agent sees whose account it is only after saying why, and the account reads the reason', async () => {
  const own = await house.household('Hanae', 'pro')
  const { page: desk, faults } = await browser.open(house.url)
  await house.signInStaff(desk, 'sam')
  await goTo(desk, `/a/${own.id}/team`)
  await desk.getByText('H***').first().waitFor()
  expect(await desk.locator('body').textContent()).not.toContain('Hanae')

  await desk.getByRole('button', { name: 'Show names…' }).click()
  const asking = desk.getByRole('dialog')
  await asking.getByRole('button', { name: 'Show for half an hour' }).click()
  await asking.getByRole('alert').waitFor()
  expect(await desk.locator('body').textContent()).not.toContain('Hanae')
  await asking.getByLabel('Reason').fill('The invoice of October came back.')
  await confirm(desk, 'Show for half an hour')
  await desk.getByText('Hanae').first().waitFor()
  // one panel after the other is read again
  await expect.poll(() => desk.locator('body').textContent()).not.toContain('H***')
  expect(faults()).toEqual([])

  const log = await take(house.operator.support.accessLog(own.id))
  expect(log.map(({ reason }) => reason)).toContain('The invoice of October came back.')
})

test('what an agent reads of an account leads to the entry that says it', async () => {
  const own = await house.household('Iris', 'no_windows')
  await topUp(own)
  const entries = await take(house.operator.accounts.entries(own.id))
  const paid = entries.find(({ kind }) => kind === 'top_up')
  const { page: desk, faults } = await browser.open(house.url)
  await house.signInStaff(desk, 'sam')
  await goTo(desk, `/support/accounts/${own.id}`)
  await desk
    .getByRole('link', { name: `${paid?.seq}`, exact: true })
    .first()
    .click()
  await desk.waitForURL(`**/a/${own.id}/entries/${paid?.seq}`)
  await settled(desk)
  await desk.getByText('pay_iris').first().waitFor()

  await goTo(desk, `/a/${own.id}/statements/open`)
  await desk
    .getByRole('link', { name: `${paid?.seq}`, exact: true })
    .first()
    .click()
  await desk.waitForURL(`**/a/${own.id}/entries/${paid?.seq}`)
  expect(faults()).toEqual([])
})

test('what the platform opens by itself says in the queue and in the case what it is about', async () => {
  const own = await house.household('Nora', 'no_windows')
  const caseId = await house.ownCase(own, 'fee_not_returned')
  const sentence = /^A plan fee was to go back, and the bank did not take it\./
  const { page: desk, faults } = await browser.open(house.url)
  await house.signInStaff(desk, 'sam')
  await goTo(desk, '/support?view=unassigned')
  const row = desk.getByRole('row').filter({ has: desk.locator(`[data-case="${caseId}"]`) })
  await row.getByText(sentence).waitFor()
  await row.getByRole('link', { name: 'Reconciliation' }).click()
  await desk.waitForURL(`**/support/cases/${caseId}`)
  await desk.getByRole('heading', { name: 'What it is about' }).waitFor()
  await desk.getByText(sentence).waitFor()
  expect(faults()).toEqual([])
})

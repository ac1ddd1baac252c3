import type { Page } from 'playwright-core'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { useBrowser } from '../support/browser.ts'
import { type House, openHouse } from '../support/house.ts'
import { settled } from '../support/page.ts'

/* People of the operator give credit to many, and make good what went wrong for many. */

const OPENING_MS = 60_000
const PATH_MS = 60_000
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
/** As a field of date and time takes it, in UTC. */
const fieldTime = (ms: number): string => new Date(Date.now() + ms).toISOString().slice(0, 19)

async function confirm(page: Page, button: string | RegExp): Promise<void> {
  const dialog = page.getByRole('dialog')
  await dialog.getByRole('button', { name: button }).click()
  await dialog.waitFor({ state: 'hidden' })
}

test(
  'write a campaign, publish it, tell the accounts, and watch it be claimed',
  async () => {
    const { operator } = house
    const pia = await house.household('Pia', 'pro')
    const noamReady = house.household('Noam', 'free')
    const { page, faults } = await browser.open(house.url)
    await house.signInStaff(page, 'olga')
    await goTo(page, '/operator/campaigns')
    await page.getByRole('link', { name: 'New campaign' }).click()
    await page.getByLabel('Id', { exact: true }).fill('thanks')
    await page.getByLabel('Name', { exact: true }).fill('Thank you')
    await page.getByLabel('Terms for people, in English').fill('For everybody on Pro.')
    await page.getByLabel('Terms for people, in Japanese').fill('Pro の皆さまへ。')
    await page.getByRole('button', { name: 'Add a rule' }).click()
    await page.getByLabel('Plans, separated by commas').fill('pro')
    await page.getByLabel('Opens').fill(fieldTime(-DAY_MS))
    await page.getByLabel('Ends: the first instant').fill(fieldTime(7 * DAY_MS))
    await page.getByRole('button', { name: 'Add a plan' }).click()
    await page.getByLabel('Plan', { exact: true }).fill('pro')
    await page.getByLabel('Amount', { exact: true }).fill('5')
    await page.getByLabel('Budget in all').fill('5')
    await page.getByRole('button', { name: 'Check' }).click()
    await page.getByText('The document is right.').waitFor()
    await page.getByRole('button', { name: 'Draft it' }).click()
    await page.getByRole('button', { name: 'Publish…' }).click()
    await confirm(page, /^Publish, up to \$5\.00/)
    await page.getByText('published', { exact: true }).first().waitFor()
    await page.getByRole('button', { name: 'Announce…' }).click()
    await confirm(page, 'Tell the accounts')
    await operator.jobs.run('campaign_notices')
    const told = async () => (await operator.campaigns.funnel('thanks')).told
    await expect.poll(told, { timeout: 20_000 }).toBe(1)
    await operator.campaigns.claim(pia.id, 'thanks')
    const { id: noam } = await noamReady
    await expect(operator.campaigns.claim(noam, 'thanks')).rejects.toMatchObject({
      code: 'not_eligible',
    })

    await goTo(page, '/operator/campaigns/thanks')
    await page.getByText('Table', { exact: true }).first().click()
    const { eligible, claimed, amounts } = await operator.campaigns.funnel('thanks')
    expect({ eligible: eligible.accounts, claimed }).toEqual({
      eligible: 1,
      claimed: 1,
    })
    await page
      .getByRole('row', { name: /^Told 1/ })
      .first()
      .waitFor()
    await page
      .getByRole('row', { name: /^Claimed 1/ })
      .first()
      .waitFor()
    expect(amounts.outstanding).toBe('5')
    expect(faults()).toEqual([])
  },
  PATH_MS,
)

test(
  'write an incident, find its calls, let a second person approve, give back, publish the report',
  async () => {
    const { operator } = house
    const theo = await house.household('Theo', 'no_windows')
    await operator.credit.topUp(theo.id, {
      payment_id: 'pay_theo',
      price: '20',
      name: 'Prepaid',
      expires_at: null,
    })
    await operator.accounts.setControls(theo.id, {
      paid_use: true,
      reason: 'asked for by the owner',
    })
    for (let n = 0; n < 3; n += 1) await house.call(theo, { model: 'claude-haiku-5.5' })
    const before = (await operator.accounts.state(theo.id)).lots[0]!.remaining
    const { page, faults } = await browser.open(house.url)
    await house.signInStaff(page, 'olga')
    await goTo(page, '/operator/incidents')
    await page.getByRole('link', { name: 'New incident' }).click()
    await page.getByLabel('Id', { exact: true }).fill('haiku_slow')
    await page.getByLabel('Name in English').fill('Haiku was slow')
    await page.getByLabel('Name in Japanese').fill('Haiku の遅延')
    await page.getByLabel('First call (UTC)').fill(fieldTime(-DAY_MS))
    await page.getByLabel(/^Until \(UTC\)/).fill(fieldTime(0))
    await page.getByLabel('Currency').fill('USD')
    await page.getByLabel('Models', { exact: true }).fill('claude-haiku-5.5')
    await page.getByRole('button', { name: 'Save and go on' }).click()
    await page.getByText('Step 2 of 8').waitFor()
    await page.getByRole('button', { name: 'Look for its calls' }).click()
    await page.getByRole('button', { name: 'Next', exact: true }).click()
    await page.getByText('Step 3 of 8').waitFor()
    await page.getByLabel('What goes back to where it came from').selectOption('charge')
    await page.getByRole('button', { name: 'Save and go on' }).click()
    await page.getByText('Step 4 of 8').waitFor()
    await page.getByRole('button', { name: 'Next', exact: true }).click()
    await page.getByText('Step 5 of 8').waitFor()
    await page.getByRole('button', { name: 'Save and go on' }).click()
    await page.getByText('Step 6 of 8').waitFor()
    await page.getByRole('button', { name: 'Submit to a second person' }).click()
    await confirm(page, 'Submit')

    const { page: second, faults: secondFaults } = await browser.open(house.url)
    await house.signInStaff(second, 'otto')
    await goTo(second, '/operator/incidents/haiku_slow?step=approval')
    await second.getByRole('button', { name: 'Approve…' }).click()
    await confirm(second, /^Approve /)
    await goTo(second, '/operator/incidents/haiku_slow?step=run')
    await second.getByRole('button', { name: 'Run…' }).click()
    await confirm(second, /^Give back /)
    // The run goes on by itself, and the screen with it.
    await second.getByText('3 of 3 calls').waitFor({ timeout: 30_000 })
    const { lots } = await operator.accounts.state(theo.id)
    expect(lots[0]?.remaining).toBe('20')
    expect(before).not.toBe('20')
    await goTo(second, '/operator/incidents/haiku_slow?step=report')
    await second.getByRole('button', { name: 'Publish…' }).click()
    await confirm(second, 'Publish the report')
    await second.getByText('Published').first().waitFor()
    const open = await fetch(`${house.url}/v1/incident_reports/haiku_slow`)
    expect(open.status).toBe(200)
    expect(faults()).toEqual([])
    expect(secondFaults()).toEqual([])
  },
  PATH_MS,
)

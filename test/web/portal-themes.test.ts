import { afterAll, beforeAll, expect, test } from 'vitest'
import { useBrowser } from './support/browser.ts'
import { type House, openHouse } from './support/house.ts'
import { settled } from './support/page.ts'

/* An operator gives portals a look, and sees what could not be read before it is refused. */

const OPENING_MS = 60_000

let house: House
const browser = useBrowser()

beforeAll(async () => {
  house = await openHouse()
}, OPENING_MS)
afterAll(() => house?.close())

test('a theme that cannot be read is named and not set; one that can is set, and removed', async () => {
  const { page, faults } = await browser.open(house.url)
  await house.signInStaff(page, 'otto')
  await page.goto('/operator/portals')
  await settled(page)
  await page.getByText('There is no theme yet').waitFor()

  await page.getByRole('button', { name: 'New theme' }).click()
  await page.getByLabel('Theme id').fill('acme')
  await page.getByLabel('Name', { exact: true }).fill('Acme Cloud')
  const words = page.getByRole('group', { name: 'Light' }).getByLabel('Words', { exact: true })
  await words.fill('#aaaaaa')
  const failing = page.getByRole('table', { name: 'hard to read' })
  await failing.getByText('2.32 : 1').first().waitFor()
  await failing.getByText('hard to read: change “Words”').first().waitFor()
  const set = page.getByRole('button', { name: 'Set the theme' })
  expect(await set.getAttribute('aria-disabled')).toBe('true')

  await words.fill('#22201c')
  await page.getByText(/All \d+ pairs are read well/).waitFor()
  await set.click()
  await page.waitForURL('**/operator/portals?theme=acme')
  const listed = page.getByRole('table', { name: 'Themes' })
  await listed.getByText('Acme Cloud').waitFor()
  const { items } = await house.operator.portalThemes.list()
  expect(items).toMatchObject([
    { theme_id: 'acme', name: 'Acme Cloud', mark: 'A', light: { text: '#22201c' } },
  ])

  await page.getByRole('button', { name: 'Remove' }).click()
  await page.getByRole('dialog').getByRole('button', { name: 'Remove' }).click()
  await page.getByText('There is no theme yet').waitFor()
  expect((await house.operator.portalThemes.list()).items).toEqual([])
  expect(faults()).toEqual([])
})

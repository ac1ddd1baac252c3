import { setTimeout as sleep } from 'node:timers/promises'
import type { Page } from 'playwright-core'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { useBrowser } from './support/browser.ts'
import { type House, type Household, openHouse } from './support/house.ts'
import { choose, settled } from './support/page.ts'

/* Addresses that lead nowhere, or not everybody in; and what a screen is on paper and on a narrow one. */

const OPENING_MS = 60_000
/** Longer than a look at a reader's credentials is good for. */
const LOOK_IS_OLD_MS = 1_100
/** As the build writes `--surface` of the two themes. */
const [WHITE, DARK] = ['#fff', '#0d1117']
/** As the browser tells `--text` of them. */
const [DARK_TEXT, LIGHT_TEXT] = ['rgb(27, 31, 36)', 'rgb(230, 237, 243)']

let house: House
let carla: Household
const browser = useBrowser()

beforeAll(async () => {
  house = await openHouse()
  carla = await house.household('Carla', 'pro')
}, OPENING_MS)
afterAll(() => house?.close())

/** The problems that the server has answered to a page with, by their status. */
function refusals(page: Page): number[] {
  const statuses: number[] = []
  page.on('response', (response) => {
    if (response.status() >= 400) statuses.push(response.status())
  })
  return statuses
}

test('an address of nothing has a screen that says so, and is 404 for programs too', async () => {
  const { page } = await browser.open(house.url)
  await house.signInOwner(page, carla)
  for (const path of ['/nowhere', `/a/${carla.id}/nowhere`, '/accounts']) {
    await page.goto(path)
    await page.getByRole('heading', { name: 'There is no such screen' }).waitFor()
    await page.getByRole('link', { name: 'To the start' }).click()
    await page.waitForURL(`**/a/${carla.id}`)
  }
  const answers = await Promise.all(
    [
      ['/nowhere', 'text/html,*/*;q=0.8'],
      ['/nowhere', 'application/json'],
      ['/nowhere', '*/*'],
      ['/v1/nowhere', 'text/html,*/*;q=0.8'],
    ].map(([path, accept = '']) => fetch(`${house.url}${path}`, { headers: { accept } })),
  )
  expect(answers.map(({ status }) => status)).toEqual([404, 404, 404, 404])
  expect(answers.map(({ headers }) => headers.get('content-type')?.split(';')[0])).toEqual([
    'text/html',
    ...Array(3).fill('application/problem+json'),
  ])
  expect(answers[0]?.headers.get('content-security-policy')).toContain("frame-ancestors 'none'")
})

test('a screen of another role is not drawn, and the server is not asked for it', async () => {
  const { page, faults } = await browser.open(house.url)
  await house.signInOwner(page, carla)
  const refused = refusals(page)
  for (const path of ['/operator', '/operator/audit', '/support', '/support/cases/case_x']) {
    await page.goto(path)
    await page.getByRole('heading', { name: 'This screen is not for your role' }).waitFor()
    await page.getByRole('link', { name: 'To the start' }).click()
    await page.waitForURL(`**/a/${carla.id}`)
    await settled(page)
  }
  expect(refused).toEqual([])
  expect(faults()).toEqual([])
})

test('a page whose session was ended elsewhere goes to the door, and shows nothing that came after', async () => {
  const { page } = await browser.open(house.url)
  const dora = await house.household('Dora', 'pro')
  await house.signInOwner(page, dora)
  await page.getByText('Live', { exact: true }).waitFor()
  await page.evaluate(async () => {
    const headers = { 'everycent-csrf': '1' }
    await fetch('/v1/session', { method: 'DELETE', headers })
  })
  await sleep(LOOK_IS_OLD_MS)
  expect((await house.call(dora)).status).toBe(200)
  await page.waitForURL('**/sign-in**')
  expect(await page.getByText('Last calls').count()).toBe(0)
})

test('what is dark on the screen is light on paper, and dark again afterwards', async () => {
  const { page } = await browser.open(house.url, { theme: 'dark' })
  await house.signInOwner(page, carla)
  await page.goto(`/a/${carla.id}/statements`)
  await choose(page, { lang: 'en', theme: 'dark' })
  const surface = () =>
    page.evaluate(() => getComputedStyle(document.documentElement).getPropertyValue('--surface'))
  // at once: paper does not wait for a colour that goes over into another
  const text = () => page.evaluate(() => getComputedStyle(document.querySelector('h1')!).color)
  expect([await surface(), await text()]).toEqual([DARK, LIGHT_TEXT])
  await page.emulateMedia({ media: 'print' })
  expect([await surface(), await text()]).toEqual([WHITE, DARK_TEXT])
  expect(await page.getByText('Skip to the content').isVisible()).toBe(false)
  await page.emulateMedia({ media: 'screen' })
  expect([await surface(), await text()]).toEqual([DARK, LIGHT_TEXT])
})

test('so is a portal in the colours of another house', async () => {
  const colours = { accent: '#6d28d9', surface: '#fffdf8', text: '#22201c' }
  await house.operator.portalThemes.set({
    ...{ theme_id: 'acme', name: 'Acme Cloud', mark: 'A', font: 'serif', radius_px: 2 },
    light: colours,
    dark: { accent: '#c4a7ff', surface: '#14121a', text: '#efeaf7' },
  })
  const { path } = await house.operator.signInLinks.createPortal(carla.id, { theme: 'acme' })
  const { page } = await browser.open(house.url, { theme: 'dark' })
  await page.goto(path)
  await page.waitForURL(`**/a/${carla.id}`)
  await settled(page)
  const surface = () =>
    page.evaluate(() => document.documentElement.style.getPropertyValue('--surface'))
  await expect.poll(surface).toBe('#14121a')
  await page.emulateMedia({ media: 'print' })
  await expect.poll(surface).toBe(colours.surface)
})

test('the open one of tabs that find no room is in sight', async () => {
  const { page } = await browser.open(house.url, { width: 320 })
  await house.signInStaff(page, 'otto')
  await page.goto('/operator/audit?tab=people')
  await settled(page)
  const inSight = (name: string) =>
    page.getByRole('tab', { name, exact: true }).evaluate((tab) => {
      const [own, room] = [tab, tab.parentElement ?? tab].map((it) => it.getBoundingClientRect())
      return own!.left >= room!.left - 1 && own!.right <= room!.right + 1
    })
  expect(await inSight('People and roles')).toBe(true)
  expect(await inSight('Who did what')).toBe(false)
  await page.getByRole('tab', { name: 'People and roles' }).focus()
  await page.keyboard.press('ArrowRight')
  await settled(page)
  expect(await inSight('Who did what')).toBe(true)
})

import type { Page } from 'playwright-core'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { take } from '../../src/client/index.ts'
import { readNanos } from '../../src/core/money/index.ts'
import { useBrowser } from './support/browser.ts'
import { type House, type Household, openHouse, useUpWindows } from './support/house.ts'
import { settled } from './support/page.ts'

/* Live calls, in a browser beside a program that calls. */

const OPENING_MS = 60_000
/** More than are in sight. */
const MANY = 40
/** Two lines of text are higher. */
const LINE_PX = 32

let house: House
const browser = useBrowser()

beforeAll(async () => {
  house = await openHouse()
}, OPENING_MS)
afterAll(() => house?.close())

async function openLive(page: Page, of: Household): Promise<void> {
  await house.signInOwner(page, of)
  await page.goto(`/a/${of.id}/live`)
  await settled(page)
}

const rowsOf = (page: Page) => page.locator('[data-index]')

test('calls appear as they run and end; a pause holds the rows, and a pill counts', async () => {
  const liv = await house.household('Liv', 'pro')
  const { page, faults } = await browser.open(house.url)
  await openLive(page, liv)
  await page.getByText('Waiting for calls').waitFor()

  await house.operator.authorize({
    account_id: liv.id,
    call_id: 'call_in_flight',
    model: 'claude-sonnet-5.5',
    prompt_tokens_max: 1_000,
    max_output_tokens: 1_000,
  })
  const inFlight = rowsOf(page).filter({ hasText: 'running' })
  await inFlight.getByText('held').waitFor()
  await house.operator.release({ account_id: liv.id, call_id: 'call_in_flight' })
  await rowsOf(page).filter({ hasText: 'failed – not billed' }).waitFor()

  const { receipt } = await house.call(liv)
  const done = rowsOf(page).filter({ hasText: 'ok' })
  await done.waitFor()
  const listed = await house.operator.calls.page(liv.id, {})
  const { latency } = listed.items.find(({ receipt_id }) => receipt_id === receipt)!
  expect(latency.last_byte_ms).toBeGreaterThanOrEqual(latency.first_byte_ms!)
  await done.getByTitle(/first byte after [\d.,]+ m?s, end after [\d.,]+ m?s/).waitFor()
  expect(await rowsOf(page).count()).toBe(2)

  await page.locator('h1').click()
  await page.keyboard.press('Space')
  await page.getByRole('button', { name: 'Go on' }).waitFor()
  await house.call(liv)
  const pill = page.getByRole('button', { name: '1 new' })
  await pill.waitFor()
  expect(await rowsOf(page).count()).toBe(2)
  await pill.click()
  await rowsOf(page).nth(2).waitFor()
  await pill.waitFor({ state: 'hidden' })

  const links = rowsOf(page).getByRole('link')
  const hrefs = await links.evaluateAll((found) => found.map((link) => link.getAttribute('href')))
  expect(hrefs).toContain(`/a/${liv.id}/receipts/${receipt}`)
  expect(faults()).toEqual([])
})

test('a call in flight says what it has come to so far, and never more than it holds', async () => {
  const sofia = await house.household('Sofia', 'pro')
  const leaving = new AbortController()
  const answer = await fetch(`${house.url}/anthropic/v1/messages`, {
    method: 'POST',
    headers: {
      'x-api-key': sofia.key,
      'anthropic-version': '2023-06-01',
      'content-type': 'application/json',
      'x-sim-output-tokens': '4000',
      'x-sim-chunk-delay-ms': '100',
    },
    body: JSON.stringify({
      ...{ model: 'claude-sonnet-5.5', max_tokens: 4_000, stream: true },
      messages: [{ role: 'user', content: 'Count slowly.' }],
    }),
    signal: leaving.signal,
  })
  const { page, faults } = await browser.open(house.url)
  await openLive(page, sofia)
  const running = rowsOf(page).filter({ hasText: 'running' })
  await running.getByText('so far', { exact: false }).waitFor()
  await running.getByText('estimate').waitFor()
  const [call] = await take(house.operator.calls.running(sofia.id))
  const { so_far: soFar, held, expected, worst } = call!
  expect(soFar!.tokens.output).toBeGreaterThan(0)
  expect(readNanos(soFar!.amount!)).toBeGreaterThan(0n)
  expect(readNanos(soFar!.amount!)).toBeLessThanOrEqual(readNanos(worst))
  expect(held.included).toBe(expected)
  leaving.abort()
  await answer.body?.cancel().catch(() => {})
  expect(faults()).toEqual([])
})

test('a retry leads to the try that it repeats, while it runs and when it has ended', async () => {
  const ria = await house.household('Ria', 'pro')
  const of = { account_id: ria.id, call_id: 'call_again' }
  const asked = { model: 'claude-sonnet-5.5', prompt_tokens_max: 1_000, max_output_tokens: 1_000 }
  await house.operator.authorize({ ...of, ...asked })
  await house.operator.release(of)
  await house.operator.authorize({ ...of, ...asked, attempt: 2 })
  const { page, faults } = await browser.open(house.url)
  await openLive(page, ria)
  const running = rowsOf(page).filter({ hasText: 'running' })
  await running.getByRole('link', { name: 'try 2' }).click()
  await page.waitForURL(`**/a/${ria.id}/receipts/rcpt_again#attempts`)
  await page.getByText('Nothing was charged').first().waitFor()

  await house.operator.settle({ ...of, attempt: 2, usage: { tokens: { input: 10, output: 10 } } })
  await page.goto(`/a/${ria.id}/live`)
  await rowsOf(page).getByRole('link', { name: 'try 2' }).click()
  const attempts = page.getByRole('table', { name: 'Attempts' })
  await attempts.getByText('failed: not billed').waitFor()
  expect(await attempts.locator('code').allTextContents()).toEqual(['call_again', 'call_again#2'])
  expect(faults()).toEqual([])
})

test('a refused call appears by itself and opens the card that says why', async () => {
  const rue = await house.household('Rue', 'pro')
  await useUpWindows(house.operator, rue)
  const { page, faults } = await browser.open(house.url)
  await openLive(page, rue)
  const refused = await house.call(rue)
  expect(refused.status).toBe(429)

  const row = rowsOf(page).filter({ hasText: 'refused: window used up' })
  await row.waitFor()
  // On a screen of 1280 px the word stands in one line, its icon beside it.
  const words = await row.locator('[data-tone]').boundingBox()
  expect(words?.height).toBeLessThan(LINE_PX)
  await row.getByRole('link').click()
  await page.waitForURL(`**/a/${rue.id}/blocked/${refused.receipt}`)
  await page.getByText('Nothing was charged').first().waitFor()
  expect(faults()).toEqual([])
})

test('who reads further down keeps the rows; only those in sight are in the page', async () => {
  const max = await house.household('Max', 'pro')
  for (let at = 0; at < MANY; at += 1)
    await house.operator.record({
      account_id: max.id,
      call_id: `call_${at}`,
      model: 'claude-sonnet-5.5',
      event_at: new Date().toISOString(),
      usage: { tokens: { input: 10, output: 10 } },
    })
  const { page, faults } = await browser.open(house.url)
  await openLive(page, max)
  expect(await page.getByRole('table').getAttribute('aria-rowcount')).toBe(String(MANY + 1))
  expect(await rowsOf(page).count()).toBeLessThan(MANY)

  await page.locator('section[tabindex]').evaluate((region) => {
    region.scrollTop = 400
  })
  await settled(page)
  await house.call(max)
  const pill = page.getByRole('button', { name: '1 new' })
  await pill.waitFor()
  expect(await page.getByRole('table').getAttribute('aria-rowcount')).toBe(String(MANY + 1))
  await pill.click()
  await pill.waitFor({ state: 'hidden' })
  expect(await page.getByRole('table').getAttribute('aria-rowcount')).toBe(String(MANY + 2))
  expect(faults()).toEqual([])
})

test('a view that is lost says so, and keeps what it knew', async () => {
  const lou = await house.household('Lou', 'pro')
  await house.call(lou)
  const { page } = await browser.open(house.url)
  await page.route('**/events*', (route) => route.abort())
  await openLive(page, lou)
  await page.getByText(/Live view lost, retrying in \d+ s; calls are still metered/).waitFor()
  expect(await rowsOf(page).count()).toBe(1)
})

test('calls in flight that cannot be read are not said to be none', async () => {
  const ned = await house.household('Ned', 'pro')
  await house.call(ned)
  const { page } = await browser.open(house.url)
  await page.route('**/calls/running*', (route) => route.abort())
  await openLive(page, ned)
  await page.getByText('? running').waitFor()
  expect(await page.getByText('0 running').count()).toBe(0)
  expect(await rowsOf(page).count()).toBe(1)
})

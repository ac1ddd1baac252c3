import { readFileSync } from 'node:fs'
import type { Page } from 'playwright-core'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { formatNanos, readNanos, sum } from '../../src/core/money/index.ts'
import { useBrowser } from './support/browser.ts'
import { settled } from './support/page.ts'
import { signInAs } from './support/people.ts'
import { CARLA, openWorld, REPLAY_MS, type World } from './support/world.ts'

/* What used it: filters live in the address, sums close, and a file has what the screen shows. */

let world: World
const browser = useBrowser()
beforeAll(async () => {
  world = await openWorld()
}, REPLAY_MS)
afterAll(() => world?.close())

async function open(path = ''): Promise<{ readonly page: Page; readonly faults: () => string[] }> {
  const watched = await browser.open(world.url)
  await signInAs(watched.page, 'carla', world.operator)
  await watched.page.goto(`/a/${CARLA}/usage${path}`)
  await settled(watched.page)
  return watched
}

/** The exact figures of a column, the foot last. */
const column = (page: Page, table: string, number: number): Promise<string[]> =>
  page
    .getByRole('table', { name: table, exact: true })
    .locator(`tbody td:nth-child(${number}) data, tfoot td:nth-child(${number}) data`)
    .evaluateAll((figures) => figures.map((figure) => (figure as HTMLDataElement).value))

test('rows add up to the total, which is the API’s, and the total narrows by a click', async () => {
  const { page, faults } = await open()
  const name = 'Usage: model'
  const charged = await column(page, name, 6)
  const explored = await world.operator.usage.explore(CARLA, {
    cycle: 'current',
    group_by: 'model',
  })
  expect(explored.rows.length).toBeGreaterThan(1)
  expect(charged.at(-1)).toBe(explored.totals.charged)
  expect(formatNanos(sum(charged.slice(0, -1).map(readNanos)))).toBe(charged.at(-1))
  await page.getByText(`seq ${explored.seq}`).first().waitFor()

  const [first] = explored.rows
  await page.getByRole('button', { name: `Only ${first?.key}` }).click()
  await page.waitForURL((url) => url.searchParams.get('model') === first?.key)
  await page.getByRole('button', { name: `Remove the filter Model ${first?.key}` }).waitFor()
  await settled(page)
  await expect.poll(async () => (await column(page, name, 6)).at(-1)).toBe(first?.sums.charged)

  // The address alone gives the same to whoever opens it.
  const other = await open(new URL(page.url()).search)
  await expect
    .poll(async () => (await column(other.page, name, 6)).at(-1))
    .toBe(first?.sums.charged)
  await page.getByRole('button', { name: /^Remove the filter/ }).click()
  await expect.poll(async () => (await column(page, name, 6)).at(-1)).toBe(charged.at(-1))
  expect(faults()).toEqual([])
})

test('nothing that matches names the filters that hide it', async () => {
  const { page, faults } = await open('?model=none-such&period=week')
  await page.getByText('No calls match').waitFor()
  await page.getByRole('button', { name: 'Remove Model: none-such' }).click()
  await page.getByRole('table', { name: 'Usage: model' }).waitFor()
  expect(new URL(page.url()).search).toBe('?period=week')
  expect(faults()).toEqual([])
})

test('the dearest call is the first in its order, and opens its receipt', async () => {
  const { page, faults } = await open('?sort=amount')
  const calls: string[] = []
  for await (const call of world.operator.calls.list(CARLA, { sort: 'amount', limit: 5 })) {
    calls.push(call.receipt_id)
    if (calls.length === 5) break
  }
  const links = page.getByRole('table', { name: 'Calls', exact: true }).getByRole('link')
  await links.first().waitFor()
  const shown = await links.evaluateAll((all) =>
    all.slice(0, 5).map((link) => link.getAttribute('href')),
  )
  expect(shown).toEqual(calls.map((id) => `/a/${CARLA}/receipts/${id}`))
  await links.first().click()
  await page.waitForURL(`**/receipts/${calls[0]}`)
  expect(faults()).toEqual([])
})

test('sessions open to the calls in them', async () => {
  const { page, faults } = await open('?view=tree')
  await page
    .getByRole('button', { name: /^Open / })
    .first()
    .click()
  await page.getByRole('list').locator('ul a').first().waitFor()
  expect(faults()).toEqual([])
})

test('a view is saved under a name, opened and deleted', async () => {
  const { page, faults } = await open('?group_by=key&measure=tokens')
  await page.getByRole('button', { name: 'Save this view' }).click()
  const dialog = page.getByRole('dialog')
  await dialog.getByRole('button', { name: 'Save' }).click()
  await dialog.getByText('Give it a name.').waitFor()
  await dialog.getByLabel('Name').fill('Tokens by key')
  await dialog.getByRole('button', { name: 'Save' }).click()
  await dialog.waitFor({ state: 'hidden' })
  await page.goto(`/a/${CARLA}/usage`)
  await page.getByRole('link', { name: 'Tokens by key' }).click()
  await page.waitForURL((url) => url.searchParams.get('group_by') === 'key')
  await page.getByRole('button', { name: 'Delete the view Tokens by key' }).click()
  await page.getByRole('dialog').getByRole('button', { name: 'Delete' }).click()
  await page.getByText('Nothing saved yet.').waitFor()
  expect(faults()).toEqual([])
})

test('a file of every call comes with as many rows as there are calls', async () => {
  const { page, faults } = await open()
  const { totals } = await world.operator.usage.explore(CARLA, { cycle: 'current' })
  // By its key, and by its button.
  await page.keyboard.press('e')
  await page.getByRole('dialog').getByText('Export to a file').waitFor()
  await page.keyboard.press('Escape')
  await page.getByRole('button', { name: 'Export', exact: true }).click()
  await page.getByRole('dialog').getByRole('button', { name: 'Write the file' }).click()
  await page.getByText('ready', { exact: true }).first().waitFor()
  const [download] = await Promise.all([
    page.waitForEvent('download'),
    page
      .getByRole('group', { name: /^Download / })
      .getByRole('button')
      .first()
      .click(),
  ])
  const path = await download.path()
  const lines = readFileSync(path, 'utf8').trim().split('\n')
  expect(lines.length - 1).toBe(totals.calls)
  expect(faults()).toEqual([])
})

test('a file that failed says why and what next, and one that is there until when, in both languages', async () => {
  await world.operator.exports.create(CARLA, { format: 'csv', kind: 'rows', cycle: 'current' })
  for (const [lang, said, next] of [
    [
      'en',
      'The file could not be written, in several attempts.',
      'Export again, or a shorter time.',
    ],
    [
      'ja',
      '何度か試みましたが、ファイルを作成できませんでした。',
      'もう一度書き出すか、期間を短くしてください。',
    ],
  ] as const) {
    const { page, faults } = await browser.open(world.url, { lang })
    await signInAs(page, 'carla', world.operator)
    await page.route('**/v1/accounts/*/exports?*', async (route) => {
      const answer = await route.fetch()
      const { items, ...more } = await answer.json()
      const [first] = items
      const lost = {
        ...first,
        export_id: 'exp_lost',
        state: 'failed',
        failed_reason: 'write_failed',
      }
      await route.fulfill({ response: answer, json: { ...more, items: [lost, ...items] } })
    })
    await page.goto(`/a/${CARLA}/usage`)
    await settled(page)
    const files = page.getByRole('table', {
      name: lang === 'en' ? 'Files' : 'ファイル',
      exact: true,
    })
    await files.getByText(`${said} ${next}`).waitFor()
    await files
      .getByText(lang === 'en' ? 'There until' : '保存期限', { exact: true })
      .first()
      .waitFor()
    expect(faults()).toEqual([])
    await page.unrouteAll({ behavior: 'ignoreErrors' })
    await page.context().close()
  }
})

/** More than one page of the list. */
const MORE_CALLS = 130

test('a long list is read a page at a time, and stays as it was read while the sums go on', {
  timeout: 90_000,
}, async () => {
  const record = (id: string) =>
    world.operator.record({
      ...{ account_id: CARLA, call_id: id, model: 'claude-haiku-5.5', outcome: 'succeeded' },
      usage: { tokens: { input: 10, output: 1 } },
      event_at: new Date().toISOString(),
    })
  for (let index = 0; index < MORE_CALLS; index += 1) await record(`call_long_${index}`)
  const { page, faults } = await open()
  const asked: URL[] = []
  const lists = () => asked.filter(({ pathname }) => pathname.endsWith('/calls'))
  page.on('request', (request) => asked.push(new URL(request.url())))
  const rows = page.getByRole('table', { name: 'Calls', exact: true }).locator('[data-row]')
  await rows.first().waitFor()
  await page.getByText(/^100 of \d+ calls are listed/).waitFor()
  expect(await rows.count()).toBeLessThan(60)

  await page.getByRole('button', { name: 'Show more' }).last().click()
  await page.getByRole('button', { name: 'Read again' }).waitFor()
  expect(lists().map(({ searchParams }) => searchParams.has('cursor'))).toEqual([true])

  const summed = page.waitForRequest((request) => request.url().includes('/usage/explore'))
  await record('call_long_last')
  await summed
  await settled(page)
  expect(lists().length).toBe(1)
  await page.getByRole('button', { name: 'Read again' }).click()
  await expect.poll(() => lists().length).toBeGreaterThan(2)
  expect(faults()).toEqual([])
})

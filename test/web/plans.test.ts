import type { Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { type Answer, take } from '../../src/client/index.ts'
import { explainSwitch } from '../../src/contract/explain/index.ts'
import { bookChanges } from '../../src/contract/price-changes.ts'
import { bookInForce } from '../../src/demo/run/catalogue.ts'
import { run } from '../cli/support/run.ts'
import { tool } from './support/agreement.ts'
import { useBrowser } from './support/browser.ts'
import { exact, settled } from './support/page.ts'
import { signInAs } from './support/people.ts'
import { CARLA, openWorld, REPLAY_MS, type World } from './support/world.ts'

/* Plans compared and changed, prices of now and of what is announced, on the screen and in the books. */

let world: World
const browser = useBrowser()
beforeAll(async () => {
  world = await openWorld()
}, REPLAY_MS)
afterAll(() => world?.close())

type Viewer = 'carla' | 'sam' | 'olga'

async function at(
  path: string,
  reader: Viewer = 'carla',
  lang: 'en' | 'ja' = 'en',
  account: string = CARLA,
) {
  const watched = await browser.open(world.url, { lang })
  await signInAs(watched.page, reader, world.operator)
  await watched.page.goto(`/a/${account}/${path}`)
  await settled(watched.page)
  return watched
}

const press = (page: Page, name: string | RegExp) =>
  page.getByRole('button', { name }).first().click()
const dialog = (page: Page) => page.locator('dialog[open]')
const figures = (texts: readonly string[]) =>
  texts.filter((text) => /\d/.test(text)).map((text) => Number(text.replace(/[^\d.]/g, '')))
/** To the coin: what is prorated moves by some nanos between two looks. */
const rounded = (amount: string): string => Number(amount).toFixed(1)
const windowIds = (own: Answer<'comparePlans'>): string[] => [
  ...new Set(own.items.flatMap(({ windows }) => windows.map(({ id }) => id))),
]
/** All of a plan but the moment of its figures. */
const standing = (own: Answer<'comparePlans'>['items'][number]) => ({
  ...own,
  switch: own.switch && {
    ...own.switch,
    ...{ effective_at: '', net: rounded(own.switch.net), due: rounded(own.switch.due) },
    credit_added: rounded(own.switch.credit_added),
  },
})
const firstNumbers = (page: Page) =>
  page
    .getByRole('table', { name: 'Per million tokens' })
    .locator('tbody td[data-numeric]:nth-child(3)')

describe('plans', () => {
  test('are compared, and a change is what its preview said, paid by the sentence that was shown', async () => {
    const { page, faults } = await at('plans')
    const table = page.getByRole('table', { name: 'Plans on offer' })
    expect(await table.getByText('$25.00 per 5 hours').count()).toBe(1)
    expect(await table.getByText('yours', { exact: true }).count()).toBe(1)
    await press(page, 'See the change to Max 20x')
    await page.waitForURL(/do=change&to=max_20x%401/)
    await page.getByText(/^Your credit does not change/).waitFor()
    const total = await page.locator('dt:has-text("Charged to the card") + dd').textContent()
    await press(page, 'Continue')
    const sentence = await dialog(page).locator('p').first().textContent()
    expect(sentence).toContain(total ?? 'a total')
    await dialog(page)
      .getByRole('button', { name: `Pay ${total}` })
      .click()
    await page.getByText('Done: the account has max_20x@1.').waitFor()
    const link = page.getByRole('alert').getByRole('link', { name: /^Journal entry [\d,]+/ })
    const shown = await link.textContent()
    const seq = Number(/[\d,]+/.exec(shown ?? '')?.[0].replaceAll(',', ''))
    const own = await world.operator.subscriptions.get(CARLA)
    expect(own.plan).toBe('max_20x@1')
    const changes = world.operator.accounts.entries(CARLA, { kind: 'change_subscription' })
    const [entry] = await take(changes, 1)
    expect(entry).toMatchObject({ seq, transition: { to_plan: 'max_20x@1' } })
    expect(new URL(page.url()).search).toBe('')
    await link.click()
    await page.waitForURL(`**/entries/${seq}`)
    const lines = page.getByRole('table', { name: 'What the fee is made of' })
    await lines.waitFor()
    const amounts = await exact(lines)
    expect(amounts).toEqual([
      ...(entry?.fee?.lines ?? []).map(({ amount }) => amount),
      entry?.fee?.net,
    ])
    expect(await lines.textContent()).toContain('$200.00')
    const booked = await exact(page.getByRole('table', { name: 'Ledger postings' }))
    expect(booked).toEqual(entry?.postings.map(([, , amount]) => amount))
    expect(faults()).toEqual([])
    await page.context().close()
  })

  test('lead from every fee, on the plan and on the statement, to the entry that charged it', async () => {
    const { page, faults } = await at('plans')
    const { fee_seq: seq } = await world.operator.subscriptions.get(CARLA)
    expect(seq).toBeGreaterThan(0)
    const own = await page.locator('dt:has-text("Last charged by") + dd a').getAttribute('href')
    expect(own).toBe(`/a/${CARLA}/entries/${seq}`)
    const history = page.getByRole('table', { name: 'What happened to the plan' })
    expect(await history.locator(`a[href="${own}"]`).count()).toBe(1)
    await page.goto(`/a/${CARLA}/statements/open`)
    await settled(page)
    const { fees } = await world.operator.statements.get(CARLA, 'open')
    const rows = page.getByRole('table', { name: 'Fees of plans and seats' }).locator('tbody a')
    const hrefs = await rows.evaluateAll((links) => links.map((link) => link.getAttribute('href')))
    expect(fees.length).toBeGreaterThan(0)
    expect(hrefs).toEqual(fees.map((fee) => `/a/${CARLA}/entries/${fee.seq}`))
    expect(await exact(rows)).toEqual(fees.map(({ net }) => net))
    await page.goto(`/a/${CARLA}/entries/999999999`)
    await page.getByText('There is no such entry').waitFor()
    expect(faults().filter((fault) => !fault.includes('404'))).toEqual([])
    await page.context().close()
  })

  test('are compared alike on the screen, over the API, in the terminal and by a tool', async () => {
    const { page, faults } = await at('plans')
    const table = page.getByRole('table', { name: 'Plans on offer' })
    await table.waitFor()
    const shown = await exact(table)
    const own = await world.as('carla').subscriptions.compare(CARLA)
    // in the order of the rows: the fee, what a switch would charge at once, and the capacities
    const figures = own.items.flatMap((item) => [
      ...(item.fee === '0' ? [] : [item.fee]),
      item.switch?.due ?? '0',
      ...windowIds(own).flatMap((id) => item.windows.find((one) => one.id === id)?.capacity ?? []),
    ])
    expect(shown.map(rounded)).toEqual(figures.map(rounded))
    await page
      .getByText(`seq ${own.seq.toLocaleString('en')}`)
      .first()
      .waitFor()
    const told = await run(['subscription', 'compare', CARLA, '--json'], {
      env: { EVERYCENT_URL: world.url, EVERYCENT_TOKEN: world.secretOf('carla') },
    })
    const inTerminal = JSON.parse(told.out) as typeof own
    expect(inTerminal.seq).toBe(own.seq)
    expect(inTerminal.items.map(standing)).toEqual(own.items.map(standing))
    const timeZone = 'Asia/Tokyo'
    const asked = await tool(world, 'compare_plans', { account_id: CARLA, time_zone: timeZone })
    const { items } = asked.result as typeof own
    expect(items.map(standing)).toEqual(own.items.map(standing))
    // the sentence of a switch is the one on the screen, where it stands in its row
    const rows = await table.locator('tbody tr').allTextContents()
    for (const [index, item] of items.entries()) {
      const { currency, as_of: now } = own
      const says = explainSwitch(item, { lang: 'en', timeZone, currency, now })
      expect(asked.sentences[index]).toContain(says)
      // what is prorated differs by what the time between them costs
      if ((item.switch?.due ?? '0') === '0') expect(rows[index]).toContain(says)
    }
    expect(faults()).toEqual([])
    await page.context().close()
  })

  test('are bought for more seats as the preview says, and for the same seats nothing is asked', async () => {
    const account = 'acct_seats'
    const { operator } = world
    await operator.accounts.open({
      account_id: account,
      name: 'Seats',
      plan: 'free',
      currency: 'USD',
    })
    const payment = { payment_id: 'pi_seats' }
    await operator.subscriptions.change(account, { plan: 'team', seats: 5, payment })
    const { page, faults } = await at('plans', 'olga', 'en', account)
    await press(page, 'Change the seats')
    await page.waitForURL(/do=seats&seats=5/)
    await page.getByText('You have 5 seats.').waitFor()
    await page.getByLabel('Seats', { exact: true }).fill('7')
    await page.getByLabel('Seats', { exact: true }).press('Enter')
    await page.getByText(/^The seats change from 5 to 7/).waitFor()
    const lines = page.getByRole('table', { name: 'What it costs now' })
    const preview = await operator.subscriptions.preview(account, { action: 'change', seats: 7 })
    const amounts = [...preview.fee.lines.map(({ amount }) => amount), preview.fee.net]
    expect((await exact(lines)).map(rounded)).toEqual(amounts.map(rounded))
    expect(await lines.textContent()).toMatch(/7 × \$[\d.]+ × [\d,.]+ s ÷ [\d,]+ s/)
    expect(faults().filter((fault) => !/409/.test(fault))).toEqual([])
    await page.context().close()
  })

  test('are cancelled with the next period and kept after all', async () => {
    const { page, faults } = await at('plans')
    await press(page, 'Cancel the plan')
    await page.waitForURL(/do=cancel/)
    await press(page, 'Continue')
    await dialog(page).getByRole('button', { name: 'Cancel the plan' }).click()
    await page.getByText(/^Done: the account has free@1 from the next period/).waitFor()
    expect((await world.operator.subscriptions.get(CARLA)).subscription?.next?.type).toBe('cancel')
    await press(page, 'Keep my plan')
    await press(page, 'Continue')
    await dialog(page).getByRole('button', { name: 'Keep my plan' }).click()
    await page.getByText(/^Done: the account has/).waitFor()
    expect((await world.operator.subscriptions.get(CARLA)).subscription?.next).toBeNull()
    expect(faults()).toEqual([])
    await page.context().close()
  })

  test('are changed by nobody of support, who sees what a change would do', async () => {
    const { page } = await at('plans?do=change&to=pro%401', 'sam')
    await page.getByText(/^Your credit does not change/).waitFor()
    expect(await page.getByRole('button', { name: 'Continue' }).count()).toBe(0)
    expect(await page.getByRole('button', { name: 'Cancel the plan' }).count()).toBe(0)
    await page.context().close()
  })

  test('that are not there are a problem in words, not an empty screen', async () => {
    const { page } = await at('plans?do=change&to=nothing')
    await page.getByRole('alert').waitFor()
    await page.context().close()
  })
})

describe('prices', () => {
  test('are sorted and filtered, and the address says how', async () => {
    const { page, faults } = await at('plans?tab=prices')
    await page.getByText('No change of prices is announced.').waitFor()
    await press(page, 'input')
    await page.waitForURL(/sort=input/)
    const up = figures(await firstNumbers(page).allTextContents())
    expect(up.length).toBeGreaterThan(10)
    expect(up).toEqual([...up].sort((one, other) => one - other))
    await press(page, 'input')
    await page.waitForURL(/dir=desc/)
    const [most] = figures(await firstNumbers(page).allTextContents())
    expect(most).toBe(up.at(-1))
    expect(await page.locator('th[aria-sort="descending"]').textContent()).toBe('input')
    await page.getByLabel('Model or condition contains').fill('haiku')
    await page.waitForURL(/q=haiku/)
    const models = await page.locator('tbody tr td:first-child code').allTextContents()
    expect(models.length).toBeGreaterThan(0)
    expect(models.every((model) => model.includes('haiku'))).toBe(true)
    await page.getByLabel('Model or condition contains').fill('no such model')
    await press(page, 'Clear the filter')
    await page.waitForURL((url) => !url.searchParams.has('q'))
    expect(faults()).toEqual([])
    await page.context().close()
  })

  test('that are announced are shown with what they change', async () => {
    const book = await bookInForce(world.operator, Date.now())
    const [row] = book.rows.filter(({ kind, when }) => kind === 'output' && when === undefined)
    const dearer = (price: string) => String((BigInt(price) * 11n) / 10n)
    expect(row?.per_mtok).toMatch(/^[1-9]\d*0$/)
    await world.operator.priceBooks.publish({
      ...book,
      id: 'next-year',
      effective_from: '2099-12-01T00:00:00Z',
      rows: book.rows.map((own) =>
        own === row ? { ...own, per_mtok: dearer(own.per_mtok) } : own,
      ),
      fees: [],
      weights: [{ id: 'tool_use', multiplier: '1.5', when: { feature: 'tools' } }],
      weights_rule: 'product',
    })
    const found = await world.operator.priceBooks.diff(book.id, 'next-year')
    const lines = bookChanges(found)
    expect(new Set(lines.map(({ part }) => part))).toContain('fee')
    expect(found.weights_rule ?? found.weights.added[0]).toBeTruthy()
    const { page, faults } = await at('plans?tab=prices')
    await page.getByRole('heading', { name: /^What changes from .*2099/ }).waitFor()
    await page.getByText('output +10%').waitFor()
    const table = page.getByRole('table', { name: 'Change', exact: true })
    expect(await table.locator('tbody tr').count()).toBe(lines.length)
    expect(await table.textContent()).toContain(row?.model)
    const amounts = lines
      .filter(({ part }) => part === 'price' || part === 'fee')
      .flatMap(({ before, after }) => [before, after].filter((one) => one !== null))
    expect(await exact(table)).toEqual(amounts)
    for (const { part, before, after } of lines.filter((line) => line.part === 'multiplier'))
      expect(await table.textContent(), part).toContain(after ?? before)
    const told = await run(['prices', 'diff', book.id, 'next-year', '--json'], {
      env: { EVERYCENT_URL: world.url, EVERYCENT_TOKEN: world.secretOf('carla') },
    })
    expect(JSON.parse(told.out)).toEqual(found)
    await page.getByText(/^From .*2099/).click()
    await page.waitForURL(/book=next/)
    await page.locator('dd', { hasText: 'next-year' }).waitFor()
    expect(faults()).toEqual([])
    await page.context().close()
  })
})

import { afterAll, beforeAll, expect, test } from 'vitest'
import { type Answer, take } from '../../../src/client/index.ts'
import { bookChanges } from '../../../src/contract/price-changes.ts'
import {
  commandLine,
  figuresAreTold,
  type Scene,
  standing,
  usePages,
} from '../support/agreement.ts'
import { useBrowser } from '../support/browser.ts'
import { column, panel } from '../support/figures.ts'
import { exact } from '../support/page.ts'
import { sumsOn, unclosed } from '../support/sums.ts'
import { openWorld, REPLAY_MS, type World } from '../support/world.ts'

/* What the operator reads on a screen is what the API and the command line say. Tools of MCP are for others. */

const DAY_MS = 86_400_000

let world: World
const browser = useBrowser()
const scene: Scene = {
  get world() {
    return world
  },
  pageOf: usePages(browser, () => world),
}
const { pageOf } = scene

beforeAll(async () => {
  world = await openWorld()
}, REPLAY_MS)
afterAll(() => world?.close())

test('price books have the same prices everywhere', async () => {
  const books = await take(world.operator.priceBooks.list())
  const told = (await commandLine(world, ['prices', 'list'])) as Answer<'listPriceBooks'>
  expect(books.length).toBeGreaterThan(1)
  expect(told.items).toEqual(books)
  const [latest, before] = books.map(({ price_book_id }) => price_book_id)
  const diff = await world.operator.priceBooks.diff(before ?? '', latest ?? '')
  const argv = ['prices', 'diff', before ?? '', latest ?? '']
  expect(standing((await commandLine(world, argv)) as object)).toEqual(standing(diff))

  const { page, show, faults } = await pageOf('olga')
  await show(`/operator/prices?book=${latest}&with=${before}`)
  const lines = bookChanges(diff)
  expect(lines.length).toBeGreaterThan(0)
  const rows = page.getByRole('table', { name: 'Change', exact: true }).locator('tbody tr')
  expect(await rows.count()).toBe(lines.length)
  const amounts = lines
    .filter(({ part }) => part === 'price' || part === 'fee')
    .flatMap((line) => [line.before, line.after])
  expect(amounts.length).toBeGreaterThan(0)
  const shown = await exact(page.getByRole('table', { name: 'Change', exact: true }))
  expect(shown).toEqual(amounts.filter((amount) => amount !== null))
  expect(faults()).toEqual([])
})

/** What a provider reports of a day: less of one model than was metered. */
const reportOf = (day: number) => {
  const [from, until] = [day, day + DAY_MS].map((at) => new Date(at).toISOString())
  const used = { uncached_input_tokens: 1_000, cache_read_input_tokens: 0, output_tokens: 200 }
  const results = [{ model: 'claude-sonnet-5.5', service_tier: 'standard', ...used }]
  const data = [{ starting_at: from, ending_at: until, results }]
  return JSON.stringify({ data, has_more: false, next_page: null })
}

test('a provider’s bill differs by the same everywhere', async () => {
  const day = Math.floor(Date.now() / DAY_MS) * DAY_MS
  const content = reportOf(day)
  await world.operator.reconciliation.importBill({ file_name: 'usage.json', content })
  const run = await world.operator.reconciliation.start({
    ...{ kind: 'provider', provider: 'anthropic', threshold: '0.000001' },
    from: new Date(day).toISOString(),
    until: new Date(day + DAY_MS).toISOString(),
  })
  expect(run.differences.length).toBeGreaterThan(0)
  const told = (await commandLine(world, ['reconcile', 'show', run.run_id])) as object
  expect(standing(told)).toEqual(standing(await world.operator.reconciliation.get(run.run_id)))

  const { page, show, faults } = await pageOf('olga')
  await show(`/operator/reconciliation?run=${run.run_id}&show=all`)
  const summary = run.summary as Readonly<Record<string, string | Record<string, string>>>
  const variance = summary.variance as Readonly<Record<string, string>>
  const facts = await exact(page.locator('main dl').first())
  const { total, quantity, price } = variance
  expect(facts).toEqual(
    expect.arrayContaining([summary.billed, summary.own, total, quantity, price]),
  )
  const listed = await exact(page.getByRole('table', { name: 'Differences', exact: true }))
  for (const { unexplained } of run.differences) expect(listed).toContain(unexplained)
  expect(unclosed(await sumsOn(page))).toEqual([])
  expect(faults()).toEqual([])
})

test('a campaign has given, and has left, the same everywhere', async () => {
  const campaigns = await take(world.operator.campaigns.list())
  const [own] = campaigns
  expect(own).toBeDefined()
  expect(standing(await commandLine(world, ['campaigns', 'list']))).toEqual(
    standing({ items: campaigns }),
  )
  const { page, show } = await pageOf('olga')
  await show('/operator/campaigns')
  const budgets = await exact(page.getByRole('table').first())
  for (const { ceilings } of campaigns) expect(budgets).toContain(ceilings[0]?.amount)

  const id = own?.campaign_id ?? ''
  const funnel = await world.operator.campaigns.funnel(id)
  const told = (await commandLine(world, ['campaigns', 'status', id])) as typeof funnel
  const still = ({ forecast: _moves, as_of: _at, ...facts }: typeof funnel) => facts
  expect(still(told)).toEqual(still(funnel))
  await show(`/operator/campaigns/${id}`)
  const { taken, granted, used, expired, voided, outstanding } = funnel.amounts
  const shown = await exact(panel(page, 'What it costs'))
  expect(shown.slice(0, 6)).toEqual([taken, granted, used, expired, voided, outstanding])
})

test('an incident owes, and has given back, the same everywhere', async () => {
  const incidents = await take(world.operator.incidents.list())
  const [own] = incidents
  expect(own).toBeDefined()
  expect(standing(await commandLine(world, ['incidents', 'list']))).toEqual(
    standing({ items: incidents }),
  )
  const { page, show, faults } = await pageOf('mira')
  await show('/operator/incidents')
  const due = incidents.flatMap(({ to_give_back: back, progress }) => [back, progress.amount])
  expect(await exact(page.getByRole('table').first())).toEqual(due)

  const id = own?.incident_id ?? ''
  const impact = await world.operator.incidents.impact(id)
  const told = (await commandLine(world, ['incidents', 'impact', id])) as object
  expect(standing(told)).toEqual(standing(impact))
  await show(`/operator/incidents/${id}?step=preview`)
  const plans = page.getByRole('table', { name: 'By plan', exact: true })
  expect(await column(plans, 5)).toEqual([...impact.by_plan.map((plan) => plan.due), impact.due])
  const totals = await exact(panel(page, 'What a run would give'))
  for (const figure of [impact.drawn, impact.wrong, impact.due, impact.goodwill])
    expect(totals).toContain(figure)
  expect(faults()).toEqual([])
})

test('a comparison with the processor is the same everywhere', async () => {
  const run = await world.operator.reconciliation.start({
    kind: 'processor',
    from: new Date(Date.now() - DAY_MS).toISOString(),
    until: new Date(Date.now() - 1_000).toISOString(),
  })
  const told = (await commandLine(world, ['reconcile', 'show', run.run_id])) as object
  expect(standing(told)).toEqual(standing(await world.operator.reconciliation.get(run.run_id)))
  const { page, show } = await pageOf('olga')
  await show(`/operator/reconciliation?run=${run.run_id}`)
  const facts = await page.locator('main dl').first().textContent()
  const { movements, entries, unexplained } = run.summary as Readonly<Record<string, number>>
  expect(Number(movements) + Number(entries)).toBeGreaterThan(0)
  for (const figure of [movements, entries, unexplained]) expect(facts).toContain(`${figure}`)
})

test('health and the log of orders say the same everywhere', async () => {
  const { page, show } = await pageOf('olga')
  type Tiles = Awaited<ReturnType<typeof world.operator.server.tiles>>
  // Latencies move between two looks; which tiles there are, and their limits, do not.
  const fixed = ({ items }: Tiles) =>
    items.map(({ id, name, unit, threshold }) => ({ id, name, unit, threshold }))
  const known = await world.operator.server.tiles()
  expect(fixed((await commandLine(world, ['health'])) as Tiles)).toEqual(fixed(known))
  await show('/operator')
  const names = await page.locator('article h3').allTextContents()
  expect(names.toSorted()).toEqual(known.items.map(({ name }) => name).toSorted())

  const orders = await take(world.operator.auditLog.list({ limit: 10 }), 10)
  expect(orders.length).toBeGreaterThan(0)
  const listed = (await commandLine(world, ['audit-log', '--limit', '10'])) as object
  expect(listed).toEqual({ items: orders })
})

figuresAreTold(scene, { areas: ['operator'], figures: 50, sums: 1 })

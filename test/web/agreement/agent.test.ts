import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { type Answer, take } from '../../../src/client/index.ts'
import {
  commandLine,
  figuresAreTold,
  type Scene,
  standing,
  tool,
  usePages,
} from '../support/agreement.ts'
import { useBrowser } from '../support/browser.ts'
import { panel } from '../support/figures.ts'
import { exact } from '../support/page.ts'
import { CARLA, DMITRI, openWorld, REPLAY_MS, type World } from '../support/world.ts'

/* What an agent sees of a case and an account is what everybody else is told of it. */

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

type Case = Answer<'listCases'>['items'][number]

/** The case of Dmitri is about a call. */
async function caseOfDmitri(): Promise<Case> {
  const found = await take(world.operator.cases.list({ account_id: DMITRI }))
  if (found[0] === undefined) throw new Error('nobody has opened a case')
  return found[0]
}

test('the queue puts the same at stake everywhere', async () => {
  const cases = await take(world.operator.cases.list())
  expect(cases.length).toBeGreaterThan(0)
  expect(standing(await commandLine(world, ['cases', '--all']))).toEqual(standing({ items: cases }))
  const asked = await tool(world, 'list_cases')
  const { items } = asked.result as { items: Case[] }
  expect(standing(items)).toEqual(standing(cases))
  const { page, show } = await pageOf('sam')
  await show('/support')
  const stakes = await exact(page.getByRole('table').first())
  expect(stakes.length).toBeGreaterThan(0)
  const amounts = cases.map(({ amount }) => amount)
  for (const stake of stakes) expect(amounts).toContain(stake)
})

test('a case is about the same everywhere, and what is right closes beside what was charged', async () => {
  const { case_id: id } = await caseOfDmitri()
  const own = await world.operator.cases.get(id)
  const told = (await commandLine(world, ['case', 'show', id])) as object
  const asked = await tool(world, 'get_case', { case_id: id })
  expect(standing(told)).toEqual(standing(own))
  expect(standing(asked.result as object)).toEqual(standing(own))

  const compared = await world.operator.cases.compare(id)
  expect(compared.calls.length).toBeGreaterThan(0)
  const again = (await commandLine(world, ['case', 'compare', id])) as object
  expect(standing(again)).toEqual(standing(compared))
  const { page, show, faults } = await pageOf('sam')
  await show(`/support/cases/${id}`)
  expect(await exact(page.locator('h1'))).toEqual([own.amount])
  for (const { receipt_id: receipt, total } of compared.calls) {
    const table = await exact(page.getByRole('table', { name: receipt, exact: true }))
    for (const figure of [total.actual, total.correct]) expect(table).toContain(figure)
  }
  expect(faults()).toEqual([])
})

test('an account at a moment stands alike everywhere', async () => {
  const { as_of: at } = await world.operator.accounts.state(CARLA)
  const then = await world.operator.accounts.stateAt(CARLA, { at })
  const told = (await commandLine(world, ['state-at', CARLA, at])) as object
  const asked = await tool(world, 'get_state_at', { account_id: CARLA, at })
  expect(standing(told)).toEqual(standing(then))
  expect(standing(asked.result as object)).toEqual(standing(then))
  const { page, show } = await pageOf('sam')
  await show(`/support/accounts/${CARLA}?at=${encodeURIComponent(at)}`)
  const figures = await exact(panel(page, 'State at a moment'))
  expect(then.lots.length).toBeGreaterThan(0)
  for (const { remaining } of then.lots) expect(figures).toContain(remaining)
  for (const { used, left } of then.windows) {
    expect(figures).toContain(used)
    expect(figures).toContain(left)
  }
  for (const { spent, left } of then.caps) {
    expect(figures).toContain(spent)
    expect(figures).toContain(left)
  }
})

test('the timeline tells the same sentences everywhere', async () => {
  const happened = await take(world.operator.accounts.timeline(CARLA, { limit: 20 }), 20)
  const told = await commandLine(world, ['timeline', CARLA, '--limit', '20'])
  expect(told).toEqual({ items: happened })
  const asked = await tool(world, 'get_timeline', { account_id: CARLA, limit: 20 })
  expect(asked.result).toMatchObject({ items: happened })
})

describe('what an agent says', () => {
  const FROM = '2026-01-01T00:00:00.000Z'

  test('of a period is alike everywhere', async () => {
    const until = new Date(Date.now() + 60_000).toISOString()
    const query = { from: FROM, until }
    const own = await world.operator.accounts.explanation(CARLA, query)
    const argv = ['explain', '--account', CARLA, '--from', FROM, '--until', until]
    expect(standing((await commandLine(world, argv)) as object)).toEqual(standing(own))
    const asked = await tool(world, 'explain_period', { account_id: CARLA, ...query })
    expect(standing(asked.result as object)).toEqual(standing(own))
    expect(asked.sentences).toEqual(own.sentences)

    const { page, show } = await pageOf('sam')
    const search = new URLSearchParams({ what: 'period', account: CARLA, lang: 'en', ...query })
    await show(`/support/explain?${search}`)
    const { amounts, given_back: back } = own.facts
    const classes = ['included', 'promotional', 'paid', 'overage', 'absorbed'] as const
    expect(await exact(page.locator('main'))).toEqual([...classes.map((of) => amounts[of]), back])
    for (const sentence of own.sentences)
      await page.getByText(sentence, { exact: false }).first().waitFor()
  })

  test('of a receipt cites its postings, which come to nothing', async () => {
    const [call] = await take(world.operator.calls.list(CARLA, { verdict: 'charged' }), 1)
    const id = call?.receipt_id ?? ''
    const receipt = await world.operator.calls.receipt(id, { account_id: CARLA })
    const told = await world.operator.calls.explanation(id, { account_id: CARLA })
    const { page, show } = await pageOf('sam')
    const search = new URLSearchParams({ what: 'receipt', account: CARLA, id, lang: 'en' })
    await show(`/support/explain?${search}`)
    const postings = receipt.postings.map(({ amount }) => amount)
    expect(postings.length).toBeGreaterThan(1)
    expect(await exact(page.getByRole('table'))).toEqual(postings)
    for (const sentence of told.sentences)
      await page.getByText(sentence, { exact: false }).first().waitFor()
  })
})

figuresAreTold(scene, { areas: ['support'], figures: 10, sums: 4 })

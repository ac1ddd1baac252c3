import type { Locator, Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { type AccountState, type Answer, type Receipt, take } from '../../src/client/index.ts'
import { formatNanos, type Nanos, negate, readNanos, sum } from '../../src/core/money/index.ts'
import { run } from '../cli/support/run.ts'
import { askTool } from '../mcp/support.ts'
import { useBrowser, type Watched } from './support/browser.ts'
import { exact, settled } from './support/page.ts'
import { signInAs } from './support/people.ts'
import { CARLA, DMITRI, openWorld, REPLAY_MS, type World } from './support/world.ts'

/* One truth: what is on a screen is what the API, the command line and a tool of MCP say, at the same entry. */

const HOLDERS = [
  { name: 'carla', account: CARLA },
  { name: 'dmitri', account: DMITRI },
] as const
type Holder = (typeof HOLDERS)[number]

let world: World
const browser = useBrowser()

beforeAll(async () => {
  world = await openWorld()
}, REPLAY_MS)
afterAll(() => world?.close())

async function commandLine(holder: Holder, ...argv: readonly string[]): Promise<unknown> {
  const { code, out, err } = await run([...argv, '--json'], {
    env: { EVERYCENT_URL: world.url, EVERYCENT_TOKEN: world.secretOf(holder.name) },
  })
  expect(err).toBe('')
  expect(code).toBe(0)
  return JSON.parse(out)
}

const tool = (holder: Holder, name: Parameters<typeof askTool>[1], args = {}) =>
  askTool({ url: `${world.url}/mcp`, token: world.secretOf(holder.name) }, name, args)

/** Times as the command line and tools write them: in UTC. */
async function openAs(holder: Holder, path: string): Promise<Watched> {
  const watched = await browser.open(world.url)
  const { page } = watched
  await signInAs(page, holder.name, world.operator)
  await page.evaluate(() =>
    localStorage.setItem(
      'everycent.preferences',
      JSON.stringify({ lang: 'en', theme: 'light', zone: 'utc' }),
    ),
  )
  await page.goto(`/a/${holder.account}${path}`)
  await settled(page)
  return watched
}

const panel = (page: Page, title: string): Locator =>
  page
    .locator('section')
    .filter({ has: page.getByRole('heading', { name: title, exact: true }) })
    .last()

type Balance = Answer<'getStatement'>['balances']['prepaid']

const used = ({ movements }: Balance): Nanos =>
  sum(movements.filter(({ what }) => what === 'usage').map(({ amount }) => readNanos(amount)))

/** What is the same at one entry: all but the moment at which it was read. */
const standing = ({ as_of: _read, ...state }: AccountState) => state

describe.each(HOLDERS)('the account of $name', (holder) => {
  test('stands alike everywhere', async () => {
    const state = await world.as(holder.name).accounts.state(holder.account)
    const told = (await commandLine(holder, 'status')) as AccountState
    const asked = (await tool(holder, 'account_state')).result as AccountState
    expect(state.seq).toBeGreaterThan(0)
    expect(standing(told)).toEqual(standing(state))
    expect(standing(asked)).toEqual(standing(state))

    const { page, faults } = await openAs(holder, '')
    await page
      .getByText(`seq ${new Intl.NumberFormat('en').format(state.seq)}`)
      .first()
      .waitFor()
    const ladder = await exact(panel(page, 'What pays, in this order'))
    for (const { used, capacity } of state.windows) {
      expect(ladder).toContain(used)
      expect(ladder).toContain(capacity)
    }
    const lots = await exact(page.getByRole('table', { name: 'Credit', exact: true }))
    expect(lots).toEqual(state.lots.flatMap(({ face, remaining }) => [face, remaining]))
    expect(faults()).toEqual([])
  })

  test('has spent this cycle what its statement says, and the table closes', async () => {
    const statement = await world.as(holder.name).statements.get(holder.account, 'open')
    const { page } = await openAs(holder, '')
    const figures = await exact(page.getByRole('table', { name: 'Spent this cycle' }))
    const total = figures.at(-1) ?? ''
    expect(formatNanos(sum(figures.slice(0, -1).map(readNanos)))).toBe(total)
    const { promotional, prepaid, overage } = statement.balances
    const left = [promotional, prepaid].map((balance) => formatNanos(negate(used(balance))))
    expect(figures.slice(0, 3)).toEqual([...left, formatNanos(used(overage))])
  })

  test('is capped alike everywhere', async () => {
    const { caps } = await world.as(holder.name).accounts.state(holder.account)
    const { page } = await openAs(holder, '/controls')
    const shown = await exact(panel(page, 'Caps'))
    const counted = caps.filter(
      ({ scope_id, period }) => scope_id !== '*' && period !== 'call' && period !== 'session',
    )
    expect(counted.length).toBeGreaterThan(0)
    expect(shown).toEqual(counted.flatMap(({ spent, amount }) => [spent, amount]))
    const { result } = await tool(holder, 'list_caps')
    expect(result).toMatchObject({ caps })
  })
})

/** One receipt of each kind that this holder has. */
async function receiptsOf(holder: Holder): Promise<readonly string[]> {
  const calls = await take(world.as(holder.name).calls.list(holder.account, { limit: 200 }))
  const byVerdict = new Map(calls.map(({ verdict, receipt_id }) => [verdict.code, receipt_id]))
  return [...byVerdict.values()]
}

describe.each(HOLDERS)('receipts of $name', (holder) => {
  test('of every verdict say the same everywhere', async () => {
    const ids = await receiptsOf(holder)
    expect(ids.length).toBeGreaterThan(2)
    const { page, faults } = await openAs(holder, '')
    for (const id of ids) {
      const receipt = await world.as(holder.name).calls.receipt(id)
      const { as_of: _one, ...facts } = receipt
      const { as_of: _two, ...told } = (await commandLine(holder, 'receipt', id)) as Receipt
      const { as_of: _three, ...asked } = (await tool(holder, 'read_receipt', { receipt_id: id }))
        .result as Receipt
      expect(told).toEqual(facts)
      expect(asked).toEqual(facts)

      await page.goto(`/a/${holder.account}/receipts/${id}`)
      await settled(page)
      if (receipt.lines.length > 0) {
        const lines = await exact(page.getByRole('table', { name: 'What was used' }))
        expect(lines).toEqual([
          ...receipt.lines.map(({ amount }) => amount),
          receipt.amounts.total.amount,
        ])
      }
      const { sentences } = await tool(holder, 'explain_receipt', { receipt_id: id })
      expect(await commandLine(holder, 'explain', id)).toMatchObject({ sentences })
      expect(await panel(page, 'In words').getByRole('listitem').allTextContents()).toEqual(
        sentences,
      )
    }
    expect(faults()).toEqual([])
  })
})

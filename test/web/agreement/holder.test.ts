import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { type AccountState, type Answer, type Receipt, take } from '../../../src/client/index.ts'
import { formatNanos, type Nanos, negate, readNanos, sum } from '../../../src/core/money/index.ts'
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
import { moneyIsAlike } from './money.ts'
import { usageIsAlike } from './usage.ts'

/* One truth: what is on a screen is what the API, the command line and a tool of MCP say, at the same entry. */

const HOLDERS = [
  { name: 'carla', account: CARLA },
  { name: 'dmitri', account: DMITRI },
] as const
type Holder = (typeof HOLDERS)[number]

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

type Balance = Answer<'getStatement'>['balances']['prepaid']

const used = ({ movements }: Balance): Nanos =>
  sum(movements.filter(({ what }) => what === 'usage').map(({ amount }) => readNanos(amount)))

describe.each(HOLDERS)('the account of $name', ({ name, account }) => {
  test('stands alike everywhere', async () => {
    const state = await world.as(name).accounts.state(account)
    const told = (await commandLine(world, ['status'], name)) as AccountState
    const asked = (await tool(world, 'account_state', {}, name)).result as AccountState
    expect(state.seq).toBeGreaterThan(0)
    expect(standing(told)).toEqual(standing(state))
    expect(standing(asked)).toEqual(standing(state))

    const { page, show, faults } = await pageOf(name)
    await show(`/a/${account}`)
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

  test('has spent this cycle what its statement says', async () => {
    const statement = await world.as(name).statements.get(account, 'open')
    const { page, show } = await pageOf(name)
    await show(`/a/${account}`)
    const figures = await exact(page.getByRole('table', { name: 'Spent this cycle' }))
    const { promotional, prepaid, overage } = statement.balances
    const left = [promotional, prepaid].map((balance) => formatNanos(negate(used(balance))))
    expect(figures.slice(0, 3)).toEqual([...left, formatNanos(used(overage))])
  })

  test('is capped alike everywhere', async () => {
    const { caps } = await world.as(name).accounts.state(account)
    const { page, show } = await pageOf(name)
    await show(`/a/${account}/controls`)
    const shown = await exact(panel(page, 'Caps'))
    const counted = caps.filter(
      ({ scope_id, period }) => scope_id !== '*' && period !== 'call' && period !== 'session',
    )
    expect(counted.length).toBeGreaterThan(0)
    expect(shown).toEqual(counted.flatMap(({ spent, amount }) => [spent, amount]))
    expect((await tool(world, 'list_caps', {}, name)).result).toMatchObject({ caps })

    const chain = await world.as(name).caps.effective(account)
    const links = await exact(page.getByRole('table', { name: 'Which cap stops calls first' }))
    expect(links).toEqual(chain.items.flatMap(({ spent, held, left }) => [spent, held, left]))
    const told = (await commandLine(world, ['caps', 'effective', account], name)) as object
    expect(standing(told)).toEqual(standing(chain))
    const asked = await tool(world, 'effective_caps', {}, name)
    expect(standing(asked.result as object)).toEqual(standing(chain))
  })
})

/** One receipt of each kind that this holder has. */
async function receiptsOf({ name, account }: Holder): Promise<readonly string[]> {
  const calls = await take(world.as(name).calls.list(account, { limit: 200 }))
  const byVerdict = new Map(calls.map(({ verdict, receipt_id }) => [verdict.code, receipt_id]))
  return [...byVerdict.values()]
}

describe.each(HOLDERS)('receipts of $name', (holder) => {
  const { name, account } = holder

  test('of every verdict say the same everywhere', async () => {
    const ids = await receiptsOf(holder)
    expect(ids.length).toBeGreaterThan(2)
    const { page, show, faults } = await pageOf(name)
    for (const id of ids) {
      const receipt = await world.as(name).calls.receipt(id)
      const facts = standing(receipt)
      const told = (await commandLine(world, ['receipt', id], name)) as Receipt
      const asked = await tool(world, 'read_receipt', { receipt_id: id }, name)
      expect(standing(told)).toEqual(facts)
      expect(standing(asked.result as Receipt)).toEqual(facts)

      await show(`/a/${account}/receipts/${id}`)
      if (receipt.lines.length > 0) {
        const lines = await exact(page.getByRole('table', { name: 'What was used' }))
        expect(lines).toEqual([
          ...receipt.lines.map(({ amount }) => amount),
          receipt.amounts.total.amount,
        ])
      }
      const { sentences } = await tool(world, 'explain_receipt', { receipt_id: id }, name)
      expect(await commandLine(world, ['explain', id], name)).toMatchObject({ sentences })
      expect(await panel(page, 'In words').getByRole('listitem').allTextContents()).toEqual(
        sentences,
      )
    }
    expect(faults()).toEqual([])
  })

  test('of a stopped call have one block card everywhere', async () => {
    const calls = await take(world.as(name).calls.list(account, { status: 'refused', limit: 50 }))
    const id = calls[0]?.receipt_id ?? ''
    const asked = await tool(world, 'explain_block', { receipt_id: id }, name)
    const { block } = asked.result as { block: Readonly<Record<string, string | null>> }
    const { page, show } = await pageOf(name)
    await show(`/a/${account}/blocked/${id}`)
    const figures = ['limit', 'spent', 'held', 'left', 'needed', 'charged'].map((of) => block[of])
    expect(await exact(page.locator('main'))).toEqual(figures.filter((of) => of !== null))
    // How long it still takes is told anew each minute: the screen says it of now.
    const lasting = asked.sentences.filter((sentence) => !sentence.startsWith('Resets in'))
    expect(lasting.length).toBeGreaterThan(3)
    expect((await page.locator('main').textContent()) ?? '').toContain(lasting[0])
  })
})

/** What a page may reckon by itself from figures that it was told: what is used of a lot, a row of a sum. */
const RECKONED: Readonly<Record<string, readonly string[]>> = {
  'account: first': ['What pays, in this order', 'Spent this cycle', 'Apart from that'],
  'account: credits': ['Your credit'],
}

figuresAreTold(scene, { areas: ['account', 'session'], reckoned: RECKONED, figures: 100, sums: 8 })

moneyIsAlike(scene)
usageIsAlike(scene)

import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import type { Answer } from '../../../src/client/index.ts'
import {
  canSplit,
  USAGE_GROUPS,
  type UsageGroup,
  type UsageMeasure,
} from '../../../src/contract/usage/index.ts'
import { formatNanos, readNanos, sum } from '../../../src/core/money/index.ts'
import { temporaryFolder } from '../../cli/support/run.ts'
import { commandLine, type Scene, tool } from '../support/agreement.ts'
import { column, panel } from '../support/figures.ts'
import { sumsOn, unclosed } from '../support/sums.ts'
import { CARLA } from '../support/world.ts'

/* What used it: sums of calls by everything that they can be split by, and the files of them. */

const COUNTS = ['calls', 'tokens'] as const satisfies readonly UsageMeasure[]
const MONEY = [
  'list_price',
  'covered_by_plan',
  'charged',
] as const satisfies readonly UsageMeasure[]
const TAG_KEY = 'team'
type Explored = Answer<'exploreUsage'>

/** What a column of the explorer shows for an answer: every row, the rest, and the total. */
const columnOf = ({ rows, rest, totals }: Explored, measure: UsageMeasure) =>
  [...rows, ...(rest ? [rest] : []), { sums: totals }].map(({ sums }) => sums[measure])

const tagKeyOf = (group: UsageGroup) => (group === 'tag' ? { tag_key: TAG_KEY } : {})

const screenOf = (group: UsageGroup): string => {
  const search = { group_by: group, ...tagKeyOf(group), measure: 'list_price' }
  return `/a/${CARLA}/usage?${new URLSearchParams(search)}`
}

/** Calls of two teams, and one of none: nobody of the demo says which team asks. */
async function callOfTeams({ world }: Scene): Promise<void> {
  for (const [at, tags] of [['team:search'], ['team:ads', 'env:prod'], ['env:prod']].entries())
    await world.operator.record({
      account_id: CARLA,
      call_id: `call_of_team_${at}`,
      model: 'claude-sonnet-5.5',
      event_at: new Date().toISOString(),
      usage: { tokens: { input: 1_000 + at, output: 100 } },
      tags,
    })
}

/** Every figure of the answer stands in its column of the explorer, and the columns add up. */
async function isOnScreen(scene: Scene, group: UsageGroup, explored: Explored): Promise<void> {
  const { page, show, faults } = await scene.pageOf('carla')
  await show(screenOf(group))
  const table = panel(page, /^Usage: /).getByRole('table')
  const counts = COUNTS.filter((measure) => canSplit(group, measure))
  const money = MONEY.filter((measure) => canSplit(group, measure))
  expect(counts.length + money.length).toBeGreaterThan(1)
  const number = new Intl.NumberFormat('en')
  for (const [at, measure] of counts.entries()) {
    const cells = table.locator(`tbody td:nth-child(${at + 2}), tfoot td:nth-child(${at + 2})`)
    const figures = columnOf(explored, measure).map((figure) => number.format(Number(figure)))
    expect(await cells.allTextContents()).toEqual(figures)
  }
  for (const [at, measure] of money.entries())
    expect(await column(table, 2 + counts.length + at)).toEqual(columnOf(explored, measure))
  expect(unclosed(await sumsOn(page))).toEqual([])
  expect(faults()).toEqual([])
}

/** The explorer, by every group, is alike on screen, over the API, on the command line and to a tool. */
export function usageIsAlike(scene: Scene): void {
  describe('what used it', () => {
    test.each(USAGE_GROUPS)('split by %s, is alike everywhere and closes', async (group) => {
      if (group === 'tag') await callOfTeams(scene)
      const chosen = { cycle: 'current', group_by: group, ...tagKeyOf(group) } as const
      const query = { ...chosen, measure: 'list_price' } as const
      const explored = await scene.world.operator.usage.explore(CARLA, query)
      expect(explored.rows.length).toBeGreaterThan(group === 'tag' ? 1 : 0)
      const argv = ['usage', '--cycle', 'current', '--by', group, '--measure', 'list_price']
      if (group === 'tag') argv.push('--tag-key', TAG_KEY)
      const told = (await commandLine(scene.world, [...argv, '--account', CARLA])) as Explored
      const asked = await tool(scene.world, 'explore_usage', { ...query, account_id: CARLA })
      const sums = ({ rows, rest, totals }: Explored) => ({ rows, rest, totals })
      for (const other of [told, asked.result as Explored])
        expect(sums(other)).toEqual(sums(explored))
      await isOnScreen(scene, group, explored)
    })

    test('a file of sums, and one of calls, come to the total', async () => {
      const { totals } = await scene.world.operator.usage.explore(CARLA, { cycle: 'current' })
      const folder = temporaryFolder()
      for (const kind of ['rows', 'aggregates']) {
        const out = join(folder, `${kind}.jsonl`)
        const argv = ['export', '--cycle', 'current', '--kind', kind, '--by', 'model']
        const own = kind === 'rows' ? argv.slice(0, 5) : argv
        await commandLine(scene.world, [
          ...own,
          '--format',
          'jsonl',
          '--account',
          CARLA,
          '--out',
          out,
        ])
        const rows = readFileSync(out, 'utf8').trim().split('\n')
        const amounts = rows.map((row) => JSON.parse(row).list_price as string | null)
        const priced = amounts.filter((amount) => amount !== null)
        expect(formatNanos(sum(priced.map(readNanos)))).toBe(totals.list_price)
      }
    })
  })
}

import { readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import type { AxeResults } from 'axe-core'
import type { Page } from 'playwright-core'

const SOURCE = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8')
const RULES = ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa']

declare const axe: {
  run: (root: unknown, options: unknown) => Promise<AxeResults>
}

/** What axe finds against WCAG 2.2 AA, each with the first places. */
export async function violations(page: Page): Promise<string[]> {
  // Evaluated, not added as a script: the page's policy would refuse that.
  const isThere = await page.evaluate(() => typeof axe !== 'undefined')
  if (!isThere) await page.evaluate(`${SOURCE};undefined`)
  // Style sheets are fetched again for each run otherwise, for a rule (the orientation's) that is not among these.
  const { violations: found, passes } = await page.evaluate(
    (rules) =>
      axe.run(document, {
        runOnly: rules,
        resultTypes: ['violations'],
        preload: { assets: ['media'] },
      }),
    RULES,
  )
  if (passes.length === 0) throw new Error('axe has looked at nothing')
  return found.map(
    ({ id, help, nodes }) =>
      `${id} (${help}): ${nodes
        .slice(0, 3)
        .map(({ html }) => html.slice(0, 160))
        .join(' | ')}`,
  )
}

/** By how many pixels the page itself scrolls sideways: never. */
export const sidewaysPixels = (page: Page): Promise<number> =>
  page.evaluate(() => {
    const { scrollWidth, clientWidth } = document.documentElement
    return scrollWidth - clientWidth
  })

/** Tables on a small screen of which a column is out of sight: a figure that is cut off may be read wrongly. */
export const cutTables = (page: Page): Promise<string[]> =>
  page.evaluate(() =>
    [...document.querySelectorAll('table')].flatMap((table) => {
      const place = table.parentElement
      // folded away: laid out when it is unfolded
      if (!table.checkVisibility({ contentVisibilityAuto: true })) return []
      const over = place === null ? 0 : place.scrollWidth - place.clientWidth
      return over > 1 ? [`${place?.getAttribute('aria-label')} by ${over} px`] : []
    }),
  )

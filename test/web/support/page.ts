import type { Locator, Page } from 'playwright-core'
import type { View } from './browser.ts'

/** Until nothing on the screen says that it is still being read. */
export async function settled(page: Page): Promise<void> {
  await page.locator('h1').first().waitFor()
  await page.waitForFunction(
    () => document.querySelector('[role="status"] .visually-hidden, [aria-busy="true"]') === null,
  )
  // What the last answer has brought is painted.
  await page.evaluate(
    () => new Promise((resolve) => requestAnimationFrame(() => requestAnimationFrame(resolve))),
  )
}

/** Chooses language and colours as another tab of the same browser would. */
export async function choose(page: Page, view: Pick<View, 'lang' | 'theme'>): Promise<void> {
  await page.evaluate(({ lang, theme }) => {
    const key = 'everycent.preferences'
    localStorage.setItem(key, JSON.stringify({ lang, theme, zone: 'local' }))
    dispatchEvent(new StorageEvent('storage', { key }))
  }, view)
  await page.waitForFunction(
    ({ lang, theme }) =>
      document.documentElement.lang === lang && document.documentElement.dataset.theme === theme,
    view,
  )
  await settled(page)
}

/** The exact figures in a part of the page, in the order in which they stand. */
export const exact = (part: Locator): Promise<string[]> =>
  part
    .locator('data')
    .evaluateAll((figures) => figures.map((figure) => (figure as HTMLDataElement).value))

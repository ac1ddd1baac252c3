import type { Locator, Page } from 'playwright-core'
import { exact } from './page.ts'

/* What a page shows in figures, and what it was told: every figure is a `data` element with its exact value. */

/** The exact figures of a column of a table, counted from one, the foot last. */
export const column = (table: Locator, number: number): Promise<string[]> =>
  exact(table.locator(`tbody td:nth-child(${number}), tfoot td:nth-child(${number})`))

/** A part of the page by its heading. */
export const panel = (page: Page, title: string | RegExp): Locator =>
  page
    .locator('section')
    .filter({
      has: page.getByRole(
        'heading',
        typeof title === 'string' ? { name: title, exact: true } : { name: title },
      ),
    })
    .last()

export interface Figure {
  readonly amount: string
  /** The headings that it stands under. */
  readonly place: string
}

/** Every figure of the page, with the name of the panel or the table that it stands in. */
export const allFigures = (page: Page): Promise<readonly Figure[]> =>
  page.locator('data').evaluateAll((figures) =>
    figures.map((figure) => ({
      amount: (figure as HTMLDataElement).value,
      place:
        figure.closest('section:has(h2)')?.querySelector('h2')?.textContent ??
        figure.closest('table')?.querySelector('caption')?.textContent ??
        '',
    })),
  )

/** All texts that answers of the API have brought to this page since it was opened. */
export function listenTo(page: Page): ReadonlySet<string> {
  const told = new Set<string>()
  page.on('response', async (response) => {
    if (!/^application\/(?:problem\+)?json/.test(response.headers()['content-type'] ?? '')) return
    // Answers of a page that has been left meanwhile cannot be read any more.
    const body: unknown = await response.json().catch(() => null)
    collect(body, told)
  })
  return told
}

function collect(value: unknown, into: Set<string>): void {
  if (typeof value === 'string') into.add(value)
  else if (typeof value === 'object' && value !== null)
    for (const own of Object.values(value)) collect(own, into)
}

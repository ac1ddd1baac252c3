import type { Page } from 'playwright-core'
import { formatNanos, type Nanos, readNanos, sum } from '../../../src/core/money/index.ts'

/** A figure as it is on the page: exactly, and as it is shown. */
interface Shown {
  readonly exact: string
  readonly text: string
}

/** One sum of a page: a column of a table over its foot, or figures that are marked as parts of a total. */
export interface Sum {
  readonly name: string
  readonly parts: readonly Shown[]
  readonly total: Shown
  /** Rows that have no figure in this column; of figures that are marked, none. */
  readonly without: number
}

/** Every sum that the page shows. */
export async function sumsOn(page: Page): Promise<readonly Sum[]> {
  return [...(await footedColumns(page)), ...(await markedSums(page))]
}

const footedColumns = (page: Page): Promise<readonly Sum[]> =>
  page.locator('table:has(tfoot)').evaluateAll((tables) =>
    tables.flatMap((table) => {
      const read = (figure: Element) => ({
        exact: (figure as HTMLDataElement).value,
        text: figure.textContent ?? '',
      })
      const feet = [...table.querySelectorAll('tfoot td')]
      return feet.flatMap((foot, at) => {
        const total = foot.querySelector('data')
        if (total === null) return []
        const cells = [...table.querySelectorAll(`tbody td:nth-child(${at + 1})`)]
        const parts = cells.flatMap((cell) => [...cell.querySelectorAll('data')]).map(read)
        const name = `${table.querySelector('caption')?.textContent}, column ${at + 1}`
        return [{ name, parts, total: read(total), without: cells.length - parts.length }]
      })
    }),
  )

const markedSums = (page: Page): Promise<readonly Sum[]> =>
  page.evaluate(() => {
    const read = (figure: Element) => ({
      exact: (figure as HTMLDataElement).value,
      text: figure.textContent ?? '',
    })
    return [...document.querySelectorAll('data[data-total-of]')].flatMap((total) =>
      (total.getAttribute('data-total-of') ?? '').split(' ').map((name) => ({
        name,
        parts: [...document.querySelectorAll(`data[data-part-of="${name}"]`)].map(read),
        total: read(total),
        without: 0,
      })),
    )
  })

/** A figure as a reader of English adds it up: `$1,234.50`, `-$0.02`. */
function asShown(text: string): Nanos {
  const plain = text.replace('−', '-').replaceAll(/[^\d.-]/g, '')
  return readNanos(plain.includes('.') ? plain.replace(/0+$/, '').replace(/\.$/, '') : plain)
}

const total = (parts: readonly Shown[], read: (own: Shown) => Nanos): string =>
  formatNanos(sum(parts.map(read)))

/** What does not add up on the page, exactly and as it is shown; nothing: all of it does. */
export function unclosed(sums: readonly Sum[]): readonly string[] {
  return sums.flatMap((own) => {
    const { name, parts, without } = own
    if (parts.length === 0 || without !== 0)
      return [`${name}: ${parts.length} parts, and ${without} rows without a figure`]
    const found = [
      [total(parts, ({ exact }) => readNanos(exact)), own.total.exact],
      [total(parts, ({ text }) => asShown(text)), formatNanos(asShown(own.total.text))],
    ]
    return found.flatMap(([sum, said]) =>
      sum === said ? [] : [`${name}: the rows come to ${sum}, the total says ${said}`],
    )
  })
}

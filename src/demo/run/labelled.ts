import type { DemoUi } from './options.ts'
import { wrap } from './words.ts'

/** Prose is no wider than this, however wide the screen is. */
export const PROSE_COLUMNS = 80
const LABEL = 12
/** Below this, a column of labels leaves too little beside it: the label has a line of its own. */
const LABELS_FROM_COLUMNS = 50

export const proseColumns = (ui: DemoUi): number => Math.min(ui.columns, PROSE_COLUMNS)

export interface Labelled {
  readonly label: string
  readonly text: string
  readonly tone?: Parameters<DemoUi['paint']>[0]
}

/** A muted label, then text beside it, also where it needs a second line. */
export function labelled(ui: DemoUi, { label, text, tone = 'plain' }: Labelled): string[] {
  const columns = proseColumns(ui)
  if (columns < LABELS_FROM_COLUMNS)
    return [
      ui.paint('muted', label),
      ...wrap(text, columns - 2).map((line) => `  ${ui.paint(tone, line)}`),
    ]
  return wrap(text, columns - LABEL).map((line, index) => {
    const head = (index === 0 ? label : '').padEnd(LABEL)
    return `${ui.paint('muted', head)}${ui.paint(tone, line)}`
  })
}

import { INK, type Paper } from './paper.ts'
import { printable, wrapText } from './text.ts'

const LINE = 13
const NAMES = 96

/** Names and what they stand for, one below the other. */
export function drawFacts(paper: Paper, facts: readonly (readonly [string, string])[]): void {
  paper.y += 4
  for (const [name, value] of facts) {
    const font = paper.letters({ size: 9 })
    const lines = wrapText(printable(value, font), paper.width - NAMES, font)
    paper.room(lines.length * LINE)
    paper.letters({ size: 9, colour: INK.soft })
    paper.put(name, { x: paper.left, y: paper.y }, 'P')
    paper.letters({ size: 9 })
    for (const line of lines) {
      paper.put(line, { x: paper.left + NAMES, y: paper.y }, 'P')
      paper.y += LINE
    }
  }
}

import { readdirSync, readFileSync } from 'node:fs'

/** A fenced block of a page: ```` ```json scenario ````. */
export interface Block {
  readonly page: string
  readonly line: number
  readonly language: string
  /** The word after the language; empty for plain text and code. */
  readonly use: string
  readonly text: string
}

const ROOT = new URL('../../docs/', import.meta.url)
const FENCE = /^```(\w*) ?(\w*)$/

/** All pages of the documentation, as paths below `docs/`. */
export function pages(folder = ''): string[] {
  return readdirSync(new URL(folder, ROOT), { withFileTypes: true }).flatMap((entry) => {
    const path = `${folder}${entry.name}`
    if (entry.isDirectory()) return pages(`${path}/`)
    return path.endsWith('.md') ? [path] : []
  })
}

export const readPage = (page: string): string => readFileSync(new URL(page, ROOT), 'utf8')

export function blocksOf(page: string): Block[] {
  const blocks: Block[] = []
  let open: { language: string; use: string; line: number; text: string[] } | null = null
  readPage(page)
    .split('\n')
    .forEach((text, index) => {
      const fence = FENCE.exec(text)
      if (!fence) open?.text.push(text)
      else if (open) {
        blocks.push({ ...open, page, text: open.text.join('\n') })
        open = null
      } else {
        open = { language: fence[1] ?? '', use: fence[2] ?? '', line: index + 1, text: [] }
      }
    })
  if (open) throw new Error(`${page}: a block is not closed`)
  return blocks
}

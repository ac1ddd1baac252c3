/** What a printer sets where it has no type for a character, so that nobody thinks nothing was there. */
export const GETA = '〓'

/** Characters that have no place on paper: control, direction, zero width, wishes for a variant. */
const UNPRINTABLE = /[\p{Cc}\p{Cf}\p{Co}\p{Surrogate}\p{Variation_Selector}]/gu

export interface Measure {
  width(text: string): number
  has(codePoint: number): boolean
}

/** Text as it can be set: one line, with a geta for each character that the font does not have. */
export const printable = (text: string, font: Pick<Measure, 'has'>): string =>
  [...text.normalize('NFC').replaceAll(/\s+/gu, ' ').replaceAll(UNPRINTABLE, '')]
    .map((character) => (font.has(character.codePointAt(0)!) ? character : GETA))
    .join('')

/** Where a line may be broken without a mark: after a space, and around characters of Chinese and Japanese. */
const WIDE = /[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}\u3000-\u303f\uff00-\uffef]/u

function pieces(text: string): string[] {
  const found: string[] = []
  let open = ''
  for (const character of text) {
    if (WIDE.test(character)) {
      if (open !== '') found.push(open)
      found.push(character)
      open = ''
      continue
    }
    open += character
    if (character === ' ') {
      found.push(open)
      open = ''
    }
  }
  return open === '' ? found : [...found, open]
}

/** Breaks a text into lines of at most this width; a word that is longer is cut where it ends. */
export function wrapText(text: string, width: number, font: Pick<Measure, 'width'>): string[] {
  const lines: string[] = []
  let line = ''
  for (const piece of pieces(text)) {
    if (font.width((line + piece).trimEnd()) <= width) {
      line += piece
      continue
    }
    if (line !== '') lines.push(line.trimEnd())
    line = ''
    for (const character of piece) {
      if (line !== '' && font.width(line + character) > width) {
        lines.push(line)
        line = ''
      }
      line += character
    }
  }
  return line.trimEnd() === '' && lines.length > 0 ? lines : [...lines, line.trimEnd()]
}

/** Small figures and words as this demo writes them. */

export const count = (value: number): string => value.toString().replace(/\B(?=(\d{3})+$)/g, ',')

/** `61.2 M`, `810 k`, `97`. */
export function tokens(value: number): string {
  if (value >= 1e9) return `${(value / 1e9).toFixed(2)} G`
  if (value >= 1e6) return `${(value / 1e6).toFixed(1)} M`
  return value >= 1e3 ? `${Math.round(value / 1e3)} k` : String(value)
}

export const plural = (value: number, word: string): string =>
  `${count(value)} ${word}${value === 1 ? '' : 's'}`

export const words = (code: string): string => code.replaceAll('_', ' ')

/** `3 cap reached, 2 paid use off`; the most frequent ones, and how many more. */
export function counted(counts: Iterable<readonly [string, number]>, most = 4): string {
  const sorted = [...counts].sort((one, other) => other[1] - one[1])
  const shown = sorted.slice(0, most).map(([word, number]) => `${count(number)} ${words(word)}`)
  const rest = sorted.slice(most).reduce((sum, [, number]) => sum + number, 0)
  return [...shown, ...(rest > 0 ? [`${count(rest)} other`] : [])].join(', ')
}

/** Lines of at most so many columns; plain text only. */
export function wrap(text: string, columns: number): string[] {
  const lines: string[] = []
  let line = ''
  for (const word of text.split(' ')) {
    if (line !== '' && line.length + 1 + word.length > columns) {
      lines.push(line)
      line = word
    } else line = line === '' ? word : `${line} ${word}`
  }
  return [...lines, line]
}

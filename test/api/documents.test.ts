import { describe, expect, it } from 'vitest'
import { figureText, paperTime } from '../../src/api/documents/figures.ts'
import { Paper } from '../../src/api/documents/paper.ts'
import { drawSheet } from '../../src/api/documents/table.ts'
import { GETA, printable, wrapText } from '../../src/api/documents/text.ts'
import { csvText, type Sheet } from '../../src/contract/statements/index.ts'
import { textOf } from '../support/pdf-text.ts'

const sheet = (rows: readonly (readonly string[])[]): Sheet => ({
  id: 'usage',
  title: 'モデル別のご利用',
  notes: ['注記'],
  columns: [
    { title: 'モデル', kind: 'text' },
    { title: '日時', kind: 'time' },
    { title: '金額', kind: 'amount' },
  ],
  rows,
})

async function print(rows: readonly (readonly string[])[], title = '明細書'): Promise<Buffer> {
  const paper = new Paper({
    title,
    lang: 'ja',
    date: new Date('2026-11-30T12:00:00Z'),
    foot: (page, pages) => `${page} / ${pages}`,
  })
  paper.paragraph(title, { size: 17, font: 'bold' }, 'H1')
  drawSheet(paper, sheet(rows), 'USD')
  return paper.finish()
}

const NAMES = '株式会社髙橋﨑電機 濵田 渡邉 齋藤 辻󠄀本 東京都千代田区丸の内 Łódź €'

describe('a PDF', () => {
  it('has a glyph for every character, and its text can be copied out again', async () => {
    const pdf = await print([[NAMES, '2026-11-30T12:00:00.000Z', '1041.003456789']])
    const { lines, glyphs } = textOf(pdf)
    expect(glyphs.length).toBeGreaterThan(50)
    expect(glyphs.filter((glyph) => glyph === 0)).toEqual([])
    const text = lines.join('')
    expect(text).toContain('株式会社髙橋﨑電機')
    expect(text).toContain('濵田 渡邉 齋藤 辻本')
    expect(text).toContain('Łódź €')
    expect(lines).toContain('2026-11-30 12:00')
    expect(lines).toContain('1,041.003456789')
  })

  it('prints a geta for what its font does not have, and never nothing', async () => {
    const { lines } = textOf(await print([['𠮷野 😀', '', '0']]))
    expect(lines).toContain(`${GETA}野 ${GETA}`)
  })

  it('has a part of the font only, and the same bytes each time', async () => {
    const rows = [[NAMES, '', '1.5']]
    const [first, second] = [await print(rows), await print(rows)]
    expect(first.equals(second)).toBe(true)
    // the whole font has nine megabytes
    expect(first.length).toBeLessThan(300_000)
    const other = await print([[NAMES, '', '1.6']])
    expect(other.equals(first)).toBe(false)
  })

  it('goes on to further pages, with its head and their number', async () => {
    const rows = Array.from({ length: 150 }, (_, index) => [`model-${index}`, '', '1'])
    const { lines } = textOf(await print(rows))
    const pages = lines.filter((line) => /^\d \/ \d$/.test(line))
    expect(pages).toEqual(['1 / 4', '2 / 4', '3 / 4', '4 / 4'])
    expect(lines.filter((line) => line === 'モデル')).toHaveLength(4)
    expect(lines.filter((line) => line.startsWith('model-'))).toHaveLength(150)
  })
})

describe('text on paper', () => {
  const font = { width: (text: string) => [...text].length, has: () => true }
  it.each([
    ['one two three', 7, ['one two', 'three']],
    ['abcdefghij', 4, ['abcd', 'efgh', 'ij']],
    ['株式会社髙橋電機', 3, ['株式会', '社髙橋', '電機']],
    ['id pi_3P1a2b3c', 6, ['id', 'pi_3P1', 'a2b3c']],
    ['', 5, ['']],
  ])('%j in %i is %j', (text, width, lines) => {
    expect(wrapText(text, width, font)).toEqual(lines)
  })

  it('has no control characters and no change of direction', () => {
    expect(printable('a\u0000b\u202ec\u200bd\te\nf', { has: () => true })).toBe('abcd e f')
  })

  it.each([
    ['0', 'USD', '0.00'],
    ['1041.5', 'USD', '1,041.50'],
    ['-0.0003412', 'USD', '-0.0003412'],
    ['1234567', 'JPY', '1,234,567'],
    ['0.5', 'JPY', '0.5'],
    ['1.5', 'KWD', '1.500'],
  ])('%s %s is %s', (amount, currency, text) => {
    expect(figureText(amount, currency)).toBe(text)
  })

  it('has times to the minute', () => {
    expect(paperTime('2026-11-30T12:34:56.789Z')).toBe('2026-11-30 12:34')
  })
})

describe('a CSV', () => {
  it.each([
    ['=1+1', "'=1+1"],
    ['+1', "'+1"],
    ['@sum', "'@sum"],
    ['-1', '-1'],
    ['-1.5', '-1.5'],
    ['-1+cmd', "'-1+cmd"],
    ['\t=1', "'\t=1"],
    ['＝1', "'＝1"],
    ['\u200b=1', "'\u200b=1"],
    ['a,b', '"a,b"'],
    ['say "x"', '"say ""x"""'],
    ['two\nlines', '"two\nlines"'],
    [null, ''],
    [12, '12'],
    ['株式会社', '株式会社'],
  ])('has %j as %j', (value, cell) => {
    expect(csvText({ columns: ['c'], rows: [[value]] })).toBe(`c\r\n${cell}\r\n`)
  })
})

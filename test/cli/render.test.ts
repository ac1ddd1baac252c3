import { describe, expect, test } from 'vitest'
import { bar, usedPercent } from '../../src/cli/render/bar.ts'
import { createProgress } from '../../src/cli/render/progress.ts'
import { createStyle, mark, PLAIN } from '../../src/cli/render/style.ts'
import { renderPairs, renderTable, type Table } from '../../src/cli/render/table.ts'
import { widthOf } from '../../src/cli/render/text.ts'

const screen = (columns: number) => createStyle({ interactive: true, colour: false, columns })

const table: Table = {
  columns: [
    { title: 'time', drop: 2 },
    { title: 'model', min: 10 },
    { title: 'client', min: 6, drop: 3 },
    { title: 'tokens', align: 'right', drop: 1 },
    { title: 'cost', align: 'right' },
  ],
  rows: [
    ['12:03:41', 'claude-haiku-5.5', '社内ツール', '1,204', '$0.0036'],
    [
      '12:03:44',
      '日本語の長いモデル名です',
      'third\x1b[2Jparty',
      '98',
      { text: '$1.20', tone: 'bad' },
    ],
  ],
  footer: ['', 'total', '', '1,302', '$1.2036'],
}

describe('a table', () => {
  test('at 120 columns: everything', () => {
    expect(`\n${renderTable(screen(120), table).join('\n')}\n`).toMatchInlineSnapshot(`
      "
      time      model                     client          tokens     cost
      ───────────────────────────────────────────────────────────────────
      12:03:41  claude-haiku-5.5          社内ツール       1,204  $0.0036
      12:03:44  日本語の長いモデル名です  third␛[2Jparty      98    $1.20
      ───────────────────────────────────────────────────────────────────
                total                                      1,302  $1.2036
      "
    `)
  })

  test('at 80 columns', () => {
    expect(`\n${renderTable(screen(80), table).join('\n')}\n`).toMatchInlineSnapshot(`
      "
      time      model                     client          tokens     cost
      ───────────────────────────────────────────────────────────────────
      12:03:41  claude-haiku-5.5          社内ツール       1,204  $0.0036
      12:03:44  日本語の長いモデル名です  third␛[2Jparty      98    $1.20
      ───────────────────────────────────────────────────────────────────
                total                                      1,302  $1.2036
      "
    `)
  })

  test('at 60 columns: the least important column goes, long texts are cut', () => {
    expect(`\n${renderTable(screen(60), table).join('\n')}\n`).toMatchInlineSnapshot(`
      "
      time      model              client          tokens     cost
      ────────────────────────────────────────────────────────────
      12:03:41  claude-haiku-5.5   社内ツール       1,204  $0.0036
      12:03:44  日本語の長いモデ…  third␛[2Jparty      98    $1.20
      ────────────────────────────────────────────────────────────
                total                               1,302  $1.2036
      "
    `)
  })

  test('at 40 columns: a card a row', () => {
    expect(`\n${renderTable(screen(40), table).join('\n')}\n`).toMatchInlineSnapshot(`
      "
      time    12:03:41
      model   claude-haiku-5.5
      client  社内ツール
      tokens  1,204
      cost    $0.0036

      time    12:03:44
      model   日本語の長いモデル名です
      client  third␛[2Jparty
      tokens  98
      cost    $1.20

      model   total
      tokens  1,302
      cost    $1.2036
      "
    `)
  })

  test.each([20, 40, 59, 60, 61, 80, 100, 120])('fits into %d columns', (columns) => {
    for (const line of renderTable(screen(columns), table))
      expect(widthOf(line)).toBeLessThanOrEqual(columns)
  })

  test('in a pipe nothing is cut, and nothing is coloured', () => {
    const text = renderTable(PLAIN, table).join('\n')
    expect(text).toContain('日本語の長いモデル名です')
    expect(text).toContain('third␛[2Jparty')
    expect(text).not.toContain('\x1b')
  })

  test('colours do not move the columns', () => {
    const coloured = createStyle({ interactive: true, colour: true, columns: 80 })
    const plain = renderTable(screen(80), table).map(widthOf)
    expect(renderTable(coloured, table).map(widthOf)).toEqual(plain)
  })
})

test('names and values', () => {
  expect(
    renderPairs(PLAIN, [
      ['plan', 'pro@3'],
      ['as of', '12:03'],
    ]),
  ).toEqual(['plan   pro@3', 'as of  12:03'])
})

describe('a bar', () => {
  const draw = (used: bigint, total: bigint, held = 0n) =>
    bar(screen(80), { used, held, total }, 10)

  test.each([
    [0n, 100n, 0n, '░░░░░░░░░░'],
    [45n, 100n, 0n, '████▌░░░░░'],
    [45n, 100n, 20n, '████▌▒▒░░░'],
    [100n, 100n, 0n, '██████████'],
    [150n, 100n, 0n, '██████████'],
    [0n, 0n, 0n, '░░░░░░░░░░'],
  ])('%d of %d, %d held', (used, total, held, drawn) => {
    expect(draw(used, total, held)).toBe(drawn)
  })

  test('something used always shows, something left never looks full', () => {
    expect(draw(1n, 1_000_000n)).toBe('▏░░░░░░░░░')
    expect(draw(999_999n, 1_000_000n)).toBe('█████████▉')
  })

  test('is as wide as it says, whatever is used and held', () => {
    for (let used = 0n; used <= 100n; used += 1n)
      for (const held of [0n, 1n, 7n, 50n, 100n]) expect(widthOf(draw(used, 100n, held))).toBe(10)
  })

  test('in ASCII', () => {
    const ascii = createStyle({ interactive: true, colour: false, unicode: false, columns: 80 })
    expect(bar(ascii, { used: 45n, held: 20n, total: 100n }, 10)).toBe('[#####==...]')
  })

  test('percent used is cut down: full only when nothing is left', () => {
    expect(usedPercent(999n, 1000n)).toBe(99)
    expect(usedPercent(1000n, 1000n)).toBe(100)
    expect(usedPercent(1n, 3n)).toBe(33)
    expect(usedPercent(0n, 0n)).toBe(100)
  })
})

describe('progress', () => {
  const record = () => {
    const written: string[] = []
    return { written, write: (text: string) => written.push(text) }
  }

  test('in a pipe: a plain line every five seconds and at the end, none for what is quick', () => {
    const output = record()
    let now = 0
    const progress = createProgress(output, PLAIN, { label: 'replay', total: 1000, now: () => now })
    for (let done = 0; done <= 900; done += 100) {
      progress.update(done)
      now += 1_000
    }
    progress.finish('done')
    expect(output.written).toEqual([
      'replay  500/1,000  50 %  100/s  5 s left\n',
      'replay  900/1,000  90 %  90.0/s  1 s left  done\n',
    ])
  })

  test('in a pipe: nothing about what is done at once', () => {
    const output = record()
    const progress = createProgress(output, PLAIN, { label: 'verify', total: 10, now: () => 0 })
    progress.update(10)
    progress.finish('done')
    expect(output.written).toEqual([])
  })

  test('on a terminal: one line that redraws itself', () => {
    const output = record()
    let now = 0
    const progress = createProgress(output, screen(80), {
      label: 'replay',
      total: 10,
      now: () => now,
    })
    progress.update(0)
    progress.update(1)
    now = 200
    progress.update(5)
    progress.finish()
    expect(output.written.join('').split('\r')).toHaveLength(4)
    expect(output.written.at(-1)).toBe('\n')
  })
})

test('a mark says its state in a word', () => {
  expect(mark(PLAIN, 'ok')).toBe('ok')
  expect(mark(screen(80), 'bad')).toBe('✗ fail')
})

import { describe, expect, test } from 'vitest'
import {
  jsonText,
  pad,
  sanitize,
  sanitizeLines,
  truncate,
  widthOf,
  wrap,
} from '../../src/cli/render/text.ts'

describe('data on a terminal', () => {
  test.each([
    ['escape sequence', 'a\x1b[31mred', 'a␛[31mred'],
    ['title change', '\x1b]0;gotcha\x07', '␛]0;gotcha␇'],
    ['line break forges no line', 'one\ntwo\r3', 'one␊two␍3'],
    ['tab and null', 'a\tb\0c', 'a␉b␀c'],
    ['delete', 'a\x7fb', 'a␡b'],
    ['8-bit controls', 'a\x9b31mb', 'a<U+009B>31mb'],
    ['direction override', 'pay \u202eeve', 'pay <U+202E>eve'],
    ['zero width', 'ad\u200bmin', 'ad<U+200B>min'],
    ['half a surrogate pair', 'a\ud800b', 'a<U+D800>b'],
    ['what is harmless stays', 'Ünïcödé 日本語 🎉', 'Ünïcödé 日本語 🎉'],
  ])('%s', (_name, given, shown) => {
    expect(sanitize(given)).toBe(shown)
  })

  test('prose keeps its line breaks and nothing else', () => {
    expect(sanitizeLines('one\ntwo\x1b[2J')).toBe('one\ntwo␛[2J')
  })
})

describe('width', () => {
  test('CJK takes two columns', () => {
    expect(widthOf('日本語abc')).toBe(9)
    expect(pad('日本', 6)).toBe('日本  ')
    expect(pad('日本', 6, 'right')).toBe('  日本')
  })

  test('cutting never exceeds the columns and never splits a wide character', () => {
    expect(truncate('日本語のモデル', 8)).toBe('日本語…')
    expect(truncate('日本語のモデル', 7)).toBe('日本語…')
    expect(truncate('日本語', 6)).toBe('日本語')
    expect(truncate('abcdef', 4)).toBe('abc…')
    expect(truncate('abc', 0)).toBe('')
    expect(truncate('👩‍👩‍👧‍👧👩‍👩‍👧‍👧', 3)).toBe('👩‍👩‍👧‍👧…')
  })
})

describe('wrapping', () => {
  test('at spaces', () => {
    expect(wrap('the quick brown fox jumps', 10)).toEqual(['the quick', 'brown fox', 'jumps'])
  })

  test('a word that is too long breaks', () => {
    expect(wrap('0123456789abcdef', 6)).toEqual(['012345', '6789ab', 'cdef'])
  })

  test('Japanese breaks anywhere, but no line begins with a closing mark', () => {
    const lines = wrap('この呼び出しは、プランの範囲内です。料金は発生しません。', 20)
    for (const line of lines) {
      expect(widthOf(line)).toBeLessThanOrEqual(20)
      expect(line).not.toMatch(/^[、。]/)
    }
    expect(lines.join('')).toBe('この呼び出しは、プランの範囲内です。料金は発生しません。')
  })

  test('no limit: only the own line breaks', () => {
    expect(wrap('a b\nc', Number.POSITIVE_INFINITY)).toEqual(['a b', 'c'])
  })
})

test('JSON on a terminal: controls are escaped, the value stays', () => {
  const value = { name: 'a\x1b[2J\x9b\u202e', amount: 5n }
  const text = jsonText(value)
  for (const control of ['\x1b', '\x9b', '\u202e']) expect(text).not.toContain(control)
  expect(JSON.parse(text)).toEqual({ name: value.name, amount: '5' })
})

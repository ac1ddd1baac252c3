import { describe, expect, test } from 'vitest'
import { asciiFiller, fillerText } from '../../../src/demo/upstream/filler.ts'
import { oddPieces } from '../../../src/demo/upstream/spoil.ts'

describe('text by the token', () => {
  test('n tokens are 4 n bytes at any place, also around the end of the period', () => {
    for (const offset of [0, 1, 777, 8191, 8192, 20_000]) {
      for (const tokens of [0, 1, 7, 512, 8192, 20_000]) {
        expect(Buffer.byteLength(fillerText(tokens, offset))).toBe(tokens * 4)
        expect(asciiFiller(tokens, offset)).toHaveLength(tokens * 4)
      }
    }
  })

  test('pieces join to the whole', () => {
    const pieces = [fillerText(100, 8150), fillerText(11, 8250), fillerText(9000, 8261)]
    expect(pieces.join('')).toBe(fillerText(9111, 8150))
  })

  test('nothing needs a JSON escape, and wide characters are among it', () => {
    const text = fillerText(8192)
    expect(JSON.stringify(text)).toBe(`"${text}"`)
    expect(text).toMatch(/\p{Script=Han}/u)
    expect(text).toMatch(/[\u{10000}-\u{10ffff}]/u)
    expect(asciiFiller(8192)).toMatch(/^[ -~]+$/)
  })
})

describe('odd pieces', () => {
  const bytes = Buffer.from(`data: é日🧾 plain text\r\n\r\n`.repeat(20))
  const pieces = [...oddPieces(bytes)]

  test('they join to the whole', () => {
    expect(Buffer.concat(pieces)).toEqual(bytes)
  })

  test('they part CR from LF and the bytes of one character', () => {
    expect(pieces.some((piece) => piece.at(-1) === 0x0d)).toBe(true)
    expect(pieces.some((piece) => (piece.at(-1) ?? 0) >= 0xc0)).toBe(true)
    expect(Math.max(...pieces.map((piece) => piece.length))).toBeLessThan(16)
  })
})

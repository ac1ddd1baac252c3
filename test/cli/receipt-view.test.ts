import { describe, expect, test } from 'vitest'
import type { Clock } from '../../src/cli/render/format.ts'
import { createStyle, PLAIN } from '../../src/cli/render/style.ts'
import { widthOf } from '../../src/cli/render/text.ts'
import { receiptLines } from '../../src/cli/views/receipt.ts'
import { buildReceipt, type Receipt } from '../../src/contract/receipt/index.ts'
import { CASES } from '../contract/receipt/cases.ts'
import { LOTS } from '../contract/receipt/journal.ts'

const clock: Clock = { now: () => Date.parse('2026-11-21T09:00:00Z'), timeZone: 'Asia/Tokyo' }

const receiptOf = (name: string): Receipt => {
  const story = CASES.find((one) => one.name === name)
  if (!story) throw new Error(`no story ${name}`)
  return buildReceipt(story.entries, { lots: LOTS, currency: 'USD' })
}

const SPLIT = 'split across the window and promotional credit'

test('a split call, with everything', () => {
  const lines = receiptLines(receiptOf(SPLIT), { style: PLAIN, clock, trace: true })
  expect(`\n${lines.join('\n')}\n`).toMatchSnapshot()
})

test('a refused call, without the trace', () => {
  const receipt = receiptOf('refused by a cap before the call')
  const lines = receiptLines(receipt, { style: PLAIN, clock, trace: false })
  expect(`\n${lines.join('\n')}\n`).toMatchSnapshot()
})

describe('every story can be shown at every width', () => {
  test.each(CASES)('$name', ({ entries }) => {
    const receipt = buildReceipt(entries, { lots: LOTS, currency: 'USD' })
    for (const columns of [40, 80, 120, Number.POSITIVE_INFINITY]) {
      const style = createStyle({ interactive: true, colour: false, columns })
      const lines = receiptLines(receipt, { style, clock, trace: true })
      const text = lines.join('\n')
      expect(text).toContain(receipt.receipt_id)
      expect(text).toContain(receipt.hash)
      expect(text).not.toMatch(/undefined|NaN|\[object/)
    }
  })
})

test('tables keep to the width of the screen', () => {
  const style = createStyle({ interactive: true, colour: false, columns: 80 })
  const lines = receiptLines(receiptOf(SPLIT), { style, clock, trace: true })
  const free = /^(hash|evidence)|^[a-z_]+ {2}/
  for (const line of lines.filter((one) => !free.test(one)))
    expect(widthOf(line), line).toBeLessThanOrEqual(80)
})

test('every source is shown with its reason, used or passed over', () => {
  for (const { entries } of CASES) {
    const receipt = buildReceipt(entries, { lots: LOTS, currency: 'USD' })
    const text = receiptLines(receipt, { style: PLAIN, clock, trace: false }).join('\n')
    for (const step of receipt.funding)
      if (step.reason !== null) expect(text).toContain(step.reason.replaceAll('_', ' '))
  }
})

test('a receipt that does not add up is not shown as if it did', () => {
  const receipt = receiptOf(SPLIT)
  const [first, ...rest] = receipt.lines
  if (!first) throw new Error('the story has no lines')
  const wrong = { ...receipt, lines: [{ ...first, amount: '9' }, ...rest] }
  expect(() => receiptLines(wrong, { style: PLAIN, clock, trace: false })).toThrow(/do not add up/)
})

test('names from outside cannot command the terminal', () => {
  const receipt = receiptOf(SPLIT)
  const evil = { ...receipt, call: { ...receipt.call, client: 'x\x1b[2J\n\x9b31m' } }
  const text = receiptLines(evil, { style: PLAIN, clock, trace: true }).join('\n')
  expect(text).not.toContain('\x1b')
  expect(text).not.toContain('\x9b')
})

import { Compile } from 'typebox/compile'
import { describe, expect, it } from 'vitest'
import { buildReceipt, ReceiptSchema } from '../../../src/contract/receipt/index.ts'
import { CASES } from './cases.ts'
import { LOTS } from './journal.ts'

const validator = Compile(ReceiptSchema)
const fileName = (name: string): string => name.replace(/[^a-z0-9]+/g, '-')

describe('receipts', () => {
  it('cover every story', () => expect(CASES.length).toBeGreaterThanOrEqual(19))

  it.each(CASES)('$name', async ({ name, entries, promise }) => {
    const receipt = buildReceipt(entries, { lots: LOTS, currency: 'USD' })
    const { amounts } = receipt
    expect({
      status: receipt.status,
      verdict: receipt.verdict.code,
      total: amounts.total.amount,
      charged: amounts.charged.amount,
      covered: amounts.covered_by_plan.amount,
      refunded: amounts.refunded.amount,
      absorbed: amounts.absorbed.amount,
    }).toEqual({ refunded: '0', absorbed: '0', ...promise })
    expect(validator.Check(receipt), JSON.stringify(validator.Errors(receipt))).toBe(true)
    const text = `${JSON.stringify(receipt, null, 2)}\n`
    expect(JSON.parse(text)).toEqual(receipt)
    await expect(text).toMatchFileSnapshot(`golden/${fileName(name)}.json.snap`)
  })
})

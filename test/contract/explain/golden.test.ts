import { describe, expect, it } from 'vitest'
import {
  explain,
  explainBlock,
  inUtc,
  LANGUAGES,
  LENGTHS,
} from '../../../src/contract/explain/index.ts'
import { blockCard, buildReceipt } from '../../../src/contract/receipt/index.ts'
import { CASES, type Case } from '../receipt/cases.ts'
import { LOTS } from '../receipt/journal.ts'

const receiptOf = ({ entries }: Case) => buildReceipt(entries, { lots: LOTS, currency: 'USD' })
const fileName = (name: string): string => name.replace(/[^a-z0-9]+/g, '-')

/** All that is ever said about a case: each length in each language, and the card of a refusal. */
function told(own: Case): string {
  const receipt = receiptOf(own)
  const body = own.entries[0]?.body
  const parts = LANGUAGES.flatMap((lang) => [
    ...LENGTHS.map((length) => [
      `--- ${lang} ${length}`,
      ...explain(receipt, { lang, length, timeZone: lang === 'ja' ? 'Asia/Tokyo' : 'UTC' }),
    ]),
    body?.refused
      ? [
          `--- ${lang} block`,
          ...explainBlock(blockCard(body.refused, body, { currency: 'USD' }), inUtc(lang)),
        ]
      : [],
  ])
  return `${parts.flat().join('\n')}\n`
}

describe('explanations', () => {
  it.each(CASES)('$name', async (own) => {
    await expect(told(own)).toMatchFileSnapshot(`golden/${fileName(own.name)}.txt`)
  })

  it('are one string where short, and a longer one says all that a shorter one does', () => {
    for (const own of CASES) {
      for (const lang of LANGUAGES) {
        const receipt = receiptOf(own)
        const [short, medium, long] = LENGTHS.map((length) =>
          explain(receipt, { ...inUtc(lang), length }),
        )
        expect(short).toHaveLength(1)
        expect(short![0]!.startsWith(medium![0]!)).toBe(true)
        const why = short![0]!.slice(medium![0]!.length).trim()
        if (why !== '') expect(medium).toContain(why)
        expect(long).toEqual(expect.arrayContaining(medium!))
        expect(long!.length).toBeGreaterThan(medium!.length)
      }
    }
  })

  it('name the amount, the source and the cause already where short', () => {
    for (const own of CASES) {
      const receipt = receiptOf(own)
      const { amounts, status } = receipt
      const [short = ''] = explain(receipt, { ...inUtc('en'), length: 'short' })
      if (['refused', 'not_billed', 'unpriced', 'usage_missing'].includes(receipt.verdict.code)) {
        expect(short, own.name).toContain('Nothing was charged.')
        continue
      }
      expect(short, `${own.name} (${status})`).toMatch(/\$\d/)
      if (amounts.credit.paid.amount !== '0' || amounts.credit.promotional.amount !== '0')
        expect(short, own.name).toMatch(/credit|given back|moved/)
      if (amounts.absorbed.amount !== '0') expect(short, own.name).toContain('carried by us')
      expect(short.split(/(?<=\.) /).length, own.name).toBeGreaterThan(1)
    }
  })

  it('of a refusal say the same in each length, the shorter less of it', () => {
    const refused = CASES.filter(({ entries }) => entries[0]?.body.refused)
    expect(refused.length).toBeGreaterThan(0)
    for (const { entries } of refused) {
      const { body } = entries[0]!
      const card = blockCard(body.refused!, body, { currency: 'USD' })
      for (const lang of LANGUAGES) {
        const [short, medium, long] = LENGTHS.map((length) =>
          explainBlock(card, inUtc(lang), length),
        )
        expect(long).toEqual(explainBlock(card, inUtc(lang)))
        expect(long!.slice(0, medium!.length)).toEqual(medium)
        expect(short).toHaveLength(1)
        expect(medium!.join(lang === 'ja' ? '' : ' ').startsWith(short![0]!)).toBe(true)
      }
    }
  })

  it('of the first story: the window pays although credits are there, and nothing is charged', () => {
    const receipt = receiptOf(CASES[0]!)
    expect(explain(receipt, { ...inUtc('en'), length: 'short' })).toEqual([
      'This call was covered by your plan: $0.05 at list price came from your session window and your weekly window. Nothing was charged.',
    ])
  })

  it('say that a failed call costs nothing', () => {
    for (const { promise, entries } of CASES.filter(
      ({ promise: { status } }) => status === 'not_billed' || status === 'refused',
    )) {
      expect(promise.charged).toBe('0')
      const receipt = buildReceipt(entries, { lots: LOTS, currency: 'USD' })
      expect(explain(receipt, { ...inUtc('en'), length: 'short' })[0]).toContain(
        'Nothing was charged.',
      )
      expect(explain(receipt, { ...inUtc('ja'), length: 'short' })[0]).toContain(
        '料金は発生していません。',
      )
    }
  })

  it('name the zone of every time', () => {
    const receipt = receiptOf(CASES.find(({ name }) => name.startsWith('fast mode'))!)
    const zone = { lang: 'en', length: 'medium', timeZone: 'America/New_York' } as const
    const sentences = explain(receipt, zone).join('\n')
    expect(sentences).toContain('Thu 26 Nov, 07:00 (America/New_York)')
  })
})

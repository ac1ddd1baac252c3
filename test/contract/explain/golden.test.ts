import { describe, expect, it } from 'vitest'
import { explain, explainBlock, LANGUAGES, LENGTHS } from '../../../src/contract/explain/index.ts'
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
          ...explainBlock(blockCard(body.refused, body, { currency: 'USD' }), lang),
        ]
      : [],
  ])
  return `${parts.flat().join('\n')}\n`
}

describe('explanations', () => {
  it.each(CASES)('$name', async (own) => {
    await expect(told(own)).toMatchFileSnapshot(`golden/${fileName(own.name)}.txt`)
  })

  it('are one sentence or two for a line, and longer lengths begin with it', () => {
    for (const own of CASES) {
      for (const lang of LANGUAGES) {
        const receipt = receiptOf(own)
        const [line, short, full] = LENGTHS.map((length) => explain(receipt, { lang, length }))
        expect(line).toHaveLength(1)
        expect(short?.[0]).toBe(line?.[0])
        expect(full?.slice(0, 1)).toEqual(line)
        expect(full?.length).toBeGreaterThan(short?.length ?? 0)
      }
    }
  })

  it('of the first story: the window pays although credits are there, and nothing is charged', () => {
    const receipt = receiptOf(CASES[0]!)
    expect(explain(receipt, { lang: 'en', length: 'line' })).toEqual([
      'This call was covered by your plan: $0.05 at list price came from your session window and your weekly window. Nothing was charged.',
    ])
  })

  it('say that a failed call costs nothing', () => {
    for (const { promise, entries } of CASES.filter(
      ({ promise: { status } }) => status === 'not_billed' || status === 'refused',
    )) {
      expect(promise.charged).toBe('0')
      const receipt = buildReceipt(entries, { lots: LOTS, currency: 'USD' })
      expect(explain(receipt, { lang: 'en', length: 'line' })[0]).toContain('Nothing was charged.')
      expect(explain(receipt, { lang: 'ja', length: 'line' })[0]).toContain(
        '料金は発生していません。',
      )
    }
  })

  it('name the zone of every time', () => {
    const receipt = receiptOf(CASES.find(({ name }) => name.startsWith('fast mode'))!)
    const zone = { lang: 'en', length: 'short', timeZone: 'America/New_York' } as const
    const sentences = explain(receipt, zone).join('\n')
    expect(sentences).toContain('Thu 26 Nov, 07:00 (America/New_York)')
  })
})

import { describe, expect, it } from 'vitest'
import {
  explain,
  explainBlock,
  inUtc,
  LENGTHS,
  type Words,
  wordsOf,
} from '../../../src/contract/explain/index.ts'
import { blockCard, buildReceipt, type Receipt } from '../../../src/contract/receipt/index.ts'
import { OUTCOMES } from '../../../src/core/decisions/commands.ts'
import { PASSED_OVER } from '../../../src/core/funding/types.ts'
import { REFUSAL_CODES } from '../../../src/core/ledger/entry.ts'
import { CASES } from '../receipt/cases.ts'
import { LOTS } from '../receipt/journal.ts'

/** Every template with its path: `passedOver.held`. */
function templates(words: unknown, path = ''): [string, string][] {
  if (typeof words === 'string') return [[path.slice(1), words]]
  return Object.entries(words as Words).flatMap(([key, value]) =>
    templates(value, `${path}.${key}`),
  )
}

const en = new Map(templates(wordsOf('en')))
const ja = new Map(templates(wordsOf('ja')))
const placeholders = (template: string): string[] =>
  [...new Set(template.match(/\{\w+\}/g) ?? [])].sort()

/** Placeholders that one language needs and the other says otherwise. */
const BOTH = new Set(['{why}'])

describe('words', () => {
  it('exist for the same codes in both languages', () => {
    expect(en.size).toBeGreaterThan(200)
    expect([...ja.keys()]).toEqual([...en.keys()])
  })

  it.each([...en.keys()])('%s has the same placeholders in both languages', (path) => {
    const of = (all: Map<string, string>) =>
      placeholders(all.get(path) ?? '').filter((name) => !BOTH.has(name))
    expect(of(ja)).toEqual(of(en))
  })

  it('are never empty, and never end in a blank', () => {
    for (const [path, template] of [...en, ...ja]) expect(template, path).toMatch(/\S$/)
  })

  it('are Japanese throughout: no Latin letter outside a placeholder', () => {
    for (const [path, template] of ja) {
      expect(template.replace(/\{\w+\}/g, ''), path).not.toMatch(/[A-Za-z]/)
    }
  })

  it('keep the glossary: banned words are used nowhere', () => {
    for (const [path, template] of en) {
      expect(template, path).not.toMatch(/\b(wallet|quota|extra usage|usage credits)\b/i)
    }
    for (const [path, template] of ja) expect(template, path).not.toMatch(/ウォレット|クォータ/)
  })

  it('are polite in Japanese: sentences end in です or ます forms', () => {
    const sentences = ['passedOver', 'usedInPart', 'refusals', 'actions', 'changeableBy', 'next']
    for (const [path, template] of ja) {
      if (!sentences.includes(path.split('.')[0] ?? '')) continue
      expect(template, path).toMatch(/(です|ます|ません|ました|でした|ください)(\(.*\))?。$/)
    }
  })
})

/** Values that a receipt brings along: ids, names, codes, the operator's own words. */
function dataOf(value: unknown): string[] {
  if (typeof value === 'string') return [value]
  if (typeof value !== 'object' || value === null) return []
  return Object.values(value).flatMap(dataOf)
}

function withoutData(sentence: string, receipt: Receipt): string {
  const data = dataOf(receipt).sort((a, b) => b.length - a.length)
  return data.reduce((text, own) => (own === '' ? text : text.replaceAll(own, '')), sentence)
}

describe('Japanese sentences', () => {
  it.each(CASES)('$name: nothing English but ids and names', ({ entries }) => {
    const receipt = buildReceipt(entries, { lots: LOTS, currency: 'USD' })
    const { body } = entries[0]!
    const card = body.refused ? blockCard(body.refused, body, { currency: 'USD' }) : null
    const sentences = [
      ...LENGTHS.flatMap((length) => explain(receipt, { ...inUtc('ja'), length })),
      ...(card ? explainBlock(card, inUtc('ja')) : []),
    ]
    for (const sentence of sentences) {
      expect(withoutData(sentence, receipt).replaceAll('UTC', '')).not.toMatch(/[A-Za-z]/)
    }
  })
})

describe('every code can be said', () => {
  const base = buildReceipt(CASES[2]!.entries, { lots: LOTS, currency: 'USD' })

  it.each(OUTCOMES)('outcome %s', (outcome) => {
    const receipt: Receipt = {
      ...base,
      verdict: { ...base.verdict, code: 'not_billed', outcome },
    }
    for (const lang of ['en', 'ja'] as const) {
      const [line] = explain(receipt, { ...inUtc(lang), length: 'short' })
      expect(line).toContain(wordsOf(lang).outcomes[outcome])
    }
  })

  it.each(PASSED_OVER)('passed over: %s', (reason) => {
    const states = ['passed_over', 'used_in_part'] as const
    for (const state of states) {
      const funding = base.funding.map((step) => ({ ...step, state, reason }))
      for (const lang of ['en', 'ja'] as const) {
        const sentences = explain({ ...base, funding }, { ...inUtc(lang), length: 'long' })
        expect(sentences.join('\n')).not.toMatch(/undefined|\{\w+\}/)
      }
    }
  })

  it.each(REFUSAL_CODES)('refusal %s', (code) => {
    for (const lang of ['en', 'ja'] as const) {
      const sentences = explainBlock(blockCard({ code }, null), inUtc(lang))
      expect(sentences[0]).toBe(wordsOf(lang).refusals[code])
      expect(sentences).toContain(wordsOf(lang).block.nothingCharged)
    }
  })

  it('a code of a newer version is named, not hidden', () => {
    const receipt: Receipt = {
      ...base,
      verdict: { ...base.verdict, code: 'not_billed', outcome: 'new_code' },
    }
    expect(explain(receipt, { ...inUtc('en'), length: 'short' })[0]).toContain('“new_code”')
  })
})

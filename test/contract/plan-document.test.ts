import { readdirSync, readFileSync } from 'node:fs'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import {
  PLAN_COVERAGE_MAX,
  PLAN_WINDOWS_MAX,
  parsePlan,
  planDocument,
} from '../../src/core/funding/plan-document.ts'

const folder = new URL('../../data/plans/', import.meta.url)
const catalogue = readdirSync(folder)
  .filter((name) => name.endsWith('.json'))
  .map((name) => [name, JSON.parse(readFileSync(new URL(name, folder), 'utf8'))] as const)

const plan = {
  id: 'p',
  name: 'P',
  currency: 'USD',
  windows: [{ id: 'w', shape: 'anchored', length: 'PT5H', capacity: '1' }],
  coverage: [{ when: { features: ['fast'] }, effect: 'credits_only', reason: 'r' }],
}
const window = plan.windows[0]
const rule = plan.coverage[0]

const withReasons = (reasons: unknown) => ({ ...plan, coverage: [{ ...rule, reasons }] })

describe('the default catalogue', () => {
  it('has every kind of plan', () => {
    expect(catalogue.map(([name]) => name)).toEqual([
      'enterprise.json',
      'free.json',
      'max_20x.json',
      'max_5x.json',
      'no_windows.json',
      'pro.json',
      'team.json',
      'weekly_only.json',
    ])
  })

  it.each(catalogue)('%s is read, and written again as it was', (_name, document) => {
    const parsed = parsePlan(document)
    expect(parsed).toMatchObject({ ok: true })
    if (!parsed.ok) return
    expect(parsePlan(planDocument(parsed.plan))).toEqual(parsed)
  })
})

describe('a plan document', () => {
  it('has defaults where nothing is said, and only there', () => {
    expect(parsePlan(plan)).toMatchObject({
      ok: true,
      plan: { version: 1, crossing: 'finish', unpriced: 'deliver', windows: [{ scope: {} }] },
    })
  })

  it('says why in several languages where it has the words, and is the same plan without them', () => {
    const reasons = { ja: '対象外', 'pt-BR': 'fora', 'zh-Hant-TW': '不含' }
    expect(parsePlan(withReasons(reasons))).toMatchObject({
      ok: true,
      plan: { coverage: [{ reason: 'r', reasons }] },
    })
    expect(parsePlan(plan)).toMatchObject({ ok: true, plan: { coverage: [rule] } })
  })

  it.each([
    ['not an object', 7, ''],
    ['reasons that are none', withReasons('r'), '/coverage/0/reasons'],
    ['reasons in no language', withReasons({}), '/coverage/0/reasons'],
    ['a language that is none', withReasons({ Japanese: 'r' }), '/coverage/0/reasons/Japanese'],
    ['a reason with a line break', withReasons({ ja: 'a\nb' }), '/coverage/0/reasons/ja'],
    [
      'reasons in nine languages',
      withReasons(Object.fromEntries([...'abcdefghi'].map((letter) => [`a${letter}`, 'r']))),
      '/coverage/0/reasons',
    ],
    ['an unknown field', { ...plan, colour: 'red' }, '/colour'],
    ['an id with blanks', { ...plan, id: 'a b' }, '/id'],
    ['a version that is not whole', { ...plan, version: 1.5 }, '/version'],
    ['a name of nothing', { ...plan, name: ' ' }, '/name'],
    ['a name with a control character', { ...plan, name: 'a\u0000' }, '/name'],
    ['no such currency', { ...plan, currency: 'dollars' }, '/currency'],
    ['windows that are not a list', { ...plan, windows: {} }, '/windows'],
    ['no coverage', { ...plan, coverage: undefined }, '/coverage'],
    [
      'a shape that is not',
      { ...plan, windows: [{ ...window, shape: 'round' }] },
      '/windows/0/shape',
    ],
    [
      'a length that is not',
      { ...plan, windows: [{ ...window, length: '5h' }] },
      '/windows/0/length',
    ],
    [
      'months with hours',
      { ...plan, windows: [{ ...window, length: 'P1MT5H' }] },
      '/windows/0/length',
    ],
    ['a second', { ...plan, windows: [{ ...window, length: 'PT1S' }] }, '/windows/0/length'],
    ['a century', { ...plan, windows: [{ ...window, length: 'P100Y' }] }, '/windows/0/length'],
    ['a float', { ...plan, windows: [{ ...window, capacity: 1.5 }] }, '/windows/0/capacity'],
    [
      'less than nothing',
      { ...plan, windows: [{ ...window, capacity: '-1' }] },
      '/windows/0/capacity',
    ],
    ['nothing', { ...plan, windows: [{ ...window, capacity: '0' }] }, '/windows/0/capacity'],
    ['one id twice', { ...plan, windows: [window, window] }, '/windows/1/id'],
    [
      'an effect that is not',
      { ...plan, coverage: [{ ...rule, effect: 'x' }] },
      '/coverage/0/effect',
    ],
    ['no reason', { ...plan, coverage: [{ ...rule, reason: '' }] }, '/coverage/0/reason'],
    [
      'a list that matches nothing',
      { ...plan, coverage: [{ ...rule, when: { models: [] } }] },
      '/coverage/0/when/models',
    ],
    [
      'a star in the middle',
      { ...plan, coverage: [{ ...rule, when: { models: ['a*b'] } }] },
      '/coverage/0/when/models/0',
    ],
  ])('with %s is refused, with the place and how to mend it', (_name, document, location) => {
    const parsed = parsePlan(document)
    expect(parsed.ok).toBe(false)
    if (parsed.ok) return
    expect(parsed.problems.map((fault) => fault.location)).toContain(location)
    for (const fault of parsed.problems) expect(fault.fix.length).toBeGreaterThan(5)
  })

  it('may say who pays for an outcome, and is written again so', () => {
    const parsed = parsePlan({ ...plan, outcomes: { client_aborted: 'nothing' } })
    expect(parsed).toMatchObject({ plan: { outcomes: { client_aborted: 'nothing' } } })
    if (parsed.ok) expect(parsePlan(planDocument(parsed.plan))).toEqual(parsed)
  })

  it('has a bounded number of windows and rules, and is read quickly however long it is', () => {
    const windows = (count: number) =>
      Array.from({ length: count }, (_, index) => ({ ...window, id: `w${index}` }))
    expect(parsePlan({ ...plan, windows: windows(PLAN_WINDOWS_MAX) }).ok).toBe(true)
    expect(parsePlan({ ...plan, windows: windows(PLAN_WINDOWS_MAX + 1) }).ok).toBe(false)
    const rules = Array(PLAN_COVERAGE_MAX + 1).fill(rule)
    expect(parsePlan({ ...plan, coverage: rules }).ok).toBe(false)
    const started = performance.now()
    expect(parsePlan({ ...plan, windows: Array(1_000_000).fill(window) }).ok).toBe(false)
    expect(performance.now() - started).toBeLessThan(200)
  })

  it('never makes the reader throw, whatever it is', () => {
    fc.assert(
      fc.property(fc.oneof(fc.anything(), fc.jsonValue()), (document) => {
        const parsed = parsePlan(document)
        if (!parsed.ok) expect(parsed.problems.length).toBeGreaterThan(0)
      }),
    )
    fc.assert(
      fc.property(
        fc.constantFrom(...Object.keys(plan)),
        fc.oneof(fc.anything(), fc.jsonValue()),
        (field, value) => {
          const parsed = parsePlan({ ...plan, [field]: value })
          if (parsed.ok) expect(parsePlan(planDocument(parsed.plan))).toEqual(parsed)
        },
      ),
    )
  })
})

import { readFileSync } from 'node:fs'
import { describe, expect, it, test } from 'vitest'
import { contrast, mixed } from '../../src/contract/portal/contrast.ts'
import {
  coloursOf,
  contrasts,
  MEANINGS,
  SCHEMES,
  type SchemeName,
  type Schemes,
  unreadable,
} from '../../src/contract/portal/theme.ts'

const GOOD: Schemes = {
  light: { accent: '#6d28d9', surface: '#fffdf8', text: '#22201c' },
  dark: { accent: '#c4a7ff', surface: '#14121a', text: '#efeaf7' },
}

/** `--name: #colour` of each scheme, as the app itself has them. */
function ownTokens(): Record<SchemeName, Map<string, string>> {
  const css = readFileSync(new URL('../../src/web/styles/tokens.css', import.meta.url), 'utf8')
  const [light = '', dark = ''] = css.split('[data-theme="dark"]')
  const read = (text: string) =>
    new Map(
      [...text.matchAll(/--([\w-]+): (#[0-9a-f]{6});/g)].map(([, name, hex]) => [name!, hex!]),
    )
  return { light: read(light), dark: read(dark) }
}

describe('contrast', () => {
  /** Of WCAG’s own definition; the greys are the well-known edges of 4.5. */
  it.each([
    ['#ffffff', '#000000', 21],
    ['#ffffff', '#ffffff', 1],
    ['#767676', '#ffffff', 4.54],
    ['#777777', '#ffffff', 4.48],
    ['#ff0000', '#ffffff', 4],
    ['#0000ff', '#ffffff', 8.59],
  ])('of %s and %s is %d, whichever lies on which', (one, other, ratio) => {
    expect(contrast(one, other)).toBeCloseTo(ratio, 2)
    expect(contrast(other, one)).toBe(contrast(one, other))
  })

  it('mixes by shares', () => {
    expect(mixed('#000000', '#ffffff', 0)).toBe('#000000')
    expect(mixed('#000000', '#ffffff', 1)).toBe('#ffffff')
    expect(mixed('#0a0000', '#140000', 0.5)).toBe('#0f0000')
  })
})

describe('a theme', () => {
  it('of colours that are read well is taken', () => {
    expect(unreadable(GOOD)).toEqual([])
  })

  it('is measured in every pair, and refused for those alone that fail', () => {
    const measured = contrasts(GOOD)
    expect(measured.length).toBeGreaterThan(60)
    for (const { ratio, least, passes } of measured) {
      expect(passes).toBe(true)
      expect(Number(ratio)).toBeGreaterThanOrEqual(least)
    }
    const grey = { ...GOOD, light: { ...GOOD.light, text: '#8a8a8a' } }
    const failing = contrasts(grey).filter(({ passes }) => !passes)
    expect(failing.length).toBeGreaterThan(1)
    expect(failing.map(({ scheme, by }) => `${scheme} ${by}`)).not.toContain('dark text')
    for (const pair of unreadable(grey)) expect(failing).toContainEqual(pair)
  })

  it.each(SCHEMES)('of the app’s own colours is taken, in %s', (name) => {
    const own = ownTokens()[name]
    const given = {
      accent: own.get('accent')!,
      surface: own.get('surface')!,
      text: own.get('text')!,
    }
    expect(unreadable({ ...GOOD, [name]: given })).toEqual([])
  })

  it('with pale words is refused, by the pair and a ratio that is rounded down', () => {
    const pale = { ...GOOD, light: { ...GOOD.light, surface: '#ffffff', text: '#777777' } }
    expect(unreadable(pale)[0]).toMatchObject({
      ...{ scheme: 'light', by: 'text', front: 'text', back: 'surface' },
      ...{ ratio: '4.47', least: 4.5 },
    })
  })

  it('with an accent that is lost on its ground is refused', () => {
    const lost = { ...GOOD, dark: { ...GOOD.dark, accent: '#333333' } }
    expect(unreadable(lost).map(({ scheme, by, front }) => [scheme, by, front])).toEqual([
      ['dark', 'accent', 'accent'],
    ])
  })

  it('whose surface hides the colours of warnings is refused, although its words are read', () => {
    const grey = { accent: '#ffffff', surface: '#6b6b6b', text: '#ffffff' }
    expect(contrast(grey.text, grey.surface)).toBeGreaterThan(4.5)
    const pairs = unreadable({ ...GOOD, dark: grey }).map(({ by, front, back }) => [
      by,
      front,
      back,
    ])
    expect(pairs).toContainEqual(['surface', 'ok', 'surface'])
  })

  it('puts on its accent whichever ink is read better', () => {
    expect(coloursOf('light', GOOD.light)['on-accent']).toBe('#ffffff')
    expect(coloursOf('dark', GOOD.dark)['on-accent']).toBe('#0b0f14')
  })
})

test('colours that mean something are those of the app, and every colour of a theme is a token', () => {
  const own = ownTokens()
  for (const name of SCHEMES) {
    for (const [meaning, hex] of Object.entries(MEANINGS[name]))
      expect(own[name].get(meaning), `${name} ${meaning}`).toBe(hex)
    expect(Object.keys(coloursOf(name, GOOD[name])).sort()).toEqual([...own[name].keys()].sort())
  }
})

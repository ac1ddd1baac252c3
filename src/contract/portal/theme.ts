import { contrast, mixed } from './contrast.ts'

/** What an operator chooses for light or for dark; all else follows from it. */
export interface Scheme {
  /** Links, the main button, what is chosen. */
  readonly accent: string
  /** What things lie on. */
  readonly surface: string
  readonly text: string
}

export const SCHEMES = ['light', 'dark'] as const
export type SchemeName = (typeof SCHEMES)[number]

export const FONTS = ['system', 'sans', 'serif', 'rounded'] as const
export type Font = (typeof FONTS)[number]

/** Colours that mean something are the same in every theme: those of `styles/tokens.css`. */
export const MEANINGS: Readonly<Record<SchemeName, Readonly<Record<Meaning, string>>>> = {
  light: {
    ok: '#0a6b3d',
    warn: '#8a4b00',
    danger: '#b42318',
    plan: '#0072b2',
    bundle: '#7a5195',
    promo: '#00795a',
    prepaid: '#b35900',
    overage: '#b3263a',
    'not-billed': '#6b7280',
  },
  dark: {
    ok: '#5bd68b',
    warn: '#f2b84b',
    danger: '#ff8a80',
    plan: '#56b4e9',
    bundle: '#c39be0',
    promo: '#3ccb9a',
    prepaid: '#f0a64a',
    overage: '#ff7f8e',
    'not-billed': '#a3adb8',
  },
}
const STATES = ['ok', 'warn', 'danger'] as const
const SOURCES = ['plan', 'bundle', 'promo', 'prepaid', 'overage', 'not-billed'] as const
type Meaning = (typeof STATES)[number] | (typeof SOURCES)[number]

const INKS = ['#ffffff', '#0b0f14'] as const

/** Shares of the mixtures: as faint as in the app's own colours. */
const SOFT = { light: 0.06, dark: 0.12 } as const
const SUNKEN = 0.03
const RAISED = { light: 0, dark: 0.05 } as const
const MUTED = 0.25
const LINE = 0.16
const CONTROL = 0.55

type Given =
  | 'surface'
  | 'sunken'
  | 'raised'
  | 'text'
  | 'muted'
  | 'accent'
  | 'accent-soft'
  | 'on-accent'
  | 'line'
  | 'control'
type Soft = `${(typeof STATES)[number]}-soft`
export type Colours = Readonly<Record<Given | Soft | Meaning, string>>

/** Every colour of the screens, by the name of its token. */
export function coloursOf(name: SchemeName, { accent, surface, text }: Scheme): Colours {
  const meanings = MEANINGS[name]
  const soft = (colour: string): string => mixed(surface, colour, SOFT[name])
  const [onAccent] = INKS.toSorted((a, b) => contrast(b, accent) - contrast(a, accent))
  return {
    ...meanings,
    ...{ surface, text, accent },
    sunken: mixed(surface, text, SUNKEN),
    raised: mixed(surface, text, RAISED[name]),
    muted: mixed(text, surface, MUTED),
    'accent-soft': soft(accent),
    'on-accent': onAccent ?? INKS[0],
    'ok-soft': soft(meanings.ok),
    'warn-soft': soft(meanings.warn),
    'danger-soft': soft(meanings.danger),
    line: mixed(surface, text, LINE),
    control: mixed(surface, text, CONTROL),
  }
}

/** Of words, and of what has to be seen without being read: WCAG 2.2, 1.4.3 and 1.4.11. */
const READ = 4.5
const SEEN = 3

interface Pair {
  readonly front: keyof Colours
  readonly back: keyof Colours
  readonly least: number
  /** Which of the three to change. */
  readonly by: keyof Scheme
}

const GROUNDS = ['surface', 'sunken', 'raised'] as const

/** What the screens put on what. */
const PAIRS: readonly Pair[] = [
  ...GROUNDS.flatMap((back): Pair[] => [
    { front: 'text', back, least: READ, by: 'text' },
    { front: 'muted', back, least: READ, by: 'text' },
    { front: 'accent', back, least: READ, by: 'accent' },
    ...STATES.map((front): Pair => ({ front, back, least: READ, by: 'surface' })),
  ]),
  { front: 'on-accent', back: 'accent', least: READ, by: 'accent' },
  { front: 'text', back: 'accent-soft', least: READ, by: 'text' },
  { front: 'accent', back: 'accent-soft', least: READ, by: 'accent' },
  ...STATES.flatMap((front): Pair[] => [
    { front, back: `${front}-soft`, least: READ, by: 'surface' },
    { front: 'text', back: `${front}-soft`, least: READ, by: 'text' },
  ]),
  { front: 'control', back: 'surface', least: SEEN, by: 'text' },
  ...SOURCES.map((front): Pair => ({ front, back: 'surface', least: SEEN, by: 'surface' })),
]

/** A pair of a theme, with how well it is read. */
export interface Measured extends Pair {
  readonly scheme: SchemeName
  /** Rounded down, so that what fails never reads as if it passed: `4.49`. */
  readonly ratio: string
  readonly passes: boolean
}

export type Schemes = Readonly<Record<SchemeName, Scheme>>

/** Every pair of a theme, in the order in which the screens have them. */
export const contrasts = (schemes: Schemes): readonly Measured[] =>
  SCHEMES.flatMap((scheme) => {
    const colours = coloursOf(scheme, schemes[scheme])
    return PAIRS.map((pair) => {
      const value = contrast(colours[pair.front], colours[pair.back])
      const ratio = (Math.floor(value * 100) / 100).toFixed(2)
      return { ...pair, scheme, ratio, passes: value >= pair.least }
    })
  })

/** The pairs of a theme with too little contrast, for each colour that has to change the plainest one. */
export function unreadable(schemes: Schemes): readonly Measured[] {
  const failing = contrasts(schemes).filter(({ passes }) => !passes)
  const plainest = new Map(
    failing.toReversed().map((pair) => [`${pair.scheme} ${pair.by}`, pair] as const),
  )
  return SCHEMES.flatMap((scheme) =>
    [...plainest.values()].filter((pair) => pair.scheme === scheme),
  )
}

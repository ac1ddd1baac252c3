import picocolors from 'picocolors'

/** What a piece of text means. Colour follows from it, never the other way round. */
export type Tone =
  | 'plain'
  | 'strong'
  | 'muted'
  | 'accent'
  | 'ok'
  | 'warn'
  | 'bad'
  | 'included'
  | 'promotional'
  | 'paid'
  | 'overage'

/** How to write on one output: what it can show and how wide it is. */
export interface Style {
  /** A person watches: bars, progress and live screens make sense. */
  readonly interactive: boolean
  readonly colour: boolean
  /** Block glyphs and symbols; otherwise ASCII only. */
  readonly unicode: boolean
  /** `Infinity` when the output is not a screen: nothing is cut. */
  readonly columns: number
  paint(tone: Tone, text: string): string
}

export interface StyleOptions {
  readonly interactive: boolean
  readonly colour: boolean
  readonly unicode?: boolean
  readonly columns?: number
}

export function createStyle(options: StyleOptions): Style {
  const colours = picocolors.createColors(options.colour)
  const paints: Readonly<Record<Tone, (text: string) => string>> = {
    plain: (text) => text,
    strong: colours.bold,
    muted: colours.dim,
    accent: colours.cyan,
    ok: colours.green,
    warn: colours.yellow,
    bad: (text) => colours.bold(colours.red(text)),
    included: colours.blue,
    promotional: colours.green,
    paid: colours.yellow,
    overage: colours.red,
  }
  return {
    interactive: options.interactive,
    colour: options.colour,
    unicode: options.unicode ?? true,
    columns: options.columns ?? Number.POSITIVE_INFINITY,
    paint: (tone, text) => (text === '' ? text : paints[tone](text)),
  }
}

/** Text without colours at any width: what a pipe gets. */
export const PLAIN: Style = createStyle({ interactive: false, colour: false })

const MARKS = {
  ok: ['✓', 'ok'],
  warn: ['!', 'warn'],
  bad: ['✗', 'fail'],
} as const

/** A mark with its word: state is never told by colour alone. */
export function mark(style: Style, state: keyof typeof MARKS): string {
  const [symbol, word] = MARKS[state]
  const text = style.unicode && style.interactive ? `${symbol} ${word}` : word
  return style.paint(state, text)
}

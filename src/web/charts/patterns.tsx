import css from './charts.module.css'
import { TONES, type Tone } from './model.ts'

/** Lines over the colour, another for each tone: prints, colour blindness and forced colours keep them apart. */
const LINES: Readonly<Record<Tone, string>> = {
  plan: '',
  bundle: 'M0 8 L8 0 M-2 2 L2 -2 M6 10 L10 6',
  promo: 'M4 0 V8',
  prepaid: 'M0 4 H8',
  overage: 'M0 0 L8 8 M0 8 L8 0',
  'not-billed': 'M1 4 h2 M5 8 h2 M5 0 h2',
  accent: 'M0 0 L8 8 M-2 6 L2 10 M6 -2 L10 2',
  ok: 'M2 0 V8 M6 0 V8',
  warn: 'M0 2 H8 M0 6 H8',
  danger: 'M4 0 V8 M0 4 H8',
}

export function Patterns({ id }: { readonly id: string }) {
  return (
    <defs>
      {TONES.map((tone) => (
        <pattern
          key={tone}
          id={`${id}-${tone}`}
          width="8"
          height="8"
          patternUnits="userSpaceOnUse"
          data-tone={tone}
        >
          <rect className={css.ground} width="8" height="8" />
          <path className={css.over} d={LINES[tone]} />
        </pattern>
      ))}
    </defs>
  )
}

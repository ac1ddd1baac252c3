import css from './icons.module.css'

/** Drawn on a grid of 16, in one stroke width, in the colour of the text beside them. */
const PATHS = {
  overview: 'M2.5 8.5 8 3l5.5 5.5M4 7.5V13h8V7.5',
  live: 'M1.5 8h3l2-5 3 10 2-5h3',
  receipt: 'M4 1.5h8v13l-2-1.3-2 1.3-2-1.3-2 1.3zM6 5.5h4M6 8.5h4',
  usage: 'M2 13.5h12M4 11V7M8 11V3M12 11V9',
  cap: 'M2.5 11a5.5 5.5 0 0 1 11 0M8 11l2.5-3.5M2 13.5h12',
  credit: 'M8 14.5a6.5 6.5 0 1 0 0-13 6.5 6.5 0 0 0 0 13zM10 6a2.5 2.5 0 1 0 0 4M8 4v1M8 11v1',
  dispute: 'M2 3h12v8H8l-3 3v-3H2zM8 5v3M8 9.2v.1',
  statement: 'M3.5 1.5h6l3 3v10h-9zM9.5 1.5v3h3M5.5 8h5M5.5 11h5',
  plan: 'M2 4.5 8 1.5l6 3-6 3zM2 8l6 3 6-3M2 11.5l6 3 6-3',
  team: 'M6 7.5a2.5 2.5 0 1 0 0-5 2.5 2.5 0 0 0 0 5zM1.5 13.5a4.5 4.5 0 0 1 9 0M10.5 3a2.2 2.2 0 0 1 0 4.3M12 9.5a4 4 0 0 1 2.5 4',
  queue: 'M2 3.5h12M2 8h12M2 12.5h7',
  timeline: 'M4 2v12M4 4.5h8M4 8h5M4 11.5h7',
  explain:
    'M8 14.5a6.5 6.5 0 1 0 0-13 6.5 6.5 0 0 0 0 13zM6.2 6.2A1.8 1.8 0 1 1 8 8.4v.8M8 11.3v.1',
  refund: 'M5.5 3.5 2.5 6.5l3 3M2.5 6.5h7a4 4 0 0 1 0 8H6',
  prices: 'M1.5 8.5v-6h6l7 7-6 5.5zM5 5.5v.1',
  campaign: 'M2 6.5v3h2.5l6.5 4v-11l-6.5 4zM13 6.5v3M5 9.5v4h2v-3',
  incident: 'M8 1.8 15 14H1zM8 6v4M8 12v.1',
  reconcile: 'M2 5h10M9 2l3 3-3 3M14 11H4M7 8l-3 3 3 3',
  health: 'M8 14 2.6 8.6a3.4 3.4 0 0 1 4.8-4.8l.6.6.6-.6a3.4 3.4 0 0 1 4.8 4.8z',
  audit: 'M8 1.5 13.5 4v4c0 3.3-2.3 5.5-5.5 6.5C4.8 13.5 2.5 11.3 2.5 8V4zM5.7 8l1.6 1.7L10.5 6.4',
  check: 'M3 8.5 6.5 12 13 4.5',
  cross: 'M4 4l8 8M12 4l-8 8',
  warn: 'M8 1.8 15 14H1zM8 6v4M8 12v.1',
  stop: 'M5.2 1.5h5.6l3.7 3.7v5.6l-3.7 3.7H5.2l-3.7-3.7V5.2zM5 8h6',
  info: 'M8 14.5a6.5 6.5 0 1 0 0-13 6.5 6.5 0 0 0 0 13zM8 7.2v4M8 4.8v.1',
  clock: 'M8 14.5a6.5 6.5 0 1 0 0-13 6.5 6.5 0 0 0 0 13zM8 4.5V8l2.5 1.5',
  pause: 'M5.5 3v10M10.5 3v10',
  play: 'M4.5 2.5 13 8l-8.5 5.5z',
  search: 'M7 12A5 5 0 1 0 7 2a5 5 0 0 0 0 10zM10.7 10.7 14.5 14.5',
  filter: 'M2 3.5h12M4.5 8h7M6.5 12.5h3',
  download: 'M8 2v8M4.8 7 8 10.2 11.2 7M2.5 13.5h11',
  copy: 'M5.5 5.5h8v8h-8zM10.5 5.5v-3h-8v8h3',
  link: 'M6.5 9.5l3-3M7 4.5 9 2.6a3 3 0 0 1 4.3 4.3L11.4 9M9 11.5l-2 1.9A3 3 0 0 1 2.7 9.1L4.6 7',
  plus: 'M8 3v10M3 8h10',
  more: 'M3.5 8h.1M8 8h.1M12.5 8h.1',
  down: 'M4 6l4 4 4-4',
  up: 'M4 10l4-4 4 4',
  right: 'M6 4l4 4-4 4',
  left: 'M10 4 6 8l4 4',
  sun: 'M8 11a3 3 0 1 0 0-6 3 3 0 0 0 0 6zM8 1.5v1M8 13.5v1M1.5 8h1M13.5 8h1M3.4 3.4l.7.7M11.9 11.9l.7.7M3.4 12.6l.7-.7M11.9 4.1l.7-.7',
  moon: 'M13.5 9.5A6 6 0 0 1 6.5 2.5a6 6 0 1 0 7 7z',
  globe:
    'M8 14.5a6.5 6.5 0 1 0 0-13 6.5 6.5 0 0 0 0 13zM1.5 8h13M8 1.5c4 4 4 9 0 13M8 1.5c-4 4-4 9 0 13',
  person: 'M8 8a3 3 0 1 0 0-6 3 3 0 0 0 0 6zM2.5 14.5a5.5 5.5 0 0 1 11 0',
  key: 'M6 10.5a3.5 3.5 0 1 1 3.2-2.1L14 13v1.5h-2.5V13H10v-1.5L8.5 10M5 6.5v.1',
  card: 'M1.5 3.5h13v9h-13zM1.5 6.5h13M4 10h3',
  bell: 'M3.5 11.5V7a4.5 4.5 0 0 1 9 0v4.5l1 1h-11zM6.5 14.5h3',
  eye: 'M1 8s2.5-4.5 7-4.5S15 8 15 8s-2.5 4.5-7 4.5S1 8 1 8zM8 10a2 2 0 1 0 0-4 2 2 0 0 0 0 4z',
  hold: 'M4 1.5h8M4 14.5h8M5 1.5v3l3 3.5-3 3.5v3M11 1.5v3L8 8l3 3.5v3',
  file: 'M3.5 1.5h6l3 3v10h-9zM9.5 1.5v3h3',
  external: 'M6.5 3h-4v10.5H13v-4M9 2h5v5M14 2 7.5 8.5',
  menu: 'M2 4h12M2 8h12M2 12h12',
} as const

export type IconName = keyof typeof PATHS

export interface IconProps {
  readonly name: IconName
  /** Where no word beside it says the same. */
  readonly label?: string
}

/** Never the only sign of anything: a word stands beside it, or its label is read. */
export function Icon({ name, label }: IconProps) {
  const named = label === undefined ? { 'aria-hidden': true } : { role: 'img', 'aria-label': label }
  return (
    <svg className={css.icon} viewBox="0 0 16 16" {...named}>
      <path d={PATHS[name]} />
    </svg>
  )
}

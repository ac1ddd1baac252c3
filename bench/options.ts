import { parseArgs } from 'node:util'

export const SECTIONS = ['engine', 'holds', 'accounts', 'gateway', 'explorer', 'growth'] as const
export type SectionName = (typeof SECTIONS)[number]

export interface Options {
  readonly profile: 'smoke' | 'quick' | 'normal' | 'full'
  readonly only: readonly SectionName[]
  /** Of each measurement. */
  readonly seconds: number
  /** Not counted, before each measurement. */
  readonly warmSeconds: number
  readonly rounds: number
  /** Accounts that the load is spread over. */
  readonly accounts: number
  /** Sizes of the latency curve. */
  readonly curve: readonly number[]
  readonly openHolds: number
  /** Accounts at each size of the growing database, ten entries each. */
  readonly growth: readonly number[]
  /** Of the one large account in it. */
  readonly largeCalls: number
  /** Where the JSON goes besides the results' own folder. */
  readonly json: string | null
  /** A part of a mode's name: only those are measured. */
  readonly mode: string | null
  /** Where each process leaves a CPU profile when it ends. */
  readonly cpuProfile: string | null
  /** The same, with a flame graph of each and the hottest functions of all. */
  readonly flame: string | null
}

type Sizes = Omit<Options, 'profile' | 'only' | 'json' | 'mode' | 'cpuProfile' | 'flame'>

const SIZES: Record<Options['profile'], Sizes> = {
  smoke: {
    seconds: 0.25,
    warmSeconds: 0.1,
    rounds: 1,
    accounts: 300,
    curve: [100, 300],
    openHolds: 500,
    growth: [40, 200],
    largeCalls: 100,
  },
  quick: {
    seconds: 1.2,
    warmSeconds: 0.6,
    rounds: 2,
    accounts: 10_000,
    curve: [1_000, 20_000],
    openHolds: 10_000,
    growth: [10_000, 40_000],
    largeCalls: 5_000,
  },
  normal: {
    seconds: 4,
    warmSeconds: 1.5,
    rounds: 3,
    accounts: 10_000,
    curve: [1_000, 10_000, 100_000],
    openHolds: 10_000,
    growth: [10_000, 100_000],
    largeCalls: 20_000,
  },
  full: {
    seconds: 6,
    warmSeconds: 2,
    rounds: 5,
    accounts: 10_000,
    curve: [1_000, 10_000, 100_000, 1_000_000],
    openHolds: 10_000,
    growth: [10_000, 100_000, 1_000_000],
    largeCalls: 20_000,
  },
}

export const HELP = `npm run bench -- [options]

  --quick          short runs, some minutes in all
  --full           long runs, up to a million accounts
  --smoke          does everything once, for a moment: whether it runs, not how fast
  --only NAME      one section, or several with commas: ${SECTIONS.join(', ')}
  --mode TEXT      only the modes whose name contains this
  --seconds N      length of each measurement
  --rounds N       how often each mode is measured; the median counts
  --accounts N     accounts that the load is spread over (10000)
  --cpu-profile D  each process leaves a CPU profile in this folder
  --flame D        the same, with a flame graph of each and the hottest functions
  --json FILE      writes the results there as well
`

export function parseOptions(argv: readonly string[]): Options | null {
  const { values } = parseArgs({
    args: [...argv],
    options: {
      quick: { type: 'boolean' },
      full: { type: 'boolean' },
      smoke: { type: 'boolean' },
      only: { type: 'string' },
      mode: { type: 'string' },
      seconds: { type: 'string' },
      rounds: { type: 'string' },
      accounts: { type: 'string' },
      json: { type: 'string' },
      'cpu-profile': { type: 'string' },
      flame: { type: 'string' },
      help: { type: 'boolean', short: 'h' },
    },
  })
  if (values.help) return null
  const profile = values.smoke ? 'smoke' : values.quick ? 'quick' : values.full ? 'full' : 'normal'
  const sizes = SIZES[profile]
  return {
    ...sizes,
    profile,
    only: values.only === undefined ? SECTIONS : values.only.split(',').map(sectionOf),
    mode: values.mode ?? null,
    seconds: positive('--seconds', values.seconds) ?? sizes.seconds,
    rounds: positive('--rounds', values.rounds) ?? sizes.rounds,
    // in fours, so that the halves of the ceiling do not meet
    accounts: Math.ceil((positive('--accounts', values.accounts) ?? sizes.accounts) / 4) * 4,
    json: values.json ?? null,
    cpuProfile: values['cpu-profile'] ?? values.flame ?? null,
    flame: values.flame ?? null,
  }
}

function sectionOf(name: string): SectionName {
  const found = SECTIONS.find((own) => own === name)
  if (!found) throw new Error(`--only ${name}: the sections are ${SECTIONS.join(', ')}`)
  return found
}

function positive(name: string, text: string | undefined): number | undefined {
  if (text === undefined) return undefined
  const value = Number(text)
  if (!(value > 0)) throw new Error(`${name} ${text}: a number above 0 is needed`)
  return value
}

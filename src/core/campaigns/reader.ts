import { PlanReader } from '../funding/plan-reader.ts'
import { isCurrency, type Nanos } from '../money/index.ts'
import { formatInstant, INSTANT_MAX, parseInstant } from '../time/index.ts'
import { LANGUAGES, type Texts, type When, type ZonedTime } from './types.ts'
import { isZone, resolveLocal } from './zone.ts'

export type TimeDocument =
  | string
  | {
      readonly local: string
      readonly zone: string
      /** The instant it was resolved to when it was written. */
      readonly at?: string
    }

const PLAN = /^[a-z0-9][a-z0-9_-]{0,63}(@[1-9][0-9]{0,6})?$/
const TEXT_MAX = 500
export const NAMES_MAX = 256
export const DAYS_MAX = 3_660

/** Reads the parts that the documents of campaigns are made of. */
export class CampaignReader extends PlanReader {
  /** A stored document: its instants stand, whatever the zones are like today. */
  readonly stored: boolean

  constructor(stored: boolean) {
    super()
    this.stored = stored
  }

  time(value: unknown, location: string): ZonedTime {
    if (typeof value === 'string') {
      const at = parseInstant(value)
      if (at !== undefined && at >= 0 && at <= INSTANT_MAX) return { at, local: null, zone: null }
      this.fail(
        location,
        'is not an instant',
        'Write RFC 3339 with a zone: "2026-04-03T16:00:00Z".',
      )
      return NOWHEN
    }
    return this.#local(value, location)
  }

  #local(value: unknown, location: string): ZonedTime {
    const fields = this.object(value, location, ['local', 'zone', 'at'])
    if (!fields) return NOWHEN
    const local = this.text(fields.local, `${location}/local`, TEXT_MAX)
    const zone = this.text(fields.zone, `${location}/zone`, TEXT_MAX)
    const written = typeof fields.at === 'string' ? parseInstant(fields.at) : undefined
    if (this.stored && written !== undefined) return { at: written, local, zone }
    const found = resolveLocal(local, zone)
    if (found.status !== 'one') {
      const [place, message, fix] = LOCAL_FAULTS[found.status](zone)
      this.fail(`${location}${place}`, message, fix)
      return NOWHEN
    }
    if (fields.at !== undefined && written !== found.at)
      this.fail(
        `${location}/at`,
        'is another instant than the local time',
        `Leave it out, or write "${formatInstant(found.at)}".`,
      )
    return { at: found.at, local, zone }
  }

  /** `absent`: at the claim. */
  when(value: unknown, location: string): When {
    return value === undefined || value === 'claim' ? 'claim' : this.time(value, location)
  }

  plans(value: unknown, location: string): readonly string[] {
    return this.names(value, location).map((plan, index) => {
      if (!PLAN.test(plan))
        this.fail(`${location}/${index}`, 'is not a plan', 'Write "pro", or "pro@3".')
      return plan
    })
  }

  names(value: unknown, location: string): readonly string[] {
    const items = this.list(value, location, NAMES_MAX)
    if (Array.isArray(value) && value.length === 0)
      this.fail(location, 'is empty', 'Name at least one.')
    return items.map((item, index) => this.text(item, `${location}/${index}`, TEXT_MAX))
  }

  whole(value: unknown, location: string, [min, max]: readonly [number, number]): number {
    const fits =
      typeof value === 'number' && Number.isInteger(value) && value >= min && value <= max
    if (fits) return value
    this.fail(location, 'is not such a number', `Use a whole number from ${min} to ${max}.`)
    return min
  }

  days(value: unknown, location: string): number {
    return this.whole(value, location, [1, DAYS_MAX])
  }

  /** Amounts are granted, so that they are positive; below a billion, as all amounts given. */
  positive(value: unknown, location: string): Nanos {
    const amount = this.amount(value, location)
    if (amount >= AMOUNT_LIMIT) this.fail(location, 'is too large', 'Stay below one billion.')
    return amount
  }

  texts(value: unknown, location: string): Texts | null {
    if (value === undefined) return null
    const fields = this.object(value, location, LANGUAGES) ?? {}
    return Object.fromEntries(
      LANGUAGES.filter((lang) => fields[lang] !== undefined).map((lang) => [
        lang,
        this.text(fields[lang], `${location}/${lang}`, TEXT_MAX),
      ]),
    )
  }

  optionalText(value: unknown, location: string): string | null {
    return value === undefined ? null : this.text(value, location, NOTES_MAX)
  }

  currency(value: unknown, location: string): string {
    if (typeof value === 'string' && isCurrency(value)) return value
    this.fail(location, 'is not a currency', 'Use an ISO 4217 code such as "USD".')
    return ''
  }
}

const NOTES_MAX = 2_000
const AMOUNT_LIMIT = 1_000_000_000n * 1_000_000_000n
const NOWHEN = { at: 0, local: null, zone: null } as ZonedTime

type Told = readonly [place: string, message: string, fix: string]

const LOCAL_FAULTS: Readonly<Record<'skipped' | 'twice' | 'unreadable', (zone: string) => Told>> = {
  skipped: () => ['/local', 'does not exist: clocks are put forward over it', 'Use another time.'],
  twice: () => [
    '/local',
    'comes twice: clocks are put back over it',
    'Write an instant with its offset instead, such as "2026-11-01T01:30:00-07:00".',
  ],
  unreadable: (zone) =>
    isZone(zone)
      ? ['/local', 'is not a local time', 'Write "2026-04-17T23:59".']
      : ['/zone', 'is not a time zone', 'Use an IANA name such as "America/Los_Angeles".'],
}

/** The document form of a time: with its words, and the instant they meant when they were read. */
export const timeDocument = ({ at, local, zone }: ZonedTime): TimeDocument =>
  local === null || zone === null ? formatInstant(at) : { local, zone, at: formatInstant(at) }

export const whenDocument = (when: When): TimeDocument | 'claim' =>
  when === 'claim' ? when : timeDocument(when)

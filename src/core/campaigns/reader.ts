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
      this.fail(location, 'campaign_not_instant')
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
      const isZoneAtFault = found.status === 'unreadable' && !isZone(zone)
      if (isZoneAtFault) this.fail(`${location}/zone`, 'campaign_not_zone')
      else this.fail(`${location}/local`, LOCAL_FAULTS[found.status])
      return NOWHEN
    }
    if (fields.at !== undefined && written !== found.at)
      this.fail(`${location}/at`, 'campaign_other_instant', { instant: formatInstant(found.at) })
    return { at: found.at, local, zone }
  }

  /** `absent`: at the claim. */
  when(value: unknown, location: string): When {
    return value === undefined || value === 'claim' ? 'claim' : this.time(value, location)
  }

  plans(value: unknown, location: string): readonly string[] {
    return this.names(value, location).map((plan, index) => {
      if (!PLAN.test(plan)) this.fail(`${location}/${index}`, 'campaign_not_plan')
      return plan
    })
  }

  names(value: unknown, location: string): readonly string[] {
    const items = this.list(value, location, NAMES_MAX)
    if (Array.isArray(value) && value.length === 0) this.fail(location, 'campaign_names_none')
    return items.map((item, index) => this.text(item, `${location}/${index}`, TEXT_MAX))
  }

  whole(value: unknown, location: string, [min, max]: readonly [number, number]): number {
    const fits =
      typeof value === 'number' && Number.isInteger(value) && value >= min && value <= max
    if (fits) return value
    this.fail(location, 'campaign_not_whole', { min, max })
    return min
  }

  days(value: unknown, location: string): number {
    return this.whole(value, location, [1, DAYS_MAX])
  }

  /** Amounts are granted, so that they are positive; below a billion, as all amounts given. */
  positive(value: unknown, location: string): Nanos {
    const amount = this.amount(value, location)
    if (amount >= AMOUNT_LIMIT) this.fail(location, 'campaign_too_large')
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
    this.fail(location, 'doc_not_currency')
    return ''
  }
}

const NOTES_MAX = 2_000
const AMOUNT_LIMIT = 1_000_000_000n * 1_000_000_000n
const NOWHEN = { at: 0, local: null, zone: null } as ZonedTime

const LOCAL_FAULTS = {
  skipped: 'campaign_local_skipped',
  twice: 'campaign_local_twice',
  unreadable: 'campaign_not_local',
} as const

/** The document form of a time: with its words, and the instant they meant when they were read. */
export const timeDocument = ({ at, local, zone }: ZonedTime): TimeDocument =>
  local === null || zone === null ? formatInstant(at) : { local, zone, at: formatInstant(at) }

export const whenDocument = (when: When): TimeDocument | 'claim' =>
  when === 'claim' ? when : timeDocument(when)

import { CampaignReader } from '../campaigns/reader.ts'
import type { Texts } from '../campaigns/types.ts'
import type { Nanos } from '../money/index.ts'

/** As long as `incident_<id>` fits a reason code and a campaign id. */
const ID = /^[a-z0-9][a-z0-9_]{0,47}$/
const NAMES_MAX = 256
const ACCOUNTS_MAX = 10_000
const TEXT_MAX = 500

/** Reads the parts that the document of an incident is made of. */
export class IncidentReader extends CampaignReader {
  incidentId(value: unknown, location: string): string {
    if (typeof value === 'string' && ID.test(value)) return value
    this.fail(location, 'incident_not_id')
    return ''
  }

  /** Words in both languages: an affected account reads either. */
  bothTexts(value: unknown, location: string): Required<Texts> {
    const texts = this.texts(value, location) ?? {}
    for (const lang of ['en', 'ja'] as const)
      if (texts[lang] === undefined) this.fail(`${location}/${lang}`, 'incident_text_missing')
    return { en: texts.en ?? '', ja: texts.ja ?? '' }
  }

  some(value: unknown, location: string, max = NAMES_MAX): readonly string[] | null {
    if (value === undefined) return null
    const items = this.list(value, location, max)
    if (items.length === 0) this.fail(location, 'incident_names_none')
    return items.map((item, index) => this.text(item, `${location}/${index}`, TEXT_MAX))
  }

  accounts(value: unknown, location: string): readonly string[] | null {
    return this.some(value, location, ACCOUNTS_MAX)
  }

  optionalPositive(value: unknown, location: string): Nanos | null {
    return value === undefined ? null : this.positive(value, location)
  }
}

import { describe, expect, test } from 'vitest'
import { campaignDocument, parseCampaign } from '../../../src/core/campaigns/index.ts'
import { parsePlan, planDocument } from '../../../src/core/funding/plan-document.ts'
import { parseWindowPromotion } from '../../../src/core/funding/window-promotions.ts'
import { incidentDocument, parseIncident } from '../../../src/core/incidents/index.ts'
import { parsePriceBook } from '../../../src/core/pricing/index.ts'
import { type Broken, brokenOnes } from '../../support/core/broken.ts'
import { OfRecord } from '../../support/core/of-record.ts'
import * as samples from './samples.ts'

/*
 * Whoever writes a campaign, a plan, a price book or an incident is told what is wrong, and where, whatever it is.
 * The record has, for every place of a document that says everything, the complaints about it: a reader of it sees
 * what people are told.
 */

const record = new OfRecord(new URL('complaints.json', import.meta.url))

/** What is understood, written again; or the complaints. */
type Read = (
  document: unknown,
) => { readonly read: unknown } | { readonly problems: readonly object[] }

const campaign =
  (stored: boolean): Read =>
  (document) => {
    const parsed = parseCampaign(document, { stored })
    return parsed.ok ? { read: campaignDocument(parsed.campaign) } : parsed
  }
const plan: Read = (document) => {
  const parsed = parsePlan(document)
  return parsed.ok ? { read: planDocument(parsed.plan) } : parsed
}
const incident =
  (stored: boolean): Read =>
  (document) => {
    const parsed = parseIncident(document, { stored })
    return parsed.ok ? { read: incidentDocument(parsed.incident) } : parsed
  }
const promotion: Read = (document) => {
  const parsed = parseWindowPromotion(document)
  return parsed.ok ? { read: parsed.promotion } : parsed
}
const priceBook: Read = (document) => {
  const parsed = parsePriceBook(document)
  return parsed.ok ? { read: [...parsed.book.rows.keys(), ...parsed.book.models.keys()] } : parsed
}

const KINDS: readonly (readonly [string, unknown, Read])[] = [
  ['a campaign', samples.CAMPAIGN, campaign(false)],
  ['a stored campaign', samples.CAMPAIGN, campaign(true)],
  ['a campaign by account', samples.CAMPAIGN_BY_ACCOUNT, campaign(false)],
  ['a campaign of a cycle', samples.CAMPAIGN_OF_A_CYCLE, campaign(false)],
  ['a plan', samples.PLAN, plan],
  ['a plan with a price', samples.PLAN_WITH_A_PRICE, plan],
  ['a promotion of windows', samples.WINDOW_PROMOTION, promotion],
  ['an incident', samples.INCIDENT, incident(false)],
  ['a stored incident', samples.INCIDENT, incident(true)],
  ['an incident that is rated anew', samples.INCIDENT_RATED_ANEW, incident(false)],
  ['a price book', samples.PRICE_BOOK, priceBook],
]

const sayingOf = (own: ReturnType<Read>): string =>
  'problems' in own
    ? own.problems
        .map(({ told: _, ...problem }: { told?: unknown }) => Object.values(problem).join(' '))
        .join('; ')
    : 'is read'

/** What is said, and of which wrong things. */
function said(broken: readonly Broken[], read: Read): Record<string, string> {
  const sayings = new Map<string, string[]>()
  for (const { how, document } of broken) {
    const saying = sayingOf(read(document))
    sayings.set(saying, [...(sayings.get(saying) ?? []), how])
  }
  return Object.fromEntries([...sayings].map(([saying, hows]) => [hows.join(', '), saying]))
}

describe.each(KINDS)('%s', (name, document, read) => {
  test('is read as it stands, and says the same when it is written again', () => {
    const own = read(document)
    expect(sayingOf(own)).toBe('is read')
    record.expectSame(`${name}, whole`, own)
  })

  // an operator writes the one; the other is ours
  const broken = name.includes('stored') ? [] : brokenOnes(document)
  const places = [...new Set(broken.map(({ at }) => at))]
  test.each(places)('in which %s is wrong', (at) => {
    const own = broken.filter((one) => one.at === at)
    record.expectSame(`${name}: ${at}`, said(own, read))
    const rest = own.filter(({ how }) => how === 'an object of something else')
    for (const one of rest) expect(sayingOf(read(one.document))).not.toBe('is read')
  })
})

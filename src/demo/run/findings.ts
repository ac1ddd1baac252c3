import type { Client, EntryAnswer } from '../../client/index.ts'
import { alertDifferences } from './alerts/checks.ts'
import { readAlerts, type Told } from './alerts/told.ts'
import { type AccountBooks, readBooks } from './books.ts'
import { campaignDifferences } from './campaign/checks.ts'
import { type CampaignBooks, readCampaign } from './campaign/claims.ts'
import { castFor } from './cast.ts'
import { differencesOf, refusedAtACost } from './checks.ts'
import { moneyDifferences } from './money-checks.ts'
import { wayDifferences } from './way/checks.ts'
import { readJournal } from './way/journal.ts'

/** All that the API says at the end: what is printed and what is checked. */
export interface Findings {
  readonly books: readonly AccountBooks[]
  readonly campaign: CampaignBooks | null
  readonly told: readonly Told[]
  /** Of the account whose whole way is told. */
  readonly journal: readonly EntryAnswer[]
}

/** `heard` settles when everybody has been told everything. */
export async function readFindings(
  client: Client,
  nowMs: number,
  heard: Promise<unknown> = Promise.resolve(),
): Promise<Findings> {
  const [books, campaign, journal, told] = await Promise.all([
    readBooks(client, nowMs),
    readCampaign(client),
    readJournal(client, castFor('whole_way')),
    heard.then(() => readAlerts(client)),
  ])
  return { books, campaign, journal, told }
}

/** Everything that has to agree and does not, a sentence each. */
export function findingDifferences({ books, campaign, told, journal }: Findings): string[] {
  const { id } = castFor('whole_way')
  return [
    ...differencesOf(books),
    ...refusedAtACost(books),
    ...moneyDifferences(books),
    ...books
      .filter(({ member }) => member.id === id)
      .flatMap((account) => wayDifferences(account, journal)),
    ...(campaign === null ? [] : campaignDifferences(campaign, books)),
    ...alertDifferences(told, books),
  ]
}

import type Type from 'typebox'
import { describe, expect, it } from 'vitest'
import { TOOL_NAMES, toolOf } from '../../src/contract/mcp/tools.ts'
import { type OperationId, ROUTES, type Route } from '../../src/contract/routes/index.ts'
import { isTimeZone } from '../../src/contract/schemas/reader.ts'

/* A sentence with a time in it is of the reader's own time zone, wherever it is asked for. */

/** Members of answers that hold prose. */
const PROSE = ['sentence', 'sentences', 'says', 'explanation', 'letter', 'markdown']

/** Operations that have a language or prose, and no time zone, by the reason. */
const WITHOUT: Readonly<Record<string, readonly OperationId[]>> = {
  'Letters that say how long a link holds, and no time.': [
    'requestEmailLink',
    'inviteMember',
    'inviteStaff',
  ],
  'The language that the portal opens in; nothing is told.': ['createPortalLink'],
  'What a plan offers has lengths, and no times.': [
    'createPlan',
    'listPlans',
    'getPlan',
    'publishPlan',
    'retirePlan',
    'comparePlans',
  ],
  'How a comparison was made, in days and counts.': ['compareCampaign'],
  'What each state means, and no times.': ['getHealth'],
  'Documents: their times are of one zone for everybody, named in the columns.': [
    'getStatement',
    'getInvoice',
    'getJapanReport',
  ],
  'What is agreed to is kept word for word, its days by the calendar of UTC.': [
    'previewPurchase',
    'previewAutoReload',
  ],
  'What is done to a case answers in its own language; `getDispute` tells it to a reader.': [
    'openDispute',
    'acceptOffer',
    'writeInDispute',
    'withdrawDispute',
    'appealDecision',
    'askForPerson',
  ],
  'A file for whoever takes a case over.': ['getCaseBundle'],
}

const inputsOf = ({ query, body }: Route): object => ({
  ...(query as Type.TObject | undefined)?.properties,
  ...(body as Partial<Type.TObject> | undefined)?.properties,
})

/** Whether a schema has a member of prose, at any depth. */
function tells(schema: unknown): boolean {
  if (typeof schema !== 'object' || schema === null) return false
  const { properties } = schema as Partial<Type.TObject>
  return (
    Object.keys(properties ?? {}).some((name) => PROSE.includes(name)) ||
    Object.values(schema).some(tells)
  )
}

const hasWords = (own: Route): boolean => 'lang' in inputsOf(own) || tells(own.success)

describe('the time zone of the reader', () => {
  const told = (Object.entries(ROUTES) as [OperationId, Route][]).filter(([, own]) => hasWords(own))
  const asking = told.filter(([, own]) => 'time_zone' in inputsOf(own)).map(([id]) => id)

  it('can be asked of every operation with a language or prose, but for those that say why not', () => {
    expect(asking.length).toBeGreaterThan(8)
    const silent = told.map(([id]) => id).filter((id) => !asking.includes(id))
    expect(silent.sort()).toEqual(Object.values(WITHOUT).flat().sort())
  })

  it('can be asked of every tool', () => {
    expect(TOOL_NAMES.length).toBeGreaterThan(20)
    const silent = TOOL_NAMES.filter((name) => !('time_zone' in toolOf(name).input.properties))
    expect(silent).toEqual([])
  })

  it('is a name of the database of zones', () => {
    expect(['UTC', 'Asia/Tokyo', 'America/New_York'].map(isTimeZone)).toEqual([true, true, true])
    expect(['', 'Mars/Olympus', 'Tokyo'].map(isTimeZone)).toEqual([false, false, false])
  })
})

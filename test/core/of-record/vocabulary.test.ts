import { expect, test } from 'vitest'
import * as alerts from '../../../src/core/alerts/index.ts'
import * as audit from '../../../src/core/audit/index.ts'
import * as campaigns from '../../../src/core/campaigns/index.ts'
import * as cases from '../../../src/core/cases/index.ts'
import * as decisions from '../../../src/core/decisions/index.ts'
import * as funding from '../../../src/core/funding/index.ts'
import * as plans from '../../../src/core/funding/plan-document.ts'
import * as incidents from '../../../src/core/incidents/index.ts'
import * as ledger from '../../../src/core/ledger/index.ts'
import * as money from '../../../src/core/money/index.ts'
import * as pricing from '../../../src/core/pricing/index.ts'
import * as reconciliation from '../../../src/core/reconciliation/index.ts'
import * as remedies from '../../../src/core/remedies/policy.ts'
import * as tax from '../../../src/core/tax/index.ts'
import * as time from '../../../src/core/time/index.ts'
import * as usage from '../../../src/core/usage/index.ts'
import { OfRecord } from '../../support/core/of-record.ts'

/*
 * Codes, limits and defaults stand in journals, in answers and in other people's programs. A word that is taken away
 * or changed breaks them; a new one is told to them.
 */

const record = new OfRecord(new URL('vocabulary.json', import.meta.url))

const ROOMS = {
  ...{ alerts, audit, campaigns, cases, decisions, plans, funding, incidents, ledger, money },
  ...{ pricing, reconciliation, remedies, tax, time, usage },
}

test.each(Object.keys(ROOMS))('the words and limits of %s are those on record', (room) => {
  const all = Object.entries(ROOMS[room as keyof typeof ROOMS])
  const said = all.filter(([, value]) => typeof value !== 'function')
  expect(said.every(([, value]) => value !== undefined)).toBe(true)
  record.expectSame(room, Object.fromEntries(said.toSorted(([a], [b]) => (a < b ? -1 : 1))))
})

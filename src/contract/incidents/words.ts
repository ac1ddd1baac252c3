import type { Template } from '../explain/index.ts'

/** Words of the public report of an incident. */
export interface ReportWords {
  readonly period: Template
  readonly impactTitle: string
  readonly calls: string
  readonly accounts: string
  readonly wrong: string
  readonly doneTitle: string
  readonly givenBefore: string
  readonly givenCalls: string
  readonly givenAccounts: string
  readonly givenMoney: string
  readonly givenIncluded: string
  readonly failed: string
  readonly goodwillTitle: string
  readonly goodwillTerms: Template
  readonly offered: string
  readonly offeredAccounts: string
  readonly claimedBy: string
  readonly granted: string
  readonly used: string
  readonly expired: string
  readonly outstanding: string
  readonly asOf: Template
}

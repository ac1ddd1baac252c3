import type { ExternalCall, ExternalCharge } from '../../../src/core/audit/index.ts'
import type { PriceBookDocument } from '../../../src/core/pricing/index.ts'
import { documentOf } from '../../vectors/prices.ts'
import type { Fields } from '../../vectors/shapes.ts'
import { at, usd } from '../core/fixtures.ts'

/** A call and what a wrong bill, and the right one, asks for it: as records of another system. */
export interface RecordCase {
  readonly call: Partial<ExternalCall>
  readonly prices?: Fields
  /** Of the whole book, where a vector has more than one version. */
  readonly books?: readonly PriceBookDocument[]
  readonly model?: string
  readonly wrong: string
  readonly right: string
}

export const AT = at('2026-10-08T00:00:00Z')

export const callOf = (own: Partial<ExternalCall>): ExternalCall => ({
  id: 'call',
  at: AT,
  dialect: 'openai_chat',
  ending: 'succeeded',
  status: 200,
  model: 'model',
  tier: null,
  speed: null,
  region: null,
  features: [],
  usage: null,
  frames: [],
  deliveredTokens: null,
  declaredFees: {},
  upstreamId: null,
  fingerprint: null,
  retryCount: 0,
  ...own,
})

export const chargeOf = (amount: string, own: Partial<ExternalCharge> = {}): ExternalCharge => ({
  id: 'line',
  at: AT,
  amount: usd(amount),
  currency: 'USD',
  callId: 'call',
  upstreamId: null,
  source: 'bill.csv:2',
  ...own,
})

export const bookOf = (prices: Fields, model?: string, draft: object = {}): PriceBookDocument =>
  documentOf(prices, { model, ...draft }) as unknown as PriceBookDocument

import type pg from 'pg'
import type { BodyOf, Routes } from '../../src/contract/routes/index.ts'
import type { Engine } from '../../src/engine/index.ts'
import type { Api } from './support.ts'

export type CampaignDocument = BodyOf<Routes['createCampaign']>

/** A campaign that is open now and asks nothing. */
export const campaign = (id: string, more: Partial<CampaignDocument> = {}): CampaignDocument => ({
  id,
  name: `Credit of ${id}`,
  currency: 'USD',
  eligible: [],
  claim: { from: '2020-01-01T00:00:00Z', until: '2100-01-01T00:00:00Z' },
  amounts: { by: 'plan', table: { test: '5' } },
  expires: { days_after_claim: 90 },
  ...more,
})

export async function publish(api: Api, document: CampaignDocument): Promise<string> {
  await api.done('createCampaign', { body: document })
  await api.done('publishCampaign', { params: { campaign_id: document.id } })
  return document.id
}

export const claim = (api: Api, account_id: string, campaign_id: string, signals?: object) =>
  api.call('claimCampaign', {
    params: { account_id, campaign_id },
    body: signals === undefined ? {} : { signals },
  })

/** Behaves as `target`, but for one method, whose calls go through `around`. */
function wrapped<T extends object>(
  target: T,
  method: string,
  around: (call: () => Promise<unknown>, first: unknown) => Promise<unknown>,
): T {
  return new Proxy(target, {
    get: (own, name) => {
      const value: unknown = Reflect.get(own, name)
      if (typeof value !== 'function') return value
      const bound = value.bind(own)
      return name === method ? (...args: unknown[]) => around(() => bound(...args), args[0]) : bound
    },
  })
}

/** Once a second a server looks for new prices, in the middle of whatever else it does: no step of that. */
const isOfTheWatch = (sql: unknown): boolean =>
  typeof sql === 'string' &&
  sql.trimStart().startsWith('select (select count(*) from control.price')

/** A server's connections and engine, which are gone right after a given number of further steps. */
export class Mortal {
  readonly pool: pg.Pool
  readonly engine: Engine
  #left = Number.POSITIVE_INFINITY
  #died = false

  constructor(parts: { readonly pool: pg.Pool; readonly engine: Engine }) {
    this.pool = wrapped(parts.pool, 'query', (call, sql) =>
      isOfTheWatch(sql) ? call() : this.#step(call),
    )
    this.engine = wrapped(parts.engine, 'execute', (call) => this.#step(call))
  }

  /** A step is a statement or a command: it is done, and then nothing more. */
  dieAfter(steps: number): void {
    this.#left = steps
    this.#died = false
  }

  /** Whether it came to that. */
  get died(): boolean {
    return this.#died
  }

  async #step(call: () => Promise<unknown>): Promise<unknown> {
    if (this.#left > 0) {
      this.#left -= 1
      const done = await call()
      if (this.#left > 0) return done
    }
    this.#died = true
    throw new Error('killed')
  }
}

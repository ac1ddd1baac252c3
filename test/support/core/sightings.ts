import { type EntryBody, readInstant } from '../../../src/core/ledger/index.ts'
import { readNanos } from '../../../src/core/money/index.ts'
import type { Ledger } from './ledger.ts'

/** What a random test has to have met; one that never did proves nothing. */
export const INTERESTING = [
  'clamped',
  'refused by a window',
  'refused by a cap',
  'refused for funds',
  'cap bound a charge',
  'split between windows and money',
  'overage drawn',
  'finished beyond the window',
  'settled after its window had ended',
  'drew from a lot that expired in flight',
  'carried by the platform',
  'moved back to the window',
  'moved to a window that had ended',
  'moved in parts',
  'refunded',
  'refund revived an ended lot',
  'windows given back',
  'charge reversed',
  'lot reversed',
  'expiry posted',
  'ended with calls in flight',
  'hold expired',
  'second attempt',
  'completed',
  'still unpriced',
  'repeated',
  'plan changed with calls in flight',
  'parked call',
  'credits only',
  'cap raised',
  'cap raised for a while with calls in flight',
  'a cap on everything bound included value',
  'subscription started',
  'plan upgraded',
  'change scheduled',
  'seats changed',
  'subscription renewed',
  'subscription lapsed',
  'unused time became credit',
  'a fee was paid from credit',
  'a fee was invoiced',
  'a window resized with calls in flight',
  'executed as it was previewed before',
  'a preview was too old',
  'reset used',
  'reset used with calls in flight',
  'drawn from a promoted window',
] as const
export type Interesting = (typeof INTERESTING)[number]

export class Sightings {
  readonly counts = new Map<Interesting, number>(INTERESTING.map((name) => [name, 0]))

  when(name: Interesting, happened: boolean): void {
    if (happened) this.counts.set(name, this.counts.get(name)! + 1)
  }

  addAll(others: Sightings): void {
    for (const [name, count] of others.counts) this.counts.set(name, this.counts.get(name)! + count)
  }

  missing(): Interesting[] {
    return INTERESTING.filter((name) => this.counts.get(name) === 0)
  }

  entry(body: EntryBody, ledger: Ledger): void {
    if (body.refused) {
      this.#refusal(body.refused.code)
      return
    }
    if (body.totals && (body.kind === 'settle' || body.kind === 'record'))
      this.#charge(body, ledger)
    if (body.kind === 'reattribute') this.#move(body)
    if (body.kind === 'refund') this.#refund(body)
    this.when('expiry posted', body.kind === 'expire_lot')
    this.when('hold expired', body.kind === 'expire_hold')
  }

  #refusal(code: string): void {
    this.when('refused by a window', code === 'window_exhausted')
    this.when('refused by a cap', code === 'cap_reached')
    this.when('refused for funds', code === 'funds_exhausted')
  }

  #charge(body: EntryBody, ledger: Ledger): void {
    const { money, included, absorbed } = body.totals!
    const funding = body.funding ?? []
    this.when('split between windows and money', money !== '0' && included !== '0')
    this.when('carried by the platform', absorbed !== '0')
    this.when('parked call', body.absorbed_reason === 'account_parked')
    this.when(
      'cap bound a charge',
      funding.some((own) => own.reason === 'cap_reached'),
    )
    this.when(
      'a cap on everything bound included value',
      funding.some((own) => own.class === 'included' && own.reason === 'cap_reached'),
    )
    this.when(
      'overage drawn',
      funding.some((own) => own.class === 'overage' && own.drawn !== '0'),
    )
    this.when('credits only', body.coverage?.effect === 'credits_only' && money !== '0')
    const windows = body.windows ?? []
    this.when(
      'drawn from a promoted window',
      windows.some((own) => own.promotion !== undefined && own.drawn !== '0'),
    )
    this.when(
      'finished beyond the window',
      windows.some((own) => own.overshoot !== '0'),
    )
    if (body.kind !== 'settle') return
    const now = readInstant(body.at)
    const drew = windows.filter((own) => own.drawn !== '0')
    this.when(
      'settled after its window had ended',
      drew.some((own) => readInstant(own.end!) <= now),
    )
    const ended = (id: string) => {
      const lot = ledger.state!.lots.find((own) => own.id === id)
      return lot?.expiresAt != null && lot.expiresAt <= now
    }
    this.when(
      'drew from a lot that expired in flight',
      funding.some((own) => own.drawn !== '0' && ended(own.source)),
    )
  }

  #move(body: EntryBody): void {
    const moved = readNanos(body.totals!.included) > 0n
    this.when('moved back to the window', moved)
    this.when('moved in parts', moved && body.moved!.done === 0)
    const now = readInstant(body.at)
    this.when(
      'moved to a window that had ended',
      moved && body.windows!.some((own) => readInstant(own.end!) <= now),
    )
  }

  #refund(body: EntryBody): void {
    this.when(
      'windows given back',
      (body.windows ?? []).some((own) => own.drawn !== '0'),
    )
    const now = readInstant(body.at)
    const revived = (body.restored_lots ?? []).some(
      (lot) => lot.expires_at !== null && readInstant(lot.expires_at) === now + 30 * 86_400_000,
    )
    this.when('refund revived an ended lot', revived)
  }
}

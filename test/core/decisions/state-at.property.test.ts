import fc from 'fast-check'
import { expect, test } from 'vitest'
import {
  accountView,
  capView,
  changesBetween,
  type PastView,
  pastView,
} from '../../../src/core/decisions/index.ts'
import { type EntryBody, type Known, learn, letGo } from '../../../src/core/ledger/index.ts'
import { formatNanos, type Nanos, readNanos } from '../../../src/core/money/index.ts'
import { type Instant, parseInstant } from '../../../src/core/time/index.ts'
import { history } from '../../support/core/history.ts'
import type { Ledger } from '../../support/core/ledger.ts'
import { Player } from '../../support/core/player.ts'

const HISTORIES = 40
const STEPS = 120
const SEEDS = [20_261_126, 7, 1_913]

const minus = (a: string, b: string): string =>
  formatNanos((readNanos(a) - readNanos(b) < 0n ? 0n : readNanos(a) - readNanos(b)) as Nanos)

/** What the state read says now, without what only the calls in flight change. */
function said(ledger: Ledger) {
  const state = ledger.state!
  const view = accountView(state, ledger.catalogue.plan(state.plan)!, ledger.now)
  const beside = [...ledger.scopedCaps.values()].map((own) => capView(own, state, ledger.now))
  return {
    seq: view.seq,
    status: view.status,
    plan: view.plan,
    paid_use: view.paid_use,
    resets: view.resets,
    windows: view.windows,
    lots: Object.fromEntries(view.lots.map(({ held: _held, ...lot }) => [lot.id, lot])),
    caps: [...view.caps, ...beside].map(({ held: _held, left: _left, ...cap }) => cap),
    overage: view.overage && { limit: view.overage.limit, used: view.overage.used },
  }
}
type Said = ReturnType<typeof said>

function expectSame(past: PastView, live: Said): void {
  const { seq, status, plan, paid_use, resets } = past
  expect({ seq, status, plan, paid_use, resets }).toEqual({
    ...{ seq: live.seq, status: live.status, plan: live.plan },
    ...{ paid_use: live.paid_use, resets: live.resets },
  })
  expect(past.windows.map(({ id }) => id)).toEqual(live.windows.map(({ id }) => id))
  for (const [index, own] of past.windows.entries()) {
    const { held: _held, left: _left, ...then } = live.windows[index]!
    expect(own.left).toBe(minus(own.capacity, own.used))
    // a run that only calls in flight have begun is not in the journal yet
    if (own.state === 'not_started' && then.used === '0') continue
    const { left: _room, ...told } = own
    expect(told).toEqual(then)
  }
  for (const lot of past.lots) expect(lot).toEqual(live.lots[lot.id])
  const shown = new Set(past.lots.map(({ id }) => id))
  for (const lot of Object.values(live.lots))
    if (!shown.has(lot.id)) expect(lot.remaining).toBe('0')
  const byId = (a: { id: string }, b: { id: string }) => (a.id < b.id ? -1 : 1)
  expect(past.caps.map(({ left: _left, ...cap }) => cap).sort(byId)).toEqual(live.caps.sort(byId))
  expect(past.overage && { limit: past.overage.limit, used: past.overage.used }).toEqual(
    live.overage,
  )
}

function foldUntil(entries: readonly { readonly body: EntryBody }[], at: Instant): Known {
  let known: Known | null = null
  for (const { body } of entries) {
    if (parseInstant(body.at)! > at) break
    known = letGo(learn(known, body))
  }
  return known!
}

/** Plays a history, and keeps what the state read said last at each instant. */
function watched(steps: Parameters<Player['play']>[0]) {
  const player = new Player()
  const { ledger } = player
  const sightings = new Map<Instant, Said>()
  const run = ledger.run.bind(ledger)
  ledger.run = (command, when) => {
    const result = run(command, when)
    sightings.set(ledger.now, said(ledger))
    return result
  }
  player.play(steps)
  return { ledger, sightings }
}

test.each(SEEDS)(
  'the state at a moment is what the state read said then (seed %i)',
  (seed) => {
    const kinds = new Set<string>()
    let compared = 0
    fc.assert(
      fc.property(history(STEPS), (steps) => {
        const { ledger, sightings } = watched(steps)
        for (const [at, live] of sightings) {
          const known = foldUntil(ledger.entries, at)
          expectSame(pastView(known, ledger.catalogue.plan(known.state.plan)!, at), live)
          compared += 1
        }
        for (const { body } of ledger.entries) if (!body.refused) kinds.add(body.kind)
      }),
      { numRuns: HISTORIES, seed, interruptAfterTimeLimit: 30_000 },
    )
    expect(compared).toBeGreaterThan(HISTORIES)
    expect([...kinds]).toEqual(
      expect.arrayContaining(['refund', 'reattribute', 'expire_lot', 'change_plan', 'reverse']),
    )
  },
  60_000,
)

test('what changed between two moments adds up, source by source, and nothing between a moment and itself', () => {
  fc.assert(
    fc.property(history(STEPS), (steps) => {
      const { ledger, sightings } = watched(steps)
      const moments = [...sightings.keys()]
      const views = moments.map((at) => {
        const known = foldUntil(ledger.entries, at)
        return pastView(known, ledger.catalogue.plan(known.state.plan)!, at)
      })
      if (views.length === 0) return
      const [first, middle, last] = [views[0]!, views[views.length >> 1]!, views.at(-1)!]
      expect(changesBetween(middle, middle)).toEqual([])
      const there = new Map(
        changesBetween(first, last).map((own) => [`${own.source} ${own.id}`, own]),
      )
      const back = changesBetween(last, first)
      expect(back).toHaveLength(there.size)
      for (const own of back) {
        const forth = there.get(`${own.source} ${own.id}`)!
        expect([own.before, own.after]).toEqual([forth.after, forth.before])
        expect(readNanos(own.change)).toBe(-readNanos(forth.change))
      }
    }),
    { numRuns: 20, seed: 42 },
  )
}, 60_000)

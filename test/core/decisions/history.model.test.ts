import fc from 'fast-check'
import { expect, test } from 'vitest'
import { history } from '../../support/core/history.ts'
import { Player } from '../../support/core/player.ts'
import { Sightings } from '../../support/core/sightings.ts'

const HISTORIES = 200
const STEPS = 150

/**
 * Random histories of every command, with jumps to the very edges of windows, lots, holds and days.
 * After each step the auditor recomputes the account from its journal and checks every invariant that
 * the pure core can show. The counters fail the test when the histories were dull.
 */
test('the invariants hold after each step of any history', () => {
  const seen = new Sightings()
  fc.assert(
    fc.property(history(STEPS), (steps) => {
      const player = new Player()
      player.play(steps)
      seen.addAll(player.seen)
    }),
    { numRuns: HISTORIES, interruptAfterTimeLimit: 40_000 },
  )
  expect(seen.missing()).toEqual([])
}, 60_000)

import fc from 'fast-check'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { formatNanos, fromMinor, negate } from '../../src/core/money/index.ts'
import { expectVerified, startNode, startStockedApi } from '../api/support.ts'
import { anyChance, anyHistory, booksOf, play, type Two } from './event-orders.ts'

/*
 * What becomes of one payment (created, refunded, disputed, won, lost, a refund that comes back), heard of by
 * two servers in any order, some events at once, each once or several times: the books are in the end what
 * they are where each event is heard of at once, and what the processor's own are.
 */

const RUNS = 15
let two: Two
beforeAll(async () => {
  const first = await startStockedApi()
  // the second server takes payments with its own engine and pool, at the same processor
  const payments = { ...first.payments }
  const second = await startNode(first.database, { payments })
  Object.assign(payments, { engine: second.engine, pool: second.pool })
  two = { nodes: [first, second], payments: [first.payments, payments] }
})
afterAll(async () => {
  await expectVerified(two.nodes[0].database.pool)
  for (const node of [...two.nodes].reverse()) await node.close()
})

const clearing = (kept: number) =>
  kept === 0 ? undefined : formatNanos(negate(fromMinor(BigInt(kept), 'USD')))

describe('the events of a payment', () => {
  it('in any order, at two servers, leave the books of the order in which they happened', async () => {
    await fc.assert(
      fc.asyncProperty(anyHistory, anyChance(false), async (history, chance) => {
        const inOrder = await play(two, history)
        const anyhow = await play(two, history, chance)
        const books = await booksOf(two, anyhow)
        expect(books).toEqual(await booksOf(two, inOrder))
        expect(books.balances['house:processor_clearing']).toBe(clearing(anyhow.kept))
      }),
      { numRuns: RUNS },
    )
  }, 300_000)

  it('and a server that dies while it refunds, leave the books of the processor', async () => {
    await fc.assert(
      fc.asyncProperty(anyHistory, anyChance(true), async (history, chance) => {
        const anyhow = await play(two, history, chance)
        const { balances } = await booksOf(two, anyhow)
        expect(balances['house:processor_clearing']).toBe(clearing(anyhow.kept))
      }),
      { numRuns: RUNS },
    )
  }, 300_000)
})

import { pause, type Timers } from '../../../src/engine/timers.ts'
import {
  type PaymentProvider,
  ProviderRefused,
  ProviderUnavailable,
} from '../../../src/payments/provider.ts'
import type { Gates } from '../interleavings/gates.ts'
import type { World } from './world.ts'

class Crashed extends Error {}

/**
 * Draws what becomes of each statement. A transaction has the line for itself: whoever waits in the database
 * for what another has locked would hold up all.
 */
export function wireOf(
  world: World,
  life: { dead: boolean; readonly onDeath: () => void },
): Pick<Gates, 'enter'> {
  const open = new Map<object, () => void>()
  const end = (client: object): void => {
    open.get(client)?.()
    open.delete(client)
  }
  const enter: Gates['enter'] = async ({ node, statement, client }, { run, cut }) => {
    const perform = async () => {
      if (!life.dead && world.fault('crash', 0.003)) {
        life.dead = true
        life.onDeath()
      }
      if (life.dead) {
        cut()
        throw new Crashed(`${node} is dead`)
      }
      world.note(`${node} ${statement}`)
      if (world.fault('connection_lost_before', 0.005)) throw cut()
      const answer = await run()
      if (world.fault('connection_lost_after', 0.005)) throw cut()
      return answer
    }
    if (open.has(client)) {
      const isEnd = /^(commit|rollback)/.test(statement)
      return perform().then(
        (answer) => {
          if (isEnd) end(client)
          return answer
        },
        (error: unknown) => {
          if (isEnd || isLost(error)) end(client)
          throw error
        },
      )
    }
    if (!statement.startsWith('begin')) return world.line.do(perform)
    const { value, letGo } = await world.line.take(perform)
    open.set(client, letGo)
    return value
  }
  return { enter }
}

/** With its connection, a transaction is gone. */
const isLost = (error: unknown): boolean =>
  error instanceof Crashed || (error as { code?: string }).code === 'ECONNRESET'

const LATE_MS = 60_000

/** The processor behind a network: what it has done is told late, or not at all. */
export function faulty(provider: PaymentProvider, world: World, timers: Timers): PaymentProvider {
  const reach = async <T>(ask: () => Promise<T>): Promise<T> => {
    if (world.fault('processor_not_reached', 0.1)) throw new ProviderUnavailable('not reached')
    const answer = await ask()
    if (world.fault('processor_answer_late', 0.15))
      await pause(timers, 1 + world.random.below(LATE_MS))
    if (world.fault('processor_answer_lost', 0.15)) throw new ProviderUnavailable('no answer')
    return answer
  }
  return {
    ...provider,
    charge: (order) =>
      reach(() => {
        if (world.fault('processor_declines', 0.08)) throw new ProviderRefused('declined', 'no')
        return provider.charge(order)
      }),
    findCharge: (order) => reach(() => provider.findCharge(order)),
    refund: (order) => reach(() => provider.refund(order)),
    findRefund: (chargeRef, refundId) => reach(() => provider.findRefund(chargeRef, refundId)),
  }
}

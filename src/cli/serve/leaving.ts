import type { Server } from 'node:http'
import type { FastifyInstance } from 'fastify'
import type pg from 'pg'
import type { Engine } from '../../engine/index.ts'
import type { Gateway } from '../../gateway/index.ts'

/**
 * How far a server is on its way out. `leaving`: `/readyz` says no, and all else is served as before, so
 * that a balancer takes it out before anybody is refused. `closing`: only what is under way is finished.
 */
export interface Stage {
  now: 'serving' | 'leaving' | 'closing'
}

export interface ClosingParts {
  readonly stage: Stage
  readonly server: Server
  readonly gateway: Gateway
  readonly api: FastifyInstance
  readonly jobs: { stop(): Promise<void> }
  readonly notifier: { close(): Promise<void> }
  readonly catalogue: { stop(): Promise<void> }
  readonly engine: Engine
  readonly commitPool: pg.Pool
  readonly pool: pg.Pool
}

/**
 * Resolves when the notice is over. Every answer meanwhile carries `connection: close`. Idle connections are left
 * open: one closed now could have a request on the wire already, which nobody would answer.
 */
export async function notice(parts: ClosingParts, noticeMs: number): Promise<void> {
  if (parts.stage.now === 'serving') parts.stage.now = 'leaving'
  await waited(noticeMs)
}

const SWEEP_IDLE_MS = 50

/** Each step needs those after it: calls in flight need the engine, the engine the database. */
export async function closeInOrder(parts: ClosingParts): Promise<void> {
  const { server, gateway, api } = parts
  parts.stage.now = 'closing'
  const closed = new Promise<void>((resolve) => server.close(() => resolve()))
  // A connection that was busy becomes idle later: a client that keeps it would be waited for.
  const sweep = setInterval(() => server.closeIdleConnections(), SWEEP_IDLE_MS)
  try {
    const apiClosed = api.close()
    await gateway.close()
    await Promise.race([apiClosed, waited(API_DRAIN_MS)])
    server.closeAllConnections()
    await apiClosed
    await closed
  } finally {
    clearInterval(sweep)
  }
  await parts.jobs.stop()
  await parts.notifier.close()
  await parts.catalogue.stop()
  await parts.engine.close()
  await parts.commitPool.end()
  await parts.pool.end()
}

/** Requests of the API are short; what still runs after this long hangs. */
const API_DRAIN_MS = 5_000

const waited = (milliseconds: number): Promise<void> =>
  new Promise((resolve) => setTimeout(resolve, milliseconds))

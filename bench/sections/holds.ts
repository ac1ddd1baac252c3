import { verdictOf } from '../postgres.ts'
import type { EngineLoad, EngineStart } from '../roles/engine.ts'
import type { Mode, Outcome, Result } from '../rounds.ts'
import type { Bench, Section } from '../section.ts'
import { Worker } from '../workers.ts'
import { HOLDS_ACCOUNT } from '../workload.ts'

const IN_FLIGHT = 16
const FEW_ACCOUNTS = 100

/** Pairs on one account while it has very many calls in flight, and while it has none. */
export async function holdsSection(bench: Bench): Promise<Section> {
  const { options, server, progress } = bench
  progress('holds are placed')
  const without = await server.template(FEW_ACCOUNTS)
  const withHolds = await server.template(FEW_ACCOUNTS, (worker) =>
    worker.ask('holds', options.openHolds),
  )
  const node = new Worker('engine')
  const mode = (name: string, template: string): Mode => ({
    name,
    measure: async () => {
      const database = await server.copy(template)
      await node.ask('start', { url: database.url } satisfies EngineStart)
      const load = {
        kind: 'pairs',
        target: HOLDS_ACCOUNT,
        node: 0,
        inFlight: IN_FLIGHT,
        seconds: options.seconds,
        warmSeconds: options.warmSeconds,
      } satisfies EngineLoad
      const cost = await server.cpuOf(() => node.ask<Outcome['measured']>('run', load))
      await node.ask('stop')
      const verdict = await verdictOf(database.url)
      await database.drop()
      return { ...cost, verdict }
    },
  })
  const names = ['no other open hold', `${options.openHolds} open holds`] as const
  try {
    const results = await bench.measure([mode(names[0], without), mode(names[1], withHolds)])
    return {
      title: `Open holds on one account: pairs, ${IN_FLIGHT} in flight`,
      notes: [],
      results: [...results.values()],
      targets: [slower('p50 with the holds', results.get(names[1]), results.get(names[0]))],
    }
  } finally {
    node.stop()
    await server.drop(without)
    await server.drop(withHolds)
  }
}

/** "As fast as before" within what a busy machine adds. */
const SLOWER_MOST = 1.25

export function slower(what: string, own: Result | undefined, other: Result | undefined) {
  const measured = own?.p50Ms && other?.p50Ms ? own.p50Ms / other.p50Ms : null
  return {
    what,
    asked: `≤ ${SLOWER_MOST}`,
    measured,
    unit: 'times',
    reached: measured === null ? null : measured <= SLOWER_MOST,
  }
}

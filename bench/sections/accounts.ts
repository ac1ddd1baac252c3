import { verdictOf } from '../postgres.ts'
import type { EngineLoad, EngineStart } from '../roles/engine.ts'
import type { Mode, Outcome } from '../rounds.ts'
import type { Bench, Section } from '../section.ts'
import { Worker } from '../workers.ts'
import { slower } from './holds.ts'

const IN_FLIGHT = 64

/** Latency over the number of accounts: beyond the cache, an account is read before it is decided on. */
export async function accountsSection(bench: Bench): Promise<Section> {
  const { options, server, progress } = bench
  const node = new Worker('engine')
  const templates: string[] = []
  const modes: Mode[] = []
  try {
    for (const accounts of options.curve) {
      progress(`${accounts} accounts are opened`)
      const template = await server.template(accounts)
      templates.push(template)
      modes.push({
        name: nameOf(accounts),
        measure: () => measure(bench, node, template, accounts),
      })
    }
    const results = await bench.measure(modes)
    const [least, most] = [options.curve[0]!, options.curve.at(-1)!]
    return {
      title: `Latency over the number of accounts: pairs, ${IN_FLIGHT} in flight`,
      notes: ['Accounts are chosen evenly; a node caches 50,000 of them.'],
      results: [...results.values()],
      targets: [
        slower(
          `p50 at ${nameOf(most)}, of ${nameOf(least)}`,
          results.get(nameOf(most)),
          results.get(nameOf(least)),
        ),
      ],
    }
  } finally {
    node.stop()
    for (const template of templates) await server.drop(template)
  }
}

const nameOf = (accounts: number): string => `${accounts.toLocaleString('en-US')} accounts`

async function measure(
  { server, options }: Bench,
  node: Worker,
  template: string,
  accounts: number,
): Promise<Outcome> {
  const database = await server.copy(template)
  await node.ask('start', { url: database.url } satisfies EngineStart)
  const load = {
    kind: 'pairs',
    target: accounts,
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
}

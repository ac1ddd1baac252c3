import { type Database, verdictOf } from '../postgres.ts'
import type { GatewayStart, GatewayStarted } from '../roles/gateway.ts'
import type { RequestsLoad } from '../roles/requests.ts'
import type { UpstreamUrls } from '../roles/upstream.ts'
import type { Mode, Outcome, Result } from '../rounds.ts'
import { type Bench, ratioTarget, type Section, type Target } from '../section.ts'
import { Worker } from '../workers.ts'

const KEYS = 64
const IN_FLIGHT = [16, 64, 256]
const SECONDS_PACED_MIN = 2

/** Both proxies, with streams and without: their compilers are warm before anything is measured. */
const WARMING_MODES = 4

type Pace = keyof UpstreamUrls
type Proxy = 'pass-through' | 'gateway'

interface Shape {
  readonly pace: Pace
  readonly stream: boolean
  readonly inFlight: number
}

const nameOf = (proxy: Proxy, { pace, stream, inFlight }: Shape): string =>
  `${proxy}, ${pace} ${stream ? 'stream' : 'answer'}, ${inFlight} in flight`

/** The gateway with money on, and the same proxy without accounts, before the same provider. */
export async function gatewaySection(bench: Bench): Promise<Section> {
  const { server, progress } = bench
  progress('the gateway is started')
  const template = await server.template(KEYS)
  const parts: Parts = {
    bench,
    template,
    upstream: new Worker('upstream'),
    passThrough: new Worker('pass-through'),
    gateway: new Worker('gateway'),
    requests: new Worker('requests'),
  }
  try {
    const upstreams = await parts.upstream.ask<UpstreamUrls>('start')
    const direct = await parts.passThrough.ask<UpstreamUrls>('start', upstreams)
    const shapes = shapesOf()
    const modes = shapes.flatMap((shape) => [
      passThroughMode(parts, direct, shape),
      gatewayMode(parts, upstreams, shape),
    ])
    progress('the compilers are warmed up')
    for (const mode of modes.slice(0, WARMING_MODES)) await mode.measure()
    const results = await bench.measure(modes)
    return {
      title: `Gateway: Anthropic messages of 400 tokens, ${KEYS} accounts, money on`,
      notes: [
        'Load, proxy, provider and PostgreSQL are processes of their own, and share the cores.',
        'Streams have 50 chunks. Fast: the provider answers at once, so that all is saturated;',
        'paced: 100 ms to the first byte, 10 ms a chunk, as models do, so that what is added shows.',
      ],
      results: [...results.values()],
      targets: shapes.map((shape) => targetOf(results, shape)),
    }
  } finally {
    for (const worker of [parts.requests, parts.gateway, parts.passThrough, parts.upstream])
      worker.stop()
    await server.drop(template)
  }
}

interface Parts {
  readonly bench: Bench
  readonly template: string
  readonly upstream: Worker
  readonly passThrough: Worker
  readonly gateway: Worker
  readonly requests: Worker
}

function shapesOf(): Shape[] {
  const fast = IN_FLIGHT.flatMap((inFlight) => [
    { pace: 'fast' as const, stream: true, inFlight },
    { pace: 'fast' as const, stream: false, inFlight },
  ])
  const paced = [true, false].map((stream) => ({ pace: 'paced' as const, stream, inFlight: 16 }))
  return [...fast, ...paced]
}

function passThroughMode(parts: Parts, urls: UpstreamUrls, shape: Shape): Mode {
  return {
    name: nameOf('pass-through', shape),
    measure: async () => ({
      ...(await send(parts, parts.passThrough, { url: urls[shape.pace], secrets: ['any'] }, shape)),
      verdict: null,
    }),
  }
}

function gatewayMode(parts: Parts, upstreams: UpstreamUrls, shape: Shape): Mode {
  return {
    name: nameOf('gateway', shape),
    measure: async () => {
      const database: Database = await parts.bench.server.copy(parts.template)
      const { urls, secrets } = await parts.gateway.ask<GatewayStarted>('start', {
        url: database.url,
        upstreams,
        keys: KEYS,
      } satisfies GatewayStart)
      const cost = await send(parts, parts.gateway, { url: urls[shape.pace], secrets }, shape)
      await parts.gateway.ask('stop')
      const verdict = await verdictOf(database.url)
      await database.drop()
      return { ...cost, verdict }
    },
  }
}

/** The load, with the processor time of the proxy that it goes through. */
async function send(
  { bench, requests }: Parts,
  proxy: Worker,
  to: Pick<RequestsLoad, 'url' | 'secrets'>,
  { inFlight, stream, pace }: Shape,
): Promise<Omit<Outcome, 'verdict'>> {
  const { seconds, warmSeconds, profile } = bench.options
  const least = pace === 'paced' ? (profile === 'smoke' ? 1 : SECONDS_PACED_MIN) : 0
  const load = { ...to, stream, inFlight, seconds: Math.max(least, seconds), warmSeconds }
  return bench.server.cpuOf(async () => {
    const before = await proxy.ask<number>('cpuMs')
    const measured = await requests.ask<Outcome['measured']>('run', load satisfies RequestsLoad)
    return { ...measured, cpuMs: (await proxy.ask<number>('cpuMs')) - before }
  })
}

const ADDED_MS_MOST = 4
const THROUGHPUT_LEAST = 0.6

function targetOf(results: ReadonlyMap<string, Result>, shape: Shape): Target {
  const own = results.get(nameOf('gateway', shape))
  const direct = results.get(nameOf('pass-through', shape))
  const what = `${shape.pace} ${shape.stream ? 'stream' : 'answer'}, ${shape.inFlight} in flight`
  if (shape.pace === 'fast')
    return ratioTarget(`throughput: ${what}`, own, [direct], THROUGHPUT_LEAST)
  const measured = own?.p50Ms && direct?.p50Ms ? own.p50Ms - direct.p50Ms : null
  return {
    what: `added p50: ${what}`,
    asked: `≤ ${ADDED_MS_MOST}`,
    measured,
    unit: 'ms',
    reached: measured === null ? null : measured <= ADDED_MS_MOST,
  }
}

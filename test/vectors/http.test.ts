import { readdirSync, readFileSync } from 'node:fs'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { stories, startWorld, type World } from './http/world.ts'
import type { Vector } from './shapes.ts'

const here = new URL('.', import.meta.url)
const vectors: readonly Vector[] = ['misbilling.json', 'purchases.json'].flatMap((file) =>
  JSON.parse(readFileSync(new URL(file, here), 'utf8')),
)
const kinds = readdirSync(new URL('http/', here)).flatMap(
  (file) => /^(\w+)-stories\.ts$/.exec(file)?.[1] ?? [],
)
for (const kind of kinds) await import(`./http/${kind}-stories.ts`)

/** Rows that no request can tell, each with its reason. Whatever is not named here runs. */
const NOT_OVER_HTTP: Readonly<Record<string, string>> = {
  V42: 'its outcome is an instant, not money: the period arithmetic of the core',
  V43: 'its outcome is an interval, not money, and one of its two policies is not offered',
}

const told = vectors.filter(({ id }) => !(id in NOT_OVER_HTTP))

/** Rows that name instants of the past come first: the clock of the server only goes forward. */
const pastOf = ({ given }: Vector): number => 
  Date.parse(given.now ?? given.call_at ?? given.events?.[0]?.event_time ?? '9999')
const ordered = [...told].sort((a, b) => pastOf(a) - pastOf(b))

// The rows whose outcome is money, through a running server: gateway, API and engine on PostgreSQL.
describe('misbilling over HTTP', () => {
  let world: World
  beforeAll(async () => {
    world = await startWorld('2026-06-01T00:00:00Z')
  })
  afterAll(() => world?.close())

  it('leaves out those rows only that it says it leaves out', () => {
    expect(vectors.length).toBeGreaterThanOrEqual(36)
    expect(Object.keys(NOT_OVER_HTTP).filter((id) => !vectors.some((own) => own.id === id))).toEqual(
      [],
    )
    for (const vector of told) expect(stories.of(vector).name, vector.id).not.toBe('')
    for (const vector of vectors)
      if (vector.id in NOT_OVER_HTTP) expect(() => stories.of(vector), vector.id).toThrow()
  })

  it.each(ordered.map((vector) => [vector.id, vector.cls, vector] as const))(
    '%s %s',
    async (_id, _cls, vector) => {
      // a look at an account is at the real time, or later: so is what is looked at
      const past = Number.isFinite(pastOf(vector)) && pastOf(vector) < Date.now()
      if (!past && world.clock.now() < Date.now()) world.clock.set(new Date().toISOString())
      await stories.of(vector).run(vector, world)
      await world.expectVerified()
    },
  )
})

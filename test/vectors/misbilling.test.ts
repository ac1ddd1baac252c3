import { readdirSync, readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { shapeOf, type Vector } from './shapes.ts'

const here = new URL('.', import.meta.url)
const vectors: readonly Vector[] = JSON.parse(
  readFileSync(new URL('misbilling.json', here), 'utf8'),
)

const kinds = readdirSync(here).flatMap((file) => /^(\w+)-shapes\.ts$/.exec(file)?.[1] ?? [])
for (const kind of kinds) await import(`./${kind}-shapes.ts`)

// What was billed wrongly in public is billed rightly here: row by row, to the nano.
describe('misbilling', () => {
  it('has its rows, each once', () => {
    expect(vectors.length).toBeGreaterThanOrEqual(34)
    expect(new Set(vectors.map(({ id }) => id)).size).toBe(vectors.length)
  })

  it('a row of no known shape fails', () => {
    const unknown = { id: 'V00', source: '', cls: 'NEW', given: { moon: 1 }, expect: {}, why: '' }
    expect(() => shapeOf(unknown)).toThrow('V00 (NEW): no registered shape takes it; given: moon')
  })

  it.each(vectors.map((vector) => [vector.id, vector.cls, vector] as const))(
    '%s %s',
    async (_id, _cls, vector) => {
      await shapeOf(vector).run(vector)
    },
  )
})

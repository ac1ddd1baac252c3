import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { documentOf, MODEL } from '../vectors/prices.ts'
import { decimalsOf, type Vector } from '../vectors/shapes.ts'
import { run, temporaryFolder } from './support/run.ts'

/**
 * Charges that were wrong somewhere, through the command itself: whoever pipes the provider's usage
 * into `everycent rate --json` gets the right one.
 */
const vectors: Vector[] = JSON.parse(
  readFileSync(new URL('../vectors/misbilling.json', import.meta.url), 'utf8'),
)
const rated = vectors.filter(({ given, expect: right, prices_usd_per_mtok }) => {
  const readable = given.dialect !== undefined || given.usage?.prompt_tokens !== undefined
  return readable && prices_usd_per_mtok !== undefined && right.charge_usd !== undefined
})
const folder = temporaryFolder()

test('there are vectors to run', () => expect(rated.length).toBeGreaterThanOrEqual(7))

describe('misbilling vectors', () => {
  test.each(rated)('$id $cls ($source)', async (vector) => {
    const { given, expect: right } = vector
    const book = join(folder, `${vector.id}.json`)
    const model: string = given.response?.model ?? MODEL
    const family = model.replace(/-\d{4}-\d\d-\d\d$/, '')
    writeFileSync(
      book,
      JSON.stringify(documentOf(vector.prices_usd_per_mtok ?? {}, { model: family })),
    )
    const response = { model, ...given.response, usage: given.usage, ...given.attributes }
    const argv = ['rate', '--dialect', given.dialect ?? 'openai', '--book', book, '--model', model]
    const ran = await run([...argv, '--json'], { stdin: JSON.stringify(response), cwd: folder })
    expect(ran.code, ran.err).toBe(0)
    const answer = JSON.parse(ran.out)
    expect(answer.total).toBe(right.charge_usd)
    for (const value of Object.values(vector.observed_wrong ?? {}))
      for (const wrong of decimalsOf(value)) expect(answer.total).not.toBe(wrong)
    const amounts = answer.lines.map((line: { amount: string }) => line.amount)
    if (right.lines) expect(amounts).toEqual(Object.values(right.lines))
  })
})

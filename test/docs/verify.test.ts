import { execFileSync } from 'node:child_process'
import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { run, temporaryFolder } from '../cli/support/run.ts'
import { blocksOf } from './blocks.ts'

const PAGE = 'concepts/verify-yourself.md'
const [FILE = '', SECOND = ''] = ['statement.proof.jsonl', 'second-verifier.mjs'].map(
  (name) => new URL(`../../examples/verify/${name}`, import.meta.url).pathname,
)

/** What the page shows, in its order. */
const [, verified, changed, second] = blocksOf(PAGE)
  .filter(({ language }) => language === 'text')
  .map(({ text }) => text)

test('the file of the examples is verified as the page shows it', async () => {
  const { code, out } = await run(['verify-statement', FILE])
  expect([code, out.trimEnd()]).toEqual([0, verified])
})

test('the changed file is refused as the page shows it', async () => {
  const cwd = temporaryFolder()
  const text = readFileSync(FILE, 'utf8')
  const other = text.replace('\\"output\\":25000', '\\"output\\":25001')
  expect(other).not.toBe(text)
  writeFileSync(join(cwd, 'changed.jsonl'), other)
  const { code, out } = await run(['verify-statement', 'changed.jsonl'], { cwd })
  expect([code, out.trimEnd()]).toEqual([6, changed])
})

test('the second verifier says of the file what the page says', () => {
  const said = execFileSync(process.execPath, [SECOND, FILE])
  expect(said.toString().trim()).toBe(second)
})

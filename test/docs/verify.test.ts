import { execFileSync } from 'node:child_process'
import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { run, temporaryFolder } from '../cli/support/run.ts'
import { blocksOf, readPage } from './blocks.ts'

const PAGE = 'concepts/verify-yourself.md'
const FILE = new URL('../../examples/verify/statement.proof.jsonl', import.meta.url).pathname

/** The text of a block, as a terminal of any width shows it. */
const block = (use: string): string => blocksOf(PAGE).find((own) => own.use === use)!.text

test('the file of the examples is verified as the page shows it', async () => {
  const { code, out } = await run(['verify-statement', FILE])
  expect([code, out.trimEnd()]).toEqual([0, block('verified')])
})

test('the changed file is refused as the page shows it', async () => {
  const cwd = temporaryFolder()
  const text = readFileSync(FILE, 'utf8')
  const changed = text.replace('\\"output\\":25000', '\\"output\\":25001')
  expect(changed).not.toBe(text)
  writeFileSync(join(cwd, 'changed.jsonl'), changed)
  const { code, out } = await run(['verify-statement', 'changed.jsonl'], { cwd })
  expect([code, out.trimEnd()]).toEqual([6, block('changed')])
})

test('the beginning of a second verifier runs, and says what the page says', () => {
  const script = blocksOf(PAGE).find(({ language }) => language === 'js')!.text
  const said = execFileSync(process.execPath, ['--input-type=module', '-', FILE], { input: script })
  const [, promised] = /gives `([^`]+)`/.exec(readPage(PAGE)) ?? []
  expect(said.toString().trim()).toBe(promised)
})

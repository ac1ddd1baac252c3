import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { openSync } from 'node:fs'
import { createRequire } from 'node:module'
import { fileURLToPath, pathToFileURL } from 'node:url'
import { expect, it } from 'vitest'

/* Where standard output goes is not ours: what it does not take is said in a sentence, or nobody wants it. */

const MAIN = fileURLToPath(new URL('../../src/main.ts', import.meta.url))
const TSX = pathToFileURL(createRequire(import.meta.url).resolve('tsx')).href

async function helpTo(stdout: 'pipe' | number, ...argv: string[]) {
  const child = spawn(process.execPath, ['--import', TSX, MAIN, '--help', ...argv], {
    stdio: ['ignore', stdout, 'pipe'],
    env: { PATH: process.env.PATH },
  })
  child.stdout?.destroy()
  let err = ''
  child.stderr?.on('data', (chunk) => {
    err += chunk
  })
  const [code] = await once(child, 'close')
  return { code, err }
}

it('a full disk is told', async () => {
  const { code, err } = await helpTo(openSync('/dev/full', 'w'))
  expect(code).toBe(1)
  expect(err).toMatch(
    /^error: The answer could not be written to its end\.\nENOSPC: .*\.\nMake room where standard output goes, or send it elsewhere\.\n$/,
  )
}, 30_000)

it('a reader that has seen enough ends it without a word', async () => {
  expect(await helpTo('pipe')).toEqual({ code: 0, err: '' })
}, 30_000)

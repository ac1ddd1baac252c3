import { readFileSync } from 'node:fs'
import { expect, it } from 'vitest'
import { NODE_FLAGS } from '../../bench/node-flags.ts'

const text = (path: string): string =>
  readFileSync(new URL(`../../${path}`, import.meta.url), 'utf8')

it('the server is started with the flags that the benchmarks measure it with', () => {
  const flags = NODE_FLAGS.join(' ')
  expect(JSON.parse(text('package.json')).scripts.start).toBe(`node ${flags} scripts/start.mjs`)
  expect(text('bin/everycent.js').split('\n')[0]).toBe(`#!/usr/bin/env -S node ${flags}`)
})

#!/usr/bin/env -S node --max-semi-space-size=64
// Runs dist/everycent.js. In a checkout it is built first when the sources have changed.
import { existsSync } from 'node:fs'
import { requireNode } from '../scripts/node-version.mjs'

requireNode()
const inPackage = (path) => new URL(`../${path}`, import.meta.url)

if (existsSync(inPackage('src/main.ts'))) {
  if (!existsSync(inPackage('node_modules'))) {
    console.error('The packages are not installed. Run "npm ci" in the checkout, then this again.')
    process.exit(1)
  }
  const { build } = await import('../scripts/build.mjs')
  await build()
}
await import('../dist/everycent.js')

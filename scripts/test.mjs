// `npm test`: the static checks, then vitest. Ends with one line, "N passed, M failed", where each
// static check counts as one. Arguments go to vitest: `npm test -- test/core`.
import { requireNode } from './node-version.mjs'

requireNode()
const { ensureInstalled } = await import('./packages.mjs')
ensureInstalled()
const { runChecks } = await import('./checks.mjs')
const { passed, failed } = await runChecks(process.argv.slice(2))
console.log(`\n${passed} passed, ${failed} failed`)
process.exit(failed === 0 && passed > 0 ? 0 : 1)

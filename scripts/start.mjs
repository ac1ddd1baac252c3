// `npm start`: installs what is missing, builds, and runs the demo in this very process, so that
// Ctrl-C and SIGTERM reach it as they are. `npm start -- serve --port 8080` runs another command.
import { requireNode } from './node-version.mjs'

requireNode()
const { ensureInstalled } = await import('./packages.mjs')
ensureInstalled()
const { build } = await import('./build.mjs')
await build()

const given = process.argv.slice(2)
const command = given[0] === undefined || given[0].startsWith('-') ? ['demo', ...given] : given
process.argv = [process.argv[0], process.argv[1], ...command]
await import('../dist/everycent.js')

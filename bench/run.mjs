// `npm run bench`: bundles the benchmarks as the program itself is bundled, and runs them.
import { copyFileSync, mkdirSync, readdirSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath, pathToFileURL } from 'node:url'
import { build } from 'esbuild'

const ROOT = fileURLToPath(new URL('..', import.meta.url))
// Ignored by git, close to the packages, and left alone by the build of dist.
const OUT = join(ROOT, 'node_modules', '.cache', 'everycent-bench')
const MIGRATIONS = join(ROOT, 'src', 'store', 'migrations')

await build({
  absWorkingDir: ROOT,
  entryPoints: [join(ROOT, 'bench', 'main.ts'), join(ROOT, 'bench', 'worker.ts')],
  outdir: OUT,
  bundle: true,
  platform: 'node',
  format: 'esm',
  target: 'node20',
  packages: 'external',
  sourcemap: true,
  logLevel: 'warning',
})
mkdirSync(join(OUT, 'migrations'), { recursive: true })
for (const name of readdirSync(MIGRATIONS))
  if (name.endsWith('.sql')) copyFileSync(join(MIGRATIONS, name), join(OUT, 'migrations', name))

const { main } = await import(pathToFileURL(join(OUT, 'main.js')).href)
await main({ argv: process.argv.slice(2), root: ROOT })

// Bundles src/main.ts into dist/everycent.js, with the migrations and the web app beside it. Does nothing
// when dist is fresh, and finds that out without loading the bundler: bin/everycent.js asks at each start.
import { createHash } from 'node:crypto'
import {
  copyFileSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { buildWeb } from './web-build.mjs'

const ROOT = fileURLToPath(new URL('..', import.meta.url))
const SOURCE = join(ROOT, 'src')
const DIST = join(ROOT, 'dist')
const STAMP = join(DIST, 'built-from')
const MIGRATIONS = join(SOURCE, 'store', 'migrations')

/** Returns true when it has built, false when dist was fresh. */
export async function build() {
  const fingerprint = sourcesFingerprint()
  if (fingerprint === readStamp()) return false
  // Built beside its place and moved there file by file: a second build, or a running program, never
  // meets half a file.
  const fresh = join(DIST, `.new-${process.pid}`)
  try {
    await bundleInto(fresh)
    moveInto(fresh, DIST)
  } finally {
    rmSync(fresh, { recursive: true, force: true })
  }
  writeFileSync(STAMP, fingerprint)
  return true
}

async function bundleInto(folder) {
  const { build: bundle } = await import('esbuild')
  mkdirSync(join(folder, 'migrations'), { recursive: true })
  await bundle({
    absWorkingDir: ROOT,
    entryPoints: [{ in: join(SOURCE, 'main.ts'), out: 'everycent' }],
    outdir: folder,
    bundle: true,
    // What only some commands need is loaded by those only: `rate` starts without the server's parts.
    splitting: true,
    chunkNames: 'part-[hash]',
    platform: 'node',
    format: 'esm',
    target: 'node20',
    packages: 'external',
    sourcemap: true,
    logLevel: 'warning',
  })
  for (const name of readdirSync(MIGRATIONS))
    if (name.endsWith('.sql'))
      copyFileSync(join(MIGRATIONS, name), join(folder, 'migrations', name))
  await buildWeb(join(folder, 'web'))
}

function moveInto(from, to) {
  const migrations = join(to, 'migrations')
  mkdirSync(migrations, { recursive: true })
  const wanted = readdirSync(join(from, 'migrations'))
  for (const name of wanted) renameSync(join(from, 'migrations', name), join(migrations, name))
  for (const name of readdirSync(migrations))
    if (!wanted.includes(name)) rmSync(join(migrations, name))
  // the entry last: whoever reads it finds all parts that it names
  const files = readdirSync(from).filter((name) => /\.js(\.map)?$/.test(name))
  for (const name of files.filter((own) => !own.startsWith('everycent.')))
    renameSync(join(from, name), join(to, name))
  for (const name of ['everycent.js.map', 'everycent.js'])
    renameSync(join(from, name), join(to, name))
  moveWeb(join(from, 'web'), join(to, 'web'))
  removeOldParts(to, files)
}

/** Assets have their content in their names, so old and new lie side by side; the page comes last. */
function moveWeb(from, to) {
  const names = readdirSync(from, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name).slice(from.length + 1))
  const isPage = (name) => name.startsWith('index.html')
  for (const name of [...names.filter((own) => !isPage(own)), ...names.filter(isPage)]) {
    mkdirSync(dirname(join(to, name)), { recursive: true })
    renameSync(join(from, name), join(to, name))
  }
  for (const name of readdirSync(join(to, 'assets'))) {
    const path = join(to, 'assets', name)
    const isOld = Date.now() - statSync(path).mtimeMs > OLD_MS
    if (isOld && !names.includes(join('assets', name))) rmSync(path)
  }
}

const OLD_MS = 24 * 3_600_000

/** Parts of earlier builds, once no running program can still be about to load them. */
function removeOldParts(folder, wanted) {
  for (const name of readdirSync(folder)) {
    const path = join(folder, name)
    if (!name.startsWith('part-') || wanted.includes(name)) continue
    if (Date.now() - statSync(path).mtimeMs > OLD_MS) rmSync(path)
  }
}

/** Names, sizes and times of all sources: a few milliseconds for a few hundred files. */
function sourcesFingerprint() {
  const hash = createHash('sha256')
  const add = (path) => {
    const { size, mtimeMs } = statSync(path)
    hash.update(`${path.slice(ROOT.length)} ${size} ${mtimeMs}\n`)
  }
  for (const entry of readdirSync(SOURCE, { recursive: true, withFileTypes: true }))
    if (entry.isFile()) add(join(entry.parentPath ?? entry.path, entry.name))
  for (const name of [
    'package.json',
    'tsconfig.base.json',
    'scripts/build.mjs',
    'scripts/web-build.mjs',
  ])
    add(join(ROOT, name))
  return hash.digest('hex')
}

function readStamp() {
  try {
    statSync(join(DIST, 'everycent.js'))
    return readFileSync(STAMP, 'utf8')
  } catch (error) {
    if (error.code === 'ENOENT') return undefined
    throw error
  }
}

if (process.argv[1] === fileURLToPath(import.meta.url))
  console.log((await build()) ? 'dist/everycent.js is built.' : 'dist/everycent.js is fresh.')

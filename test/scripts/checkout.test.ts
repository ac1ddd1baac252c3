import { spawnSync } from 'node:child_process'
import {
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { afterEach, beforeEach, expect, test } from 'vitest'

const ROOT = fileURLToPath(new URL('../..', import.meta.url))

/** A checkout in small: our scripts, a program of one line, and the real packages. */
let checkout: string

beforeEach(() => {
  checkout = mkdtempSync(join(tmpdir(), 'everycent-checkout-'))
  for (const name of ['scripts', 'bin', 'package.json', 'tsconfig.base.json'])
    cpSync(join(ROOT, name), join(checkout, name), { recursive: true })
  symlinkSync(join(ROOT, 'node_modules'), join(checkout, 'node_modules'))
  write('src/main.ts', 'console.log(JSON.stringify(process.argv.slice(2)))\n')
  write('src/store/migrations/0001_first.sql', 'select 1;')
  write('src/web/index.html', '<!doctype html><script type="module" src="./main.ts"></script>\n')
  write('src/web/main.ts', "document.title = 'first'\n")
})
afterEach(() => rmSync(checkout, { recursive: true }))

function write(path: string, text: string): void {
  mkdirSync(dirname(join(checkout, path)), { recursive: true })
  writeFileSync(join(checkout, path), text)
}

function run(args: string[], env: Record<string, string> = {}) {
  const { status, stdout, stderr } = spawnSync(process.execPath, args, {
    cwd: checkout,
    env: { ...process.env, ...env },
    encoding: 'utf8',
  })
  return { status, stdout: stdout.trim(), stderr: stderr.trim() }
}

const builtAt = (): number => statSync(join(checkout, 'dist', 'everycent.js')).mtimeMs

test('everycent builds itself in a checkout, once, and again when a source changes', () => {
  expect(run(['bin/everycent.js', 'serve', '--port=1'])).toEqual({
    status: 0,
    stdout: '["serve","--port=1"]',
    stderr: '',
  })
  const first = builtAt()
  run(['bin/everycent.js'])
  expect(builtAt()).toBe(first)
  write('src/main.ts', "console.log('other')\n")
  expect(run(['bin/everycent.js']).stdout).toBe('other')
})

test('the migrations lie beside the bundle, and those that are gone do not', () => {
  run(['scripts/build.mjs'])
  expect(readdirSync(join(checkout, 'dist', 'migrations'))).toEqual(['0001_first.sql'])
  rmSync(join(checkout, 'src/store/migrations/0001_first.sql'))
  write('src/store/migrations/0002_second.sql', 'select 2;')
  run(['scripts/build.mjs'])
  expect(readdirSync(join(checkout, 'dist', 'migrations'))).toEqual(['0002_second.sql'])
  expect(readdirSync(join(checkout, 'dist')).sort()).toEqual([
    'built-from',
    'everycent.js',
    'everycent.js.map',
    'migrations',
    'web',
  ])
})

test('the web app lies beside the bundle, its page names the newest assets, and all is compressed', () => {
  run(['scripts/build.mjs'])
  write('src/web/main.ts', "document.title = 'second'\n")
  run(['scripts/build.mjs'])
  const web = join(checkout, 'dist', 'web')
  const page = readFileSync(join(web, 'index.html'), 'utf8')
  const [, asset = ''] = /src="\/(assets\/[^"]+)"/.exec(page) ?? []
  expect(readFileSync(join(web, asset), 'utf8')).toContain('second')
  for (const name of ['index.html', asset])
    for (const form of ['.br', '.gz']) expect(existsSync(join(web, name + form))).toBe(true)
})

test('without packages everycent says what to do', () => {
  rmSync(join(checkout, 'node_modules'))
  const { status, stderr } = run(['bin/everycent.js'])
  expect(status).toBe(1)
  expect(stderr).toContain('Run "npm ci"')
})

test('a source that does not build leaves the last good one in place', () => {
  run(['scripts/build.mjs'])
  const first = builtAt()
  write('src/main.ts', 'const = 1\n')
  const { status, stderr } = run(['scripts/build.mjs'])
  expect(status).toBe(1)
  expect(stderr).toContain('src/main.ts:1:6')
  expect(builtAt()).toBe(first)
})

test('npm start runs the demo, or the command that is given', () => {
  expect(run(['scripts/start.mjs']).stdout).toBe('["demo"]')
  expect(run(['scripts/start.mjs', '--fresh']).stdout).toBe('["demo","--fresh"]')
  expect(run(['scripts/start.mjs', 'serve', '-v']).stdout).toBe('["serve","-v"]')
})

test('npm start installs when the lockfile is not what is installed, and only then', () => {
  // Stands in for npm: notes how it was called, and succeeds.
  write('npm.js', "require('fs').writeFileSync('called', process.argv.slice(2).join(' '))")
  const npm = { npm_execpath: join(checkout, 'npm.js') }
  const lock = (version: string) =>
    JSON.stringify({ packages: { '': {}, 'node_modules/pg': { version } } })
  write('package.json', '{}')
  write('package-lock.json', lock(installedVersion('pg')))
  run(['scripts/start.mjs'], npm)
  expect(existsSync(join(checkout, 'called'))).toBe(false)

  write('package-lock.json', lock('0.0.1'))
  expect(run(['scripts/start.mjs'], npm).stdout).toContain('(pg is another version)')
  expect(existsSync(join(checkout, 'called'))).toBe(true)
})

const installedVersion = (name: string): string =>
  JSON.parse(readFileSync(join(ROOT, 'node_modules', name, 'package.json'), 'utf8')).version

test('an old Node is refused with a sentence', () => {
  const asOld = (version: string) =>
    run([
      '-e',
      `Object.defineProperty(process, 'versions', { value: { node: '${version}' } })
       import('./scripts/node-version.mjs').then(({ requireNode }) => requireNode())`,
    ])
  expect(asOld('20.18.3')).toMatchObject({
    status: 1,
    stderr: expect.stringMatching(
      /^Everycent needs Node 20\.19 or later, and this is Node 20\.18\.3/,
    ),
  })
  expect(asOld('20.19.0').status).toBe(0)
  expect(asOld('22.0.0').status).toBe(0)
})

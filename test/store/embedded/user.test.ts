import { spawn } from 'node:child_process'
import { once } from 'node:events'
import {
  chmodSync,
  chownSync,
  cpSync,
  existsSync,
  lstatSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  rmSync,
} from 'node:fs'
import { dirname, join } from 'node:path'
import { createInterface } from 'node:readline'
import { build } from 'esbuild'
import { expect, test } from 'vitest'
import { platformPackageRoot } from '../../../src/store/embedded/binaries.ts'
import { mayEnter } from '../../../src/store/embedded/identity.ts'
import { reachableDataDir, startEmbedded } from '../../../src/store/embedded/index.ts'
import { ask, isRoot, stopLater, temporaryFolder } from './support.ts'

const NOBODY = 65_534

/** A copy of the platform package as `npm ci --ignore-scripts` leaves it: without library links. */
function packageWithoutLinks(folder: string): string {
  const copy = join(folder, 'package')
  cpSync(platformPackageRoot(), copy, { recursive: true, verbatimSymlinks: true })
  const links = JSON.parse(readFileSync(join(copy, 'native', 'pg-symlinks.json'), 'utf8'))
  for (const { target } of links) rmSync(join(copy, target))
  return copy
}

const linksIn = (folder: string): number =>
  readdirSync(join(folder, 'native', 'lib')).filter((name) =>
    lstatSync(join(folder, 'native', 'lib', name)).isSymbolicLink(),
  ).length

test('missing library links are made', async () => {
  const folder = temporaryFolder()
  const packageRoot = packageWithoutLinks(folder)
  expect(linksIn(packageRoot)).toBe(0)
  const server = stopLater(await startEmbedded({ dataDir: join(folder, 'data'), packageRoot }))
  expect(await ask(server.url, 'select 1')).toBe(1)
  expect(linksIn(packageRoot)).toBeGreaterThan(0)
})

// The child is one bundled file in a folder of its own: another user may not read this checkout.
test('an ordinary user with umask 077 and no locale can run it', async () => {
  const folder = temporaryFolder()
  const packageRoot = packageWithoutLinks(folder)
  const script = join(folder, 'owner.mjs')
  const home = join(folder, 'home')
  mkdirSync(home)
  await build({
    entryPoints: [new URL('./owner.ts', import.meta.url).pathname],
    outfile: script,
    bundle: true,
    platform: 'node',
    format: 'esm',
    external: ['pg-native'],
    banner: {
      js: "import * as nodeModule from 'node:module'; const require = nodeModule.createRequire(import.meta.url); process.umask(0o077);",
    },
    logLevel: 'error',
  })
  if (isRoot) chownSync(home, NOBODY, NOBODY)
  const child = spawn(nodeFor(folder), [script, join(home, 'data'), packageRoot], {
    ...(isRoot && { uid: NOBODY, gid: NOBODY }),
    cwd: '/',
    env: { PATH: process.env.PATH, TMPDIR: home },
    stdio: ['pipe', 'pipe', 'inherit'],
  })
  const [line] = await once(createInterface(child.stdout), 'line')
  const { url, uid } = JSON.parse(line)
  expect(uid).not.toBe(0)
  expect(await ask(url, "select current_setting('server_encoding')")).toBe('UTF8')
  child.stdin.end()
  expect((await once(child, 'exit'))[0]).toBe(0)
  expect(existsSync(join(home, 'data', 'cluster', 'postmaster.pid'))).toBe(false)
})

/** Node itself may be installed in a private home. */
function nodeFor(folder: string): string {
  const nobody = { name: 'nobody', uid: NOBODY, gid: NOBODY, switched: true }
  if (!isRoot || mayEnter(nobody, dirname(process.execPath))) return process.execPath
  const copy = join(folder, 'node')
  cpSync(process.execPath, copy)
  chmodSync(copy, 0o755)
  return copy
}

// What follows is about root only: any other user runs the server himself, wherever he likes.
if (isRoot) {
  test('root: the server runs as an unprivileged user', async () => {
    const server = stopLater(await startEmbedded({ dataDir: join(temporaryFolder(), 'data') }))
    expect(lstatSync(`/proc/${server.pid}`).uid).not.toBe(0)
  })

  test('root: programs below a private home are copied to where the server can run them', async () => {
    const folder = temporaryFolder()
    const home = join(folder, 'home')
    mkdirSync(home)
    const packageRoot = packageWithoutLinks(home)
    chmodSync(home, 0o700)
    const server = stopLater(await startEmbedded({ dataDir: join(folder, 'data'), packageRoot }))
    expect(await ask(server.url, 'select 1')).toBe(1)
  })

  test('root: a umask of 077 hides nothing from the server', async () => {
    const before = process.umask(0o077)
    try {
      const dataDir = join(temporaryFolder(), 'data')
      const server = stopLater(await startEmbedded({ dataDir }))
      expect(await ask(server.url, 'select 1')).toBe(1)
    } finally {
      process.umask(before)
    }
  })

  test('root: a data directory below a private home is refused with the folder and the ways out', async () => {
    const home = join(temporaryFolder(), 'home')
    mkdirSync(home, { mode: 0o700 })
    await expect(startEmbedded({ dataDir: join(home, 'app', 'data') })).rejects.toThrow(
      new RegExp(`may not enter ${home}, so .*\nChoose a data directory outside of ${home} `),
    )
  })

  test('root: the reachable place for such data is below /var/lib, and always the same', () => {
    const home = join(temporaryFolder(), 'home')
    mkdirSync(home, { mode: 0o700 })
    const lines: string[] = []
    const place = reachableDataDir(join(home, 'data'), (line) => lines.push(line))
    expect(place).toMatch(/^\/var\/lib\/everycent\/[0-9a-f]{12}$/)
    expect(reachableDataDir(join(home, 'data'))).toBe(place)
    expect(lines.join()).toContain(`may not enter ${home}`)
    const open = join(temporaryFolder(), 'data')
    expect(reachableDataDir(open)).toBe(open)
  })

  test('root: a data directory that belongs to somebody else is not taken', async () => {
    const dataDir = join(temporaryFolder(), 'data')
    const server = await startEmbedded({ dataDir })
    await server.stop()
    chownSync(join(dataDir, 'cluster'), NOBODY, NOBODY)
    await expect(startEmbedded({ dataDir })).rejects.toThrow(
      /belongs to another user \(uid 65534\)/,
    )
  })
}

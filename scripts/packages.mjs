// Makes sure that the installed packages are those of the lockfile. Uses Node alone: there may be none.
import { spawnSync } from 'node:child_process'
import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'

const ROOT = fileURLToPath(new URL('..', import.meta.url))

/** Runs `npm ci` when the installed packages are not those of the lockfile. */
export function ensureInstalled() {
  const reason = whyInstall()
  if (reason === undefined) return
  console.log(`Installing the packages (${reason}) ...`)
  const [command, args] = npmCommand()
  // Development packages too, whatever NODE_ENV says: the build is one of them.
  const { status, error } = spawnSync(command, [...args, 'ci', '--include=dev'], {
    cwd: ROOT,
    stdio: 'inherit',
    shell: process.platform === 'win32' && args.length === 0,
  })
  if (status === 0) return
  console.error(
    `The packages could not be installed${error ? ` (${error.message})` : ''}. npm's message above says why; run "npm ci" to try again.`,
  )
  process.exit(1)
}

/** The npm that runs this script, if one does. */
function npmCommand() {
  const npm = process.env.npm_execpath
  return /(?:^|[\\/])npm[\w-]*\.js$/.test(npm ?? '') ? [process.execPath, [npm]] : ['npm', []]
}

/** Compares versions, not times: a fresh clone or a copied folder has any times. */
function whyInstall() {
  const installed = readLock(join('node_modules', '.package-lock.json'))
  if (installed === undefined) return 'none are installed'
  const locked = readLock('package-lock.json')
  if (locked === undefined) return undefined
  for (const [path, wanted] of Object.entries(locked)) {
    const found = installed[path]
    const absent = found === undefined || !existsSync(join(ROOT, path))
    if (absent ? !wanted.optional && path !== '' : found.version !== wanted.version)
      return `${path.replace('node_modules/', '')} is ${absent ? 'missing' : 'another version'}`
  }
  return undefined
}

function readLock(file) {
  try {
    return JSON.parse(readFileSync(join(ROOT, file), 'utf8')).packages
  } catch (error) {
    if (error.code === 'ENOENT') return undefined
    throw error
  }
}

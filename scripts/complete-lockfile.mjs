// Completes package-lock.json with the optional platform packages that a registry did not serve, so
// that `npm ci` accepts the lockfile on every platform. Run after each change of the lockfile.
import { readFileSync, writeFileSync } from 'node:fs'

const LOCKFILE = 'package-lock.json'
const OS = /^(android|darwin|freebsd|linux|netbsd|openbsd|openharmony|sunos|aix|win32)$/
const CPU = /^(arm64|x64|ia32|arm|ppc64|riscv64|s390x|loong64|mips64el|wasm32)$/

const lock = JSON.parse(readFileSync(LOCKFILE, 'utf8'))
const packages = lock.packages

const parentOf = (path) =>
  path.includes('/node_modules/') ? path.slice(0, path.lastIndexOf('/node_modules/')) : ''

function isLocked(from, name) {
  for (let path = from; path; path = parentOf(path))
    if (packages[`${path}/node_modules/${name}`]) return true
  return packages[`node_modules/${name}`] !== undefined
}

function platformEntry(owner, name, version) {
  const parts = name.split('/').pop().split('-')
  const os = parts.find((part) => OS.test(part))
  const cpu = parts.find((part) => CPU.test(part))
  const last = parts.at(-1)
  if (!cpu || (!os && cpu !== 'wasm32') || !/^\d+\.\d+\.\d+/.test(version))
    throw new Error(`cannot derive the platform of ${name}@${version}`)
  const libc = last.startsWith('musl') ? ['musl'] : last.startsWith('gnu') ? ['glibc'] : undefined
  return {
    version,
    cpu: [cpu],
    ...(owner.dev && { dev: true }),
    ...(libc && { libc }),
    optional: true,
    ...(os && { os: [os] }),
  }
}

for (const [path, owner] of Object.entries(packages))
  for (const [name, version] of Object.entries(owner.optionalDependencies ?? {}))
    if (!isLocked(path, name))
      packages[`node_modules/${name}`] = platformEntry(owner, name, version)

lock.packages = Object.fromEntries(
  Object.entries(packages).sort(([a], [b]) => a.localeCompare(b, 'en')),
)
writeFileSync(LOCKFILE, `${JSON.stringify(lock, null, 2)}\n`)

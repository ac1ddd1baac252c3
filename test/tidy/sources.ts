import { readdirSync, readFileSync, statSync } from 'node:fs'
import { join, relative, sep } from 'node:path'
import { fileURLToPath } from 'node:url'
import type { SourceFile } from './rules.ts'

export const ROOT = fileURLToPath(new URL('../..', import.meta.url))

const FOLDERS = ['src', 'test', 'bench', 'scripts', 'bin', 'docs', '.ci']
const TEXT = /\.(?:[cm]?[jt]sx?|json|md|sql|ya?ml|sh|css|html)$|^run$/
/** Recorded from elsewhere: not ours to write otherwise. */
const RECORDED = /^test\/vectors\//

/** Every text file that we write ourselves. */
export function readSources(): SourceFile[] {
  const paths = FOLDERS.flatMap((folder) => walk(join(ROOT, folder)))
  const top = readdirSync(ROOT).filter((name) => TEXT.test(name) && name !== 'package-lock.json')
  return [...paths, ...top.map((name) => join(ROOT, name))]
    .map((path) => ({ path: relative(ROOT, path).split(sep).join('/'), full: path }))
    .filter(({ path }) => !RECORDED.test(path))
    .map(({ path, full }) => ({ path, text: readFileSync(full, 'utf8') }))
}

function walk(folder: string): string[] {
  if (!statSync(folder, { throwIfNoEntry: false })?.isDirectory()) return []
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile() && TEXT.test(entry.name))
    .map((entry) => join(entry.parentPath, entry.name))
    .filter((path) => !path.includes(`${sep}node_modules${sep}`))
}

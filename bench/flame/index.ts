import { readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { hottestText } from './hottest.ts'
import { Places } from './places.ts'
import { type CpuProfile, frameTree } from './profile.ts'
import { flameSvg } from './svg.ts'

const PROFILE = '.cpuprofile'

/**
 * Makes a flame graph beside each CPU profile of the folder, and `hottest.txt` of them all.
 * @returns the names of the profiles, without their ending.
 */
export function writeFlames(folder: string, root: string): string[] {
  const places = new Places(root)
  const names = readdirSync(folder)
    .filter((name) => name.endsWith(PROFILE))
    .map((name) => name.slice(0, -PROFILE.length))
    .sort()
  const texts = names.map((name) => {
    const text = readFileSync(join(folder, `${name}${PROFILE}`), 'utf8')
    const tree = frameTree(JSON.parse(text) as CpuProfile, places)
    writeFileSync(join(folder, `${name}.svg`), flameSvg(name, tree))
    return hottestText(name, tree)
  })
  writeFileSync(join(folder, 'hottest.txt'), texts.join('\n'))
  return names
}

import { spawnSync } from 'node:child_process'
import { closeSync, mkdtempSync, openSync, rmSync, writeSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

/** A disk of its own that a test can fill to the last byte, and make free again. */
export interface SmallDisk {
  readonly path: string
  /** Not one byte is left. @returns how many were taken. */
  fill(): number
  free(): void
  remove(): void
}

const CHUNK = Buffer.alloc(65_536)

/** In memory; a mount, so for root alone. `null`: this machine does not let us. */
export function mountSmallDisk(name: string, megabytes: number): SmallDisk | null {
  const path = mkdtempSync(join(tmpdir(), `everycent-${name}-`))
  const options = ['-t', 'tmpfs', '-o', `size=${megabytes}m,mode=0755`, 'tmpfs', path]
  if (spawnSync('mount', options, { stdio: 'ignore' }).status !== 0) {
    rmSync(path, { recursive: true })
    return null
  }
  const filler = join(path, 'filler')
  return {
    path,
    fill: () => fillUp(filler),
    free: () => rmSync(filler, { force: true }),
    remove: () => {
      spawnSync('umount', ['--lazy', path], { stdio: 'ignore' })
      rmSync(path, { recursive: true, force: true })
    },
  }
}

function fillUp(filler: string): number {
  const file = openSync(filler, 'a')
  let taken = 0
  try {
    for (let size = CHUNK.length; size > 0; ) {
      try {
        taken += writeSync(file, CHUNK, 0, size)
      } catch (error) {
        if ((error as NodeJS.ErrnoException).code !== 'ENOSPC') throw error
        size = Math.floor(size / 2)
      }
    }
    return taken
  } finally {
    closeSync(file)
  }
}

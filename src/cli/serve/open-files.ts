import { readFileSync } from 'node:fs'
import { Gauge, type Registry } from 'prom-client'

/** Of the number that tells how many files and connections this server may have open at once. */
export const OPEN_FILES_MAX = 'everycent_open_files_max'

/** Of this process, where Linux tells it. */
export function openFilesMax(): number | null {
  try {
    return limitIn(readFileSync('/proc/self/limits', 'utf8'))
  } catch {
    return null
  }
}

/** `limits`: as Linux tells those of a process. */
export function limitIn(limits: string): number | null {
  const soft = /^Max open files +(\d+|unlimited)/m.exec(limits)?.[1]
  if (soft === undefined) return null
  return soft === 'unlimited' ? Number.POSITIVE_INFINITY : Number(soft)
}

/** Says so in the metrics, where the system does. */
export function tellOpenFiles(registry: Registry): void {
  const files = openFilesMax()
  if (files === null) return
  new Gauge({
    name: OPEN_FILES_MAX,
    help: 'Files and connections that this server may have open at once.',
    registers: [registry],
  }).set(files)
}

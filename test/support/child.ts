import type { ChildProcess } from 'node:child_process'
import { once } from 'node:events'

/**
 * When a forked process is gone and all that it said has been read: its end is often seen before its last words.
 * @returns its exit code; `null`: it was killed.
 */
export async function gone(child: ChildProcess): Promise<number | null> {
  const [[code]] = await Promise.all([once(child, 'exit'), once(child, 'disconnect')])
  return code as number | null
}

/** Of a forked process: says its last words, and goes when they are out. */
export function sayLast(message: unknown): void {
  process.send?.(message, () => process.disconnect())
}

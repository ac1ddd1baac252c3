import { readdirSync, readFileSync } from 'node:fs'

/** The kernel counts in hundredths of a second. */
const TICK_MS = 10

/** Processor time of a process and its children, dead ones included; `null` where /proc is not there. */
export function treeCpuMs(pid: number): number | null {
  const root = statOf(String(pid))
  if (!root) return null
  const children = readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .map(statOf)
    .filter((stat) => stat?.parent === pid)
  const living = children.reduce((sum, stat) => sum + (stat?.own ?? 0), 0)
  // a child that ended in between would be missed, or counted twice
  if (statOf(String(pid))?.ended !== root.ended) return treeCpuMs(pid)
  return (root.own + root.ended + living) * TICK_MS
}

interface Stat {
  readonly parent: number
  readonly own: number
  /** Of children that have ended. */
  readonly ended: number
}

function statOf(pid: string): Stat | null {
  let text: string
  try {
    text = readFileSync(`/proc/${pid}/stat`, 'utf8')
  } catch {
    // it has ended meanwhile, or this is no Linux
    return null
  }
  // the name, in brackets, may hold anything
  const fields = text.slice(text.lastIndexOf(')') + 2).split(' ')
  const field = (index: number): number => Number(fields[index] ?? 0)
  return { parent: field(1), own: field(11) + field(12), ended: field(13) + field(14) }
}

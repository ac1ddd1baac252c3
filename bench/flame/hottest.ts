import type { Frame } from './profile.ts'

export interface Hot {
  readonly name: string
  readonly place: string
  readonly selfUs: number
}

/** Functions by the time that they took themselves, from wherever they were called. */
export function hottest(root: Frame): Hot[] {
  const byFunction = new Map<string, Hot>()
  const add = ({ name, place, selfUs, children }: Frame): void => {
    const key = `${name} ${place}`
    byFunction.set(key, { name, place, selfUs: selfUs + (byFunction.get(key)?.selfUs ?? 0) })
    for (const child of children) add(child)
  }
  add(root)
  return [...byFunction.values()].sort((a, b) => b.selfUs - a.selfUs)
}

const LINES = 40

/** For people: the share of the busy time, milliseconds, the function and where it is written. */
export function hottestText(title: string, root: Frame): string {
  const lines = hottest(root)
    .slice(0, LINES)
    .filter(({ selfUs }) => selfUs > 0)
    .map(({ name, place, selfUs }) => {
      const share = `${((selfUs / root.totalUs) * 100).toFixed(1)} %`
      return `${share.padStart(7)} ${ms(selfUs).padStart(9)} ms  ${name}  ${place}`.trimEnd()
    })
  return [`${title}: ${ms(root.totalUs)} ms busy`, ...lines, ''].join('\n')
}

const ms = (us: number): string => (us / 1_000).toFixed(0)

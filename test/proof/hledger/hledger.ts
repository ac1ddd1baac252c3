import { execFileSync } from 'node:child_process'
import { readNanos } from '../../../src/core/money/index.ts'

/** Whether the second book-keeper is on this machine; where every tool has to be, it is an error if not. */
export const isThere = ((): boolean => {
  try {
    execFileSync('hledger', ['--version'], { stdio: 'ignore' })
    return true
  } catch {
    return false
  }
})()

if (!isThere) {
  const missing =
    'hledger is not installed: the second book-keeper is not asked (apt-get install hledger).'
  if (process.env.EVERYCENT_ALL_TOOLS === '1') throw new Error(missing)
  console.log(missing)
}

export const hledger = (file: string, ...args: readonly string[]): string =>
  execFileSync('hledger', ['-f', file, ...args], {
    encoding: 'utf8',
    stdio: ['ignore', 'pipe', 'pipe'],
  })

/** `account → amount`, of one commodity; with further arguments what hledger groups by instead. */
export function balances(
  file: string,
  currency: string,
  ...args: readonly string[]
): Map<string, bigint> {
  const all = [
    'balance',
    '--flat',
    '--no-elide',
    '--no-total',
    '-O',
    'csv',
    `cur:^${currency}$`,
    ...args,
  ]
  const rows = hledger(file, ...all)
    .trim()
    .split('\n')
    .slice(1)
  return new Map(
    rows.map((row) => {
      const [account = '', amount = ''] = row.slice(1, -1).split('","')
      return [account, readNanos(amount.replace(` ${currency}`, ''))]
    }),
  )
}

import { type Command, InvalidArgumentError } from 'commander'
import { parseNanos } from '../core/money/index.ts'

/** How the answer looks: every command has these. */
export const withOutput = (command: Command): Command =>
  command
    .option('--json', 'print the answer as JSON')
    .option('--utc', 'show times in UTC instead of the local zone')
    .option('--ascii', 'no block glyphs')
    .option('--no-color', 'no colours (also NO_COLOR)')

/** Commands that ask a running server. */
export const withServer = (command: Command): Command =>
  withOutput(command)
    .option('--url <url>', 'the server (EVERYCENT_URL)')
    .option('--token <token>', 'operator token or account key (EVERYCENT_TOKEN)')

/** Commands about one account, which need not be named where there is only one. */
export const withAccount = (command: Command): Command =>
  withServer(command).option('-a, --account <id>', 'whose; EVERYCENT_ACCOUNT, or the only one')

/** Commands that open the database or start a server. */
export const withConfig = (command: Command): Command =>
  withOutput(command).option('--config <file>', 'settings as JSON; the environment wins over it')

export function wholeNumber(min: number, max: number): (text: string) => number {
  return (text) => {
    const value = /^\d{1,15}$/.test(text) ? Number(text) : Number.NaN
    if (value >= min && value <= max) return value
    throw new InvalidArgumentError(`It must be a whole number from ${min} to ${max}.`)
  }
}

/** An amount stays text: it never becomes a float. */
export function amount(text: string): string {
  const value = parseNanos(text)
  if (value !== undefined && value >= 0n) return text
  throw new InvalidArgumentError(
    'It must be an amount such as 12.50: not negative, at most nine decimals, no currency sign.',
  )
}

/** An instant of RFC 3339 (or a bare date, read as midnight UTC). */
export function instantText(text: string): string {
  const full = /^\d{4}-\d\d-\d\d$/.test(text) ? `${text}T00:00:00Z` : text
  const zoned = /(Z|[+-]\d\d:\d\d)$/i.test(full)
  const at = zoned ? Date.parse(full) : Number.NaN
  if (!Number.isNaN(at)) return new Date(at).toISOString()
  throw new InvalidArgumentError(
    'It must be a time with its zone, such as 2026-12-01T00:00:00Z, or a date (midnight UTC).',
  )
}

export const collect = (value: string, previous: readonly string[] | undefined): string[] => [
  ...(previous ?? []),
  value,
]

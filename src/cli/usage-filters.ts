import { type Command, InvalidArgumentError, Option } from 'commander'
import {
  readFilter,
  USAGE_FILTERS,
  type UsageFilterName,
  writeFilter,
} from '../contract/usage/index.ts'
import { collect, instantText } from './options.ts'

type Options = Readonly<Record<string, unknown>>

const FLAGS: Readonly<Record<UsageFilterName, string>> = {
  model: '--model <id>',
  key_id: '--key <id>',
  member_id: '--member <id>',
  project_id: '--project <id>',
  session_id: '--session <id>',
  parent_call_id: '--parent <call>',
  tag: '--tag <key:value>',
  client: '--client <id>',
  source: '--source <name>',
  status: '--status <code>',
  verdict: '--verdict <code>',
  outcome: '--outcome <code>',
}

/** The filters of the explorer: each may be given several times; `!value` leaves it out, `~` is none. */
export function withFilters(command: Command): Command {
  for (const name of USAGE_FILTERS) {
    const meaning =
      name === 'parent_call_id' ? 'calls made for this one' : `only this ${wordOf(name)}`
    command.addOption(new Option(FLAGS[name], meaning).argParser(collect))
  }
  return command
    .option('--from <time>', 'calls made then or later', instantText)
    .option('--to <time>', 'calls made before', instantText)
}

const wordOf = (name: string): string => name.replace(/_id$/, '').replaceAll('_', ' ')

/** The option of commander for a filter: `--key <id>` is `key`. */
const optionOf = (name: UsageFilterName): string => FLAGS[name].slice(2).split(' ')[0]!

/** The filters that were given, as a query has them. */
export function filtersOf(options: Options): Partial<Record<UsageFilterName, string>> {
  return Object.fromEntries(
    USAGE_FILTERS.flatMap((name) => {
      const given = options[optionOf(name)]
      return Array.isArray(given) ? [[name, filterText(given)]] : []
    }),
  )
}

/** Several of one flag are one filter with several values. */
function filterText(given: readonly string[]): string {
  const filters = given.map((text) => readFilter(text) ?? { wanted: [text], unwanted: [] })
  return writeFilter({
    wanted: filters.flatMap(({ wanted }) => wanted),
    unwanted: filters.flatMap(({ unwanted }) => unwanted),
  })
}

const UNIT_MS: Readonly<Record<string, number>> = {
  m: 60_000,
  h: 3_600_000,
  d: 86_400_000,
  w: 604_800_000,
}

/** `7d`, `12h`, `90m`, `2w`: how long ago, in milliseconds. */
export function ago(text: string): number {
  const [, count, unit = ''] = /^(\d{1,5})([mhdw])$/.exec(text) ?? []
  if (count === undefined)
    throw new InvalidArgumentError('It must be a number with m, h, d or w, such as 7d.')
  return Number(count) * UNIT_MS[unit]!
}

/** The period that was given. */
export function periodOf(options: Options, nowMs: number) {
  const { from, to, since, cycle } = options
  return {
    ...(typeof from === 'string' && { from }),
    ...(typeof to === 'string' && { to }),
    ...(typeof since === 'number' && { from: new Date(nowMs - since).toISOString() }),
    ...((cycle === 'current' || cycle === 'previous') && {
      cycle: cycle as 'current' | 'previous',
    }),
  }
}

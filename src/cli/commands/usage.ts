import { type Command, Option } from 'commander'
import type { QueryParams } from '../../client/index.ts'
import { USAGE_BUCKETS, USAGE_GROUPS, USAGE_MEASURES } from '../../contract/usage/index.ts'
import { chosenAccount } from '../account.ts'
import type { Handler } from '../context.ts'
import { wholeNumber, withAccount } from '../options.ts'
import type { Register } from '../program.ts'
import { ago, filtersOf, periodOf, withFilters } from '../usage-filters.ts'
import { treeLines, usageLines } from '../views/usage.ts'

const TOP = 10
const TOP_MAX = 200

export const registerUsage: Register = (program, bind) => {
  const command = program
    .command('usage')
    .description('what used it: sums of calls, split and filtered')
  withPeriod(withShape(withFilters(withAccount(command))))
    .option('--top <count>', 'rows', wholeNumber(1, TOP_MAX), TOP)
    .option('--compare', 'beside the period before')
    .option('--tree', 'sessions, with what is below them')
    .option('--in-session <id>', 'the first calls of a session; ~: of none')
    .option('--under <call>', 'the calls that were made for a call')
    .addOption(
      new Option('--measure <name>', 'what decides the order')
        .choices([...USAGE_MEASURES])
        .default('charged'),
    )
    .action(bind(usage))
}

export const withPeriod = (command: Command): Command =>
  command
    .option('--since <time>', 'the last 7d, 12h, 90m', ago)
    .addOption(new Option('--cycle <which>', 'a billing cycle').choices(['current', 'previous']))

/** How sums are split. */
export const withShape = (command: Command): Command =>
  command
    .addOption(new Option('--by <group>', 'split by').choices([...USAGE_GROUPS]).default('none'))
    .option('--tag-key <key>', 'the tag to split by, with --by tag')
    .addOption(new Option('--bucket <piece>', 'pieces of time').choices([...USAGE_BUCKETS]))
    .option('--time-zone <zone>', 'in which days begin, such as Asia/Tokyo')

/** The split that was asked for, as a query has it. */
export function shapeOf(options: Readonly<Record<string, unknown>>) {
  const { by, tagKey, bucket, timeZone } = options
  return {
    group_by: by,
    ...(tagKey !== undefined && { tag_key: tagKey }),
    ...(bucket !== undefined && { bucket }),
    ...(timeZone !== undefined && { time_zone: timeZone }),
  } as Pick<QueryParams<'exploreUsage'>, 'group_by' | 'tag_key' | 'bucket' | 'time_zone'>
}

const usage: Handler = async (context, options) => {
  const client = context.client()
  const account = await chosenAccount(client, context.io, options)
  const measure = options.measure as NonNullable<QueryParams<'exploreUsage'>['measure']>
  const chosen = { ...filtersOf(options), ...periodOf(options, context.io.now()), measure }
  const { tree, inSession, under } = options
  if (tree === true || inSession !== undefined || under !== undefined) {
    const answer = await client.usage.tree(account, {
      ...chosen,
      limit: Number(options.top),
      ...(typeof inSession === 'string' && { in_session: inSession }),
      ...(typeof under === 'string' && { under }),
    })
    if (context.json) context.printJson(answer)
    else context.print(treeLines(answer, context))
    return undefined
  }
  const answer = await client.usage.explore(account, {
    ...chosen,
    ...shapeOf(options),
    top: Number(options.top),
    ...(options.compare === true && { compare: 'previous' as const }),
  })
  if (context.json) context.printJson(answer)
  else context.print(usageLines(answer, context))
  return undefined
}

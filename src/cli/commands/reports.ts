import type { Command } from 'commander'
import type { Context, Handler } from '../context.ts'
import { instantText, withServer } from '../options.ts'
import type { Register } from '../program.ts'
import { exactMoney, renderTable } from '../render/index.ts'
import { wrap } from '../render/text.ts'
import { writeDocument } from './statements.ts'

export const registerReports: Register = (program, bind) => {
  const reports = program
    .command('reports')
    .description('what the operator owes and has kept, as of any moment')
  withCsv(reports.command('liability').description('credit outstanding, by expiry month'))
    .option('--as-of <time>', 'the moment; now unless told', instantText)
    .action(bind(liability))
  withCsv(reports.command('breakage').description('credit that ended unused, by month'))
    .option('--from <time>', 'not before', instantText)
    .option('--to <time>', 'before', instantText)
    .action(bind(breakage))
  withCsv(
    reports
      .command('japan')
      .description('unused paid credit at a base date of the Payment Services Act'),
  )
    .option('--base-date <date>', '31 March or 30 September, such as 2027-03-31')
    .action(bind(japan))
}

const withCsv = (command: Command): Command =>
  withServer(command)
    .option('--csv', 'as CSV')
    .option('--out <file>', 'where to; standard output without it')

type Options = Readonly<Record<string, unknown>>
const text = (options: Options, name: string, as: string) =>
  typeof options[name] === 'string' ? { [as]: options[name] } : {}

function printTable(
  context: Context,
  titles: readonly string[],
  rows: readonly (readonly string[])[],
): void {
  if (rows.length === 0) {
    context.print('There is nothing to report.')
    return
  }
  const last = titles.length - 1
  context.print(
    renderTable(context.style, {
      columns: titles.map((title, index) =>
        index >= last - 1 ? { title, align: 'right' as const } : { title },
      ),
      rows,
    }),
  )
}

const liability: Handler = async (context, options) => {
  const { reports } = context.client()
  const query = text(options, 'asOf', 'as_of')
  if (options.csv === true) {
    const bytes = await reports.csv('getLiability', query)
    writeDocument(context, options, { format: 'csv', bytes })
    return undefined
  }
  const answer = await reports.liability(query)
  if (context.json) context.printJson(answer)
  else
    printTable(
      context,
      ['currency', 'category', 'expires', 'lots', 'amount'],
      answer.items.map((own) => [
        own.currency,
        own.category,
        own.expires ?? 'never',
        `${own.lots}`,
        exactMoney(own.amount, own.currency),
      ]),
    )
  return undefined
}

const breakage: Handler = async (context, options) => {
  const { reports } = context.client()
  const query = { ...text(options, 'from', 'from'), ...text(options, 'to', 'to') }
  if (options.csv === true) {
    const bytes = await reports.csv('getBreakage', query)
    writeDocument(context, options, { format: 'csv', bytes })
    return undefined
  }
  const answer = await reports.breakage(query)
  if (context.json) context.printJson(answer)
  else
    printTable(
      context,
      ['month', 'currency', 'category', 'why', 'lots', 'amount'],
      answer.items.map((own) => [
        own.month,
        own.currency,
        own.category,
        own.why,
        `${own.lots}`,
        exactMoney(own.amount, own.currency),
      ]),
    )
  return undefined
}

const japan: Handler = async (context, options) => {
  const { reports } = context.client()
  const query = text(options, 'baseDate', 'base_date')
  if (options.csv === true) {
    const bytes = await reports.csv('getJapanReport', query)
    writeDocument(context, options, { format: 'csv', bytes })
    return undefined
  }
  const answer = await reports.japan(query)
  if (context.json) {
    context.printJson(answer)
    return undefined
  }
  const yen = (amount: string): string => exactMoney(amount, 'JPY')
  context.print([
    `Base date ${answer.base_date}: ${yen(answer.unused)} unused, threshold ${yen(answer.threshold)}.`,
    answer.exceeds
      ? `It exceeds the threshold: a notice is due, and a deposit of at least ${yen(answer.deposit_at_least)}.`
      : 'It does not exceed the threshold.',
    '',
  ])
  printTable(
    context,
    ['currency', 'standing', 'lots', 'unused', 'paid for it'],
    answer.items.map((own) => [
      own.currency,
      own.standing,
      `${own.lots}`,
      exactMoney(own.amount, own.currency),
      exactMoney(own.paid, own.currency),
    ]),
  )
  context.print(['', ...answer.says.flatMap((line) => wrap(line, context.style.columns))])
  return undefined
}
